package dev.sluice.journal;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.cfg.EnumFeature;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.sluice.statistics.MeanState;
import dev.sluice.statistics.QuantileState;
import dev.sluice.statistics.RateState;
import dev.sluice.statistics.RatioState;
import dev.sluice.statistics.TestState;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Records as JSON, and back without a guess: no member that is unknown, missing, there twice or of
/// another type. A record's components are its members, so a new component needs a new schema
/// number. Thread-safe.
final class StrictMapper {
  private static final int DEEPEST = 32;
  private static final Pattern MISSING = Pattern.compile("creator property '([A-Za-z]+)'");

  private final JsonMapper mapper =
      JsonMapper.builder(factory())
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .disable(EnumFeature.READ_ENUM_KEYS_USING_INDEX)
          .addModule(new Jdk8Module())
          .addModule(Shapes.module())
          .addMixIn(TestState.class, Kinds.class)
          .build();

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "test")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = RatioState.class, name = "ratio"),
    @JsonSubTypes.Type(value = RateState.class, name = "rate"),
    @JsonSubTypes.Type(value = QuantileState.class, name = "quantile"),
    @JsonSubTypes.Type(value = MeanState.class, name = "mean")
  })
  private interface Kinds {}

  private static JsonFactory factory() {
    return JsonFactory.builder()
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(DEEPEST)
                .maxNumberLength(64)
                .maxNameLength(64)
                .maxStringLength(1_000)
                .build())
        .build();
  }

  /// One line.
  String write(Object written) {
    try {
      return mapper.writeValueAsString(written);
    } catch (JsonProcessingException bug) {
      throw new IllegalStateException("a record of ours cannot be written", bug);
    }
  }

  /// Reads a document of a schema.
  ///
  /// @param what it should be, for the reason: `window`
  <T> Reading<T> read(String text, String what, int schema, Class<T> type) {
    try {
      JsonNode root = mapper.readTree(text);
      JsonNode found = root.path("schema");
      if (!found.isInt()) {
        return new Reading.Refused<>("no " + what + ": it has no schema number");
      }
      if (found.intValue() != schema) {
        return new Reading.Refused<>(
            "%s of schema %d: this version reads schema %d"
                .formatted(what, found.intValue(), schema));
      }
      return new Reading.Found<>(mapper.treeToValue(root, type));
    } catch (UnrecognizedPropertyException unknown) {
      return new Reading.Refused<>("no %s: unknown member %s".formatted(what, path(unknown)));
    } catch (JsonMappingException wrong) {
      return new Reading.Refused<>("no %s: %s".formatted(what, fault(wrong)));
    } catch (JsonProcessingException | IllegalArgumentException malformed) {
      return new Reading.Refused<>(
          "no " + what + ": it is not valid JSON, or names a member twice");
    }
  }

  private static String fault(JsonMappingException wrong) {
    Matcher missing = MISSING.matcher(wrong.getOriginalMessage());
    if (missing.find()) {
      return "member %s is missing".formatted(missing.group(1));
    }
    return wrong.getPath().isEmpty()
        ? "it is another kind of document"
        : "a wrong value at " + path(wrong);
  }

  private static String path(JsonMappingException wrong) {
    return wrong.getPath().stream()
        .map(
            step ->
                step.getFieldName() == null
                    ? Integer.toString(step.getIndex())
                    : step.getFieldName())
        .map(StrictMapper::printable)
        .collect(Collectors.joining("."));
  }

  // It comes from a file.
  private static String printable(String name) {
    return name.replaceAll("[^A-Za-z0-9_/-]", "?");
  }
}
