package dev.sluice.aws;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.aws.FaultyServer.Answer;
import dev.sluice.aws.FaultyServer.Request;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Hands each request on to a DynamoDB, without the token by which it would know a transaction that
/// is sent again: not every one does, and none for more than ten minutes.
record Forwarding(URI to) implements FaultyServer.World {
  private static final Pattern TOKEN =
      Pattern.compile(",\"ClientRequestToken\":\"[^\"]*\"|\"ClientRequestToken\":\"[^\"]*\",");
  private static final Set<String> HEADERS =
      Set.of("x-amz-target", "content-type", "authorization", "x-amz-date");

  @Override
  public Answer to(Request request) throws Exception {
    String body = TOKEN.matcher(new String(request.body(), UTF_8)).replaceAll("");
    var next = HttpRequest.newBuilder(to).POST(HttpRequest.BodyPublishers.ofString(body));
    request
        .headers()
        .forEach(
            (name, values) -> {
              if (HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
                next.header(name, values.getFirst());
              }
            });
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<byte[]> answer =
          client.send(next.build(), HttpResponse.BodyHandlers.ofByteArray());
      return new Answer(answer.statusCode(), "application/x-amz-json-1.0", answer.body(), Map.of());
    }
  }

  /// What was asked for, in the order in which it came.
  static List<String> targets(FaultyServer server) {
    return server.seen().stream()
        .map(request -> request.headers().getOrDefault("X-amz-target", List.of("")).getFirst())
        .map(target -> target.substring(target.indexOf('.') + 1))
        .toList();
  }

  @Override
  public Answer error(int status, String code, String message) {
    // As DynamoDB says "too many requests".
    boolean throttled = status == 429;
    String type = throttled ? "ThrottlingException" : code;
    return new Answer(
        throttled ? 400 : status,
        "application/x-amz-json-1.0",
        "{\"__type\":\"com.amazonaws.dynamodb.v20120810#%s\",\"message\":\"%s\"}"
            .formatted(type, message)
            .getBytes(UTF_8),
        Map.of());
  }
}
