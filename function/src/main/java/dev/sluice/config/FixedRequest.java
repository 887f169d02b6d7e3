package dev.sluice.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.inference.ImageDecoder;
import dev.sluice.inference.ImageTask;
import dev.sluice.inference.Loaded;
import dev.sluice.inference.TensorTask;
import dev.sluice.inference.TextTask;
import dev.sluice.onnx.ModelRefused;
import dev.sluice.serving.KnownAnswer;
import dev.sluice.serving.Payload;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// Reads the check that a model brings along: `sluice.check`, such as `{"input": "free money",
/// "expected": "spam"}`. The input of a model of pictures is a PNG or JPEG in Base64.
final class FixedRequest {
  private static final String KEY = "sluice.check";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private FixedRequest() {}

  /// @throws ModelRefused when the entry cannot be used
  static Optional<KnownAnswer> of(Loaded loaded, ImageDecoder decoder) throws ModelRefused {
    Optional<String> text = Optional.ofNullable(loaded.metadata().get(KEY));
    if (text.isEmpty()) {
      return Optional.empty();
    }
    JsonNode check;
    try {
      check = JSON.readTree(text.get());
    } catch (JsonProcessingException notJson) {
      throw new ModelRefused(KEY + " is not JSON", notJson);
    }
    JsonNode input = check.path("input");
    if (!input.isTextual() || !check.has("expected") || check.size() != 2) {
      throw new ModelRefused(KEY + " must be {\"input\": …, \"expected\": …}");
    }
    return Optional.of(
        new KnownAnswer(
            payload(input.textValue(), loaded, decoder), expected(check.path("expected"), loaded)));
  }

  private static int expected(JsonNode expected, Loaded loaded) throws ModelRefused {
    List<String> labels = loaded.task().labels();
    int index = expected.isTextual() ? labels.indexOf(expected.textValue()) : expected.asInt(-1);
    if (index < 0 || (!labels.isEmpty() && index >= labels.size())) {
      throw new ModelRefused(
          KEY + ": expected must be a label or its place among " + labels + ": " + expected);
    }
    return index;
  }

  private static Payload payload(String input, Loaded loaded, ImageDecoder decoder)
      throws ModelRefused {
    return switch (loaded.task()) {
      case TextTask text -> new Payload.Texts(List.of(input));
      case ImageTask image -> picture(input, decoder);
      case TensorTask tensors ->
          throw new ModelRefused(KEY + " is for models of pictures or texts");
    };
  }

  private static Payload picture(String encoded, ImageDecoder decoder) throws ModelRefused {
    byte[] file;
    try {
      file = Base64.getDecoder().decode(encoded);
    } catch (IllegalArgumentException notBase64) {
      throw new ModelRefused(KEY + ": input must be a picture in Base64", notBase64);
    }
    return switch (decoder.decode(file, 0, file.length)) {
      case ImageDecoder.Picture picture ->
          new Payload.Pictures(List.of(picture.pixels()), OptionalInt.empty());
      case ImageDecoder.Unusable unusable ->
          throw new ModelRefused(KEY + ": input: " + unusable.detail());
    };
  }
}
