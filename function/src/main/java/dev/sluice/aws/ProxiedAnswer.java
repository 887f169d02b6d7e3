package dev.sluice.aws;

import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyResponseEvent;
import dev.sluice.api.Field;
import dev.sluice.api.Response;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/// Reads what the framework answers, which is made of whatever may be missing.
final class ProxiedAnswer {
  private static final byte[] NOTHING = {};

  private ProxiedAnswer() {}

  static Response read(APIGatewayProxyResponseEvent answer) {
    var fields = new ArrayList<Field>();
    Optional.ofNullable(answer.getMultiValueHeaders()).orElse(Map.of()).entrySet().stream()
        .forEach(
            header ->
                header.getValue().forEach(value -> fields.add(new Field(header.getKey(), value))));
    return new Response(answer.getStatusCode(), fields, body(answer), Response.After.KEEP);
  }

  /// The same without its body.
  static Response headOnly(Response response) {
    return new Response(response.status(), response.fields(), NOTHING, Response.After.KEEP);
  }

  private static byte[] body(APIGatewayProxyResponseEvent answer) {
    String body = Optional.ofNullable(answer.getBody()).orElse("");
    boolean encoded = Optional.ofNullable(answer.getIsBase64Encoded()).orElse(false);
    return encoded ? Base64.getDecoder().decode(body) : body.getBytes(StandardCharsets.UTF_8);
  }
}
