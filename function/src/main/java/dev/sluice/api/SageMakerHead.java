package dev.sluice.api;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// What callers behind SageMaker say in custom attributes, because its gateway drops every field
/// that it does not know: `name=value`, with commas or semicolons between them, each name once.
record SageMakerHead(String callerKeyHeader) {
  private static final String ATTRIBUTES = "x-amzn-sagemaker-custom-attributes";
  private static final String INFERENCE_ID = "x-amzn-sagemaker-inference-id";
  private static final int LONGEST = 1024;
  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,6}");
  private static final List<String> KNOWN =
      List.of("request-id", "caller-key", "experiment-group", "variant", "wait");

  /// The same head with the fields that its attributes stand for.
  ///
  /// @throws BadHead when the attributes are not of this form
  Head plain(Head head) throws BadHead {
    Map<String, String> fields = fields(head.headers());
    Headers plain =
        name ->
            Optional.ofNullable(fields.get(name.toLowerCase(Locale.ROOT)))
                .map(List::of)
                .orElseGet(() -> head.headers().all(name));
    return new Head(
        head.method(),
        head.target(),
        plain,
        head.peer(),
        head.contentLength(),
        head.arrivedNanos());
  }

  private Map<String, String> fields(Headers headers) throws BadHead {
    var fields = new HashMap<String, String>();
    if (headers.all("x-request-id").isEmpty()) {
      headers.first(INFERENCE_ID).ifPresent(id -> fields.put("x-request-id", id));
    }
    for (Map.Entry<String, String> attribute : attributes(headers).entrySet()) {
      String value = attribute.getValue();
      switch (attribute.getKey()) {
        case "request-id" -> fields.put("x-request-id", value);
        case "caller-key" -> fields.put(callerKeyHeader.toLowerCase(Locale.ROOT), value);
        case "experiment-group" -> fields.put("x-experiment-group", value);
        case "variant" -> fields.put("x-model-variant", value);
        case "wait" -> fields.put("prefer", "wait=" + seconds(value));
        default ->
            throw new BadHead(
                "no custom attribute of this name; known here: " + String.join(", ", KNOWN));
      }
    }
    return fields;
  }

  private static String seconds(String text) throws BadHead {
    if (!SECONDS.matcher(text).matches()) {
      throw new BadHead("the custom attribute wait is a whole number of seconds");
    }
    return text;
  }

  private static Map<String, String> attributes(Headers headers) throws BadHead {
    String all = String.join(",", headers.all(ATTRIBUTES));
    if (all.length() > LONGEST || !all.chars().allMatch(c -> c >= ' ' && c <= '~')) {
      throw new BadHead("custom attributes are at most 1024 visible ASCII characters");
    }
    var attributes = new HashMap<String, String>();
    List<String> parts =
        Arrays.stream(all.split("[,;]", -1))
            .map(String::strip)
            .filter(part -> !part.isEmpty())
            .toList();
    for (String part : parts) {
      int equals = part.indexOf('=');
      String name = part.substring(0, Math.max(0, equals)).strip();
      String value = part.substring(equals + 1).strip();
      if (name.isEmpty() || value.isEmpty()) {
        throw new BadHead(
            "custom attributes are name=value, with commas or semicolons between them");
      }
      if (attributes.put(name.toLowerCase(Locale.ROOT), value) != null) {
        throw new BadHead("a custom attribute came twice");
      }
    }
    return attributes;
  }
}
