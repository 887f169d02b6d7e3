package dev.sluice.onnx;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What a model says of itself: the `sluice.` entries of the file's `metadata_props`, overridden
/// by a sidecar `NAME.json` beside `NAME.onnx`. Lists and numbers are JSON, the rest is plain
/// text.
///
/// @param entries by key, the `sluice.` ones only
record Metadata(Map<String, String> entries) {
  private static final String PREFIX = "sluice.";

  /// A key that is none of these is a mistyped one.
  private static final List<String> KNOWN =
      List.of(
          "sluice.task",
          "sluice.labels",
          "sluice.output",
          "sluice.image.size",
          "sluice.image.channels",
          "sluice.image.scale",
          "sluice.image.mean",
          "sluice.image.std",
          "sluice.image.fit",
          "sluice.description",
          "sluice.accuracy",
          "sluice.check");

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  Metadata {
    entries = Map.copyOf(entries);
  }

  static Metadata read(Map<String, String> properties, Path model) throws ModelRefused {
    var entries = new HashMap<String, String>();
    properties.forEach(
        (key, value) -> {
          if (key.startsWith(PREFIX)) {
            entries.put(key, value);
          }
        });
    entries.putAll(sidecar(model));
    for (String key : entries.keySet()) {
      if (!KNOWN.contains(key)) {
        throw new ModelRefused("unknown key " + key + "; known: " + String.join(", ", KNOWN));
      }
    }
    return new Metadata(entries);
  }

  private static Map<String, String> sidecar(Path model) throws ModelRefused {
    String name = model.getFileName().toString().replaceFirst("\\.onnx$", "") + ".json";
    Path path = model.resolveSibling(name);
    if (!Files.exists(path)) {
      return Map.of();
    }
    try {
      JsonNode root = JSON.readTree(path.toFile());
      if (!root.isObject()) {
        throw new ModelRefused(path + ": a JSON object is expected");
      }
      var entries = new HashMap<String, String>();
      for (Map.Entry<String, JsonNode> entry : root.properties()) {
        if (!entry.getKey().startsWith(PREFIX)) {
          throw new ModelRefused(path + ": keys begin with " + PREFIX + ": " + entry.getKey());
        }
        JsonNode value = entry.getValue();
        entries.put(entry.getKey(), value.isTextual() ? value.textValue() : value.toString());
      }
      return entries;
    } catch (IOException notJson) {
      throw new ModelRefused(path + ": is not valid JSON", notJson);
    }
  }

  Optional<String> text(String key) {
    return Optional.ofNullable(entries.get(PREFIX + key)).map(String::strip);
  }

  /// A word of a closed list, read without case.
  <E extends Enum<E>> E word(String key, E fallback) throws ModelRefused {
    Optional<String> text = text(key);
    if (text.isEmpty()) {
      return fallback;
    }
    var allowed = new ArrayList<String>();
    for (E value : fallback.getDeclaringClass().getEnumConstants()) {
      allowed.add(value.name().toLowerCase(Locale.ROOT));
      if (value.name().equalsIgnoreCase(text.get())) {
        return value;
      }
    }
    throw refused(key, "one of " + String.join(", ", allowed));
  }

  List<String> texts(String key) throws ModelRefused {
    var texts = new ArrayList<String>();
    for (JsonNode element : array(key)) {
      if (!element.isTextual()) {
        throw refused(key, "a JSON array of strings");
      }
      texts.add(element.textValue());
    }
    return texts;
  }

  List<Float> numbers(String key, List<Float> fallback) throws ModelRefused {
    if (text(key).isEmpty()) {
      return fallback;
    }
    var numbers = new ArrayList<Float>();
    for (JsonNode element : array(key)) {
      if (!element.isNumber() || !Float.isFinite(element.floatValue())) {
        throw refused(key, "a JSON array of finite numbers");
      }
      numbers.add(element.floatValue());
    }
    return numbers;
  }

  /// Height and width, from a JSON array of two or one number for both.
  Optional<List<Integer>> size(String key) throws ModelRefused {
    if (text(key).isEmpty()) {
      return Optional.empty();
    }
    JsonNode node = json(key);
    List<JsonNode> parts = node.isArray() ? List.copyOf(array(key)) : List.of(node, node);
    var size = new ArrayList<Integer>();
    for (JsonNode part : parts) {
      if (!part.isInt() || part.intValue() < 1) {
        throw refused(key, "[height,width] in pixels");
      }
      size.add(part.intValue());
    }
    if (size.size() != 2) {
      throw refused(key, "[height,width] in pixels");
    }
    return Optional.of(size);
  }

  private List<JsonNode> array(String key) throws ModelRefused {
    if (text(key).isEmpty()) {
      return List.of();
    }
    JsonNode node = json(key);
    if (!node.isArray()) {
      throw refused(key, "a JSON array");
    }
    var elements = new ArrayList<JsonNode>();
    node.forEach(elements::add);
    return elements;
  }

  private JsonNode json(String key) throws ModelRefused {
    try {
      return JSON.readTree(text(key).orElse("null"));
    } catch (JsonProcessingException notJson) {
      throw new ModelRefused(PREFIX + key + " is not JSON: " + text(key).orElse(""), notJson);
    }
  }

  private ModelRefused refused(String key, String must) {
    return new ModelRefused(
        PREFIX + key + " must be " + must + ": " + Messages.oneLine(text(key).orElse("")));
  }
}
