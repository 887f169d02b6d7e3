package dev.sluice.journal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.EnumFeature;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.sluice.experiment.Evidence;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Records as JSON, and back without a guess: no member that is unknown, missing, there twice or of
/// another type. A record's components are its members, so a new component needs a new schema
/// number. Thread-safe.
final class StrictMapper {
  /// What a text holds as a whole.
  interface Document {
    /// The number of its form.
    int schema();
  }

  private static final int DEEPEST = 32;
  private static final Pattern MISSING = Pattern.compile("creator property '([A-Za-z]+)'");

  // Of a file that somebody else wrote, and of what is kept: people describe their rollouts.
  private static final int LONGEST_TEXT = 1_000;
  private static final int LONGEST_KEPT_TEXT = 1 << 20;
  // Names of models and versions are names of members.
  private static final int LONGEST_NAME = 64;
  private static final int LONGEST_KEPT_NAME = 256;

  private final JsonMapper mapper;

  private StrictMapper(JsonMapper mapper) {
    this.mapper = mapper;
  }

  /// For what may have been written by somebody else: each number is finite.
  static StrictMapper ofFiles() {
    return new StrictMapper(mapper(factory(LONGEST_TEXT, LONGEST_NAME), Shapes.module()));
  }

  /// For what we keep ourselves, and hold to the rules of files only where something follows from
  /// it: in evidence each number is finite, elsewhere it is what it was.
  static StrictMapper ofKept() {
    SimpleModule shapes = Shapes.module();
    Figures.addAnyTo(shapes);
    JsonFactory factory = factory(LONGEST_KEPT_TEXT, LONGEST_KEPT_NAME);
    shapes.addDeserializer(
        Evidence.class, new Strictly<>(Evidence.class, mapper(factory, Shapes.module())));
    return new StrictMapper(mapper(factory, shapes));
  }

  /// Reads a part of a document by stricter rules.
  private static final class Strictly<T> extends StdDeserializer<T> {
    private static final long serialVersionUID = 1L;

    private final transient ObjectReader reader;

    Strictly(Class<T> type, JsonMapper strict) {
      super(type);
      // The document goes on behind the part.
      reader = strict.readerFor(type).without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    }

    @Override
    public T deserialize(JsonParser parser, DeserializationContext context) throws IOException {
      return reader.readValue(parser);
    }
  }

  private static JsonMapper mapper(JsonFactory factory, SimpleModule shapes) {
    JsonMapper.Builder builder =
        JsonMapper.builder(factory)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            // A record's components are its members, and no question that it answers.
            .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
            .disable(EnumFeature.READ_ENUM_KEYS_USING_INDEX)
            // The same value is the same text: digests are made of it.
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .addModule(new Jdk8Module())
            .addModule(shapes);
    Kinds.addTo(builder);
    return builder.build();
  }

  private static JsonFactory factory(int longestText, int longestName) {
    return JsonFactory.builder()
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(DEEPEST)
                .maxNumberLength(64)
                .maxNameLength(longestName)
                .maxStringLength(longestText)
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
  <T extends Document> Reading<T> read(String text, String what, int schema, Class<T> type) {
    try {
      // The text `null` is read as none.
      Optional<T> found = Optional.ofNullable(mapper.readValue(text, type));
      return found
          .filter(document -> document.schema() == schema)
          .<Reading<T>>map(Reading.Found::new)
          .orElseGet(() -> new Reading.Refused<>(reason(text, what, schema, Optional.empty())));
    } catch (JsonProcessingException | IllegalArgumentException wrong) {
      return new Reading.Refused<>(reason(text, what, schema, Optional.of(wrong)));
    }
  }

  /// Of another schema nothing can be said but that, so its number is looked at first.
  private String reason(String text, String what, int schema, Optional<Exception> wrong) {
    try {
      JsonNode found = mapper.readTree(text).path("schema");
      if (!found.isInt()) {
        return "no " + what + ": it has no schema number";
      }
      if (found.intValue() != schema) {
        return "%s of schema %d: this version reads schema %d"
            .formatted(what, found.intValue(), schema);
      }
    } catch (JsonProcessingException malformed) {
      return malformed(what);
    }
    return wrong
        .filter(JsonMappingException.class::isInstance)
        .map(JsonMappingException.class::cast)
        .map(mapping -> "no %s: %s".formatted(what, fault(mapping)))
        .orElseGet(() -> malformed(what));
  }

  private static String malformed(String what) {
    return "no " + what + ": it is not valid JSON, or names a member twice";
  }

  private static String fault(JsonMappingException wrong) {
    if (wrong instanceof UnrecognizedPropertyException unknown) {
      return "unknown member " + path(unknown);
    }
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
