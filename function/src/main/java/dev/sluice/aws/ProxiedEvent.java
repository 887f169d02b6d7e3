package dev.sluice.aws;

import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyRequestEvent;
import dev.sluice.api.Field;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A request in the one form of event that the framework is given, and as it really came. The
/// framework decodes and joins on its way, which would change what a caller has said; so the door
/// is asked about the request as it came, and what the door passes on is read by the framework.
final class ProxiedEvent extends APIGatewayProxyRequestEvent {
  private static final long serialVersionUID = 1L;

  private final transient Asked asked;

  ProxiedEvent(Asked asked) {
    this.asked = asked;
    int query = asked.target().indexOf('?');
    setHttpMethod(asked.method());
    setPath(ofOneSlash(query < 0 ? asked.target() : asked.target().substring(0, query)));
    setMultiValueHeaders(headers(asked.fields()));
    setRequestContext(new ProxyRequestContext());
    // No charset is guessed that way.
    setIsBase64Encoded(true);
  }

  /// Encoded for whoever reads it; most bodies are read elsewhere.
  @Override
  public String getBody() {
    return Base64.getEncoder().encodeToString(asked.body());
  }

  Asked asked() {
    return asked;
  }

  /// What begins with two slashes the framework takes for the name of a host.
  private static String ofOneSlash(String path) {
    return path.startsWith("//") ? "/." + path : path;
  }

  private static Map<String, List<String>> headers(List<Field> fields) {
    var headers = new HashMap<String, List<String>>();
    for (Field field : fields) {
      headers.computeIfAbsent(field.name(), first -> new ArrayList<>()).add(field.value());
    }
    return headers;
  }
}
