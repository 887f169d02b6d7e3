package dev.sluice.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.sluice.api.Field;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/// What a function is invoked with.
///
/// | event | told by |
/// |---|---|
/// | `{"sluice": "admin", "method", "path", "headers"?, "body"?}` | `sluice` |
/// | `{"sluice": "tick"}` | `sluice` |
/// | load balancer | `requestContext.elb` |
/// | HTTP API 2.0, function URL | `requestContext.http` |
/// | REST API, HTTP API 1.0 | `httpMethod` and `requestContext` |
///
/// No body of a request reaches those members, so nobody outside can send another kind of event.
/// Whatever is odd inside of a known event is left to the rules for requests: it is answered.
sealed interface LambdaEvent {
  /// A request.
  record Request(Asked asked) implements LambdaEvent {}

  /// The schedule's: time for the controller to look.
  record Tick() implements LambdaEvent {}

  /// None that is known here.
  ///
  /// @param why which it was not, without its values
  record Unknown(String why) implements LambdaEvent {}

  /// Reads any event. Never throws.
  static LambdaEvent of(JsonNode event) {
    JsonNode context = event.path("requestContext");
    try {
      if (event.path("sluice").isTextual()) {
        return ours(event);
      }
      if (context.path("elb").isObject()) {
        return new Request(balanced(event));
      }
      if (context.path("http").isObject()) {
        return new Request(http(event, context));
      }
      if (context.isObject() && event.path("httpMethod").isTextual()) {
        return new Request(rest(event, context));
      }
      return new Unknown(
          "an event of API Gateway (REST or HTTP API), of a load balancer, or {\"sluice\":"
              + " \"admin\" or \"tick\"} is wanted; this has the members "
              + names(event));
    } catch (IllegalArgumentException broken) {
      return new Unknown("isBase64Encoded is true, and the body is no base64");
    }
  }

  private static LambdaEvent ours(JsonNode event) {
    return switch (event.path("sluice").asText()) {
      case "tick" -> new Tick();
      case "admin" ->
          event.path("method").isTextual() && event.path("path").isTextual()
              ? new Request(
                  new Asked(
                      event.path("method").asText(),
                      event.path("path").asText(),
                      single(event.path("headers")),
                      "",
                      adminBody(event),
                      Shape.INVOCATION))
              : new Unknown("an admin request has the members method and path");
      default -> new Unknown("sluice must be admin or tick");
    };
  }

  /// A body may be given as the JSON that it is.
  private static byte[] adminBody(JsonNode event) {
    JsonNode body = event.path("body");
    return body.isContainerNode() ? body.toString().getBytes(StandardCharsets.UTF_8) : body(event);
  }

  private static Asked rest(JsonNode event, JsonNode context) {
    JsonNode multi = event.path("multiValueQueryStringParameters");
    return new Asked(
        event.path("httpMethod").asText(),
        target(
            event.path("path").asText(),
            query(
                multi.isObject() ? multi : event.path("queryStringParameters"), Spelling.DECODED)),
        fields(event),
        context.path("identity").path("sourceIp").asText(""),
        body(event),
        Shape.REST);
  }

  private static Asked http(JsonNode event, JsonNode context) {
    var fields = new ArrayList<>(single(event.path("headers")));
    JsonNode cookies = event.path("cookies");
    if (cookies instanceof ArrayNode each && !each.isEmpty()) {
      fields.removeIf(field -> field.name().equalsIgnoreCase("cookie"));
      fields.add(new Field("cookie", String.join("; ", texts(each))));
    }
    return new Asked(
        context.path("http").path("method").asText(),
        target(
            withoutStage(event.path("rawPath").asText(), context.path("stage").asText("$default")),
            event.path("rawQueryString").asText("")),
        fields,
        context.path("http").path("sourceIp").asText(""),
        body(event),
        Shape.HTTP);
  }

  /// An HTTP API puts the name of a stage in front, other than a REST API; `$default` has none.
  private static String withoutStage(String path, String stage) {
    String prefix = "/" + stage;
    if (path.equals(prefix)) {
      return "/";
    }
    return path.startsWith(prefix + "/") ? path.substring(prefix.length()) : path;
  }

  private static Asked balanced(JsonNode event) {
    JsonNode multi = event.path("multiValueQueryStringParameters");
    List<Field> fields = fields(event);
    return new Asked(
        event.path("httpMethod").asText(),
        target(
            event.path("path").asText(),
            query(multi.isObject() ? multi : event.path("queryStringParameters"), Spelling.RAW)),
        fields,
        seenLast(fields),
        body(event),
        event.path("multiValueHeaders").isObject() ? Shape.BALANCER : Shape.BALANCER_SINGLE);
  }

  /// The balancer adds whom it has seen at the end; what is before that, anybody may have written.
  private static String seenLast(List<Field> fields) {
    return fields.stream()
        .filter(field -> field.name().equalsIgnoreCase("x-forwarded-for"))
        .reduce((first, second) -> second)
        .map(field -> field.value().substring(field.value().lastIndexOf(',') + 1).strip())
        .orElse("");
  }

  private static String target(String path, String query) {
    return query.isEmpty() ? Targets.path(path) : Targets.path(path) + "?" + query;
  }

  /// How a gateway hands over keys and values of a query.
  enum Spelling {
    DECODED,
    /// As they came.
    RAW
  }

  private static String query(JsonNode parameters, Spelling spelling) {
    return parameters.properties().stream()
        .flatMap(
            parameter ->
                texts(parameter.getValue()).stream()
                    .map(value -> word(parameter.getKey(), spelling) + "=" + word(value, spelling)))
        .collect(Collectors.joining("&"));
  }

  private static String word(String text, Spelling spelling) {
    return switch (spelling) {
      case DECODED -> Targets.word(text);
      case RAW -> text;
    };
  }

  private static List<Field> fields(JsonNode event) {
    JsonNode multi = event.path("multiValueHeaders");
    return single(multi.isObject() ? multi : event.path("headers"));
  }

  private static List<Field> single(JsonNode headers) {
    var fields = new ArrayList<Field>();
    for (Map.Entry<String, JsonNode> header : headers.properties()) {
      texts(header.getValue()).forEach(value -> fields.add(new Field(header.getKey(), value)));
    }
    return fields;
  }

  private static List<String> texts(JsonNode value) {
    return value instanceof ArrayNode each
        ? StreamSupport.stream(each.spliterator(), false).map(JsonNode::asText).toList()
        : List.of(value.asText());
  }

  private static byte[] body(JsonNode event) {
    String body =
        Optional.of(event.path("body"))
            .filter(JsonNode::isTextual)
            .map(JsonNode::asText)
            .orElse("");
    return event.path("isBase64Encoded").asBoolean(false)
        ? Base64.getDecoder().decode(body)
        : body.getBytes(StandardCharsets.UTF_8);
  }

  private static String names(JsonNode event) {
    return event.properties().stream()
        .map(Map.Entry::getKey)
        .filter(name -> name.matches("[A-Za-z0-9_-]{1,40}"))
        .sorted()
        .limit(20)
        .toList()
        .toString();
  }
}
