package dev.sluice.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.function.Executable;

/// Cases whose results were computed elsewhere, from `statistics-reference.json`.
final class ReferenceCases {
  private static final JsonNode ALL = read();
  private static final double TOLERANCE = 1e-9;

  private ReferenceCases() {}

  private static JsonNode read() {
    try (InputStream in =
        Objects.requireNonNull(
            ReferenceCases.class.getResourceAsStream("/statistics-reference.json"))) {
      return new ObjectMapper().readTree(in).get("cases");
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  /// All cases of a kind.
  ///
  /// @param count how many there must be, so that none is left out unseen
  static Stream<Case> of(String kind, int count) {
    List<Case> cases =
        StreamSupport.stream(ALL.spliterator(), false)
            .filter(node -> node.get("test").asText().equals(kind))
            .map(Case::new)
            .toList();
    assertThat(cases).as("cases of " + kind).hasSize(count);
    return cases.stream();
  }

  /// One case.
  record Case(JsonNode node) {
    DynamicTest test(Executable body) {
      return DynamicTest.dynamicTest(node.get("id").asText(), body);
    }

    JsonNode parameters() {
      return node.get("parameters");
    }

    JsonNode expected() {
      return node.get("expected");
    }

    List<JsonNode> windows() {
      return StreamSupport.stream(node.get("windows").spliterator(), false).toList();
    }

    List<JsonNode> list(String name) {
      return StreamSupport.stream(expected().get(name).spliterator(), false).toList();
    }

    /// A number that must be there.
    void close(String what, JsonNode expected, double actual) {
      assertThat(expected.isNumber()).as(what + " is a number in the case").isTrue();
      close(what, expected.asDouble(), actual);
    }

    /// A number, or nothing where the case says null.
    void close(String what, JsonNode expected, OptionalDouble actual) {
      assertThat(actual.isPresent()).as(what).isEqualTo(!expected.isNull());
      actual.ifPresent(value -> close(what, expected.asDouble(), value));
    }

    void close(String what, double expected, double actual) {
      double tolerance = node.has("tolerance") ? node.get("tolerance").asDouble() : TOLERANCE;
      double difference = Math.abs(expected - actual);
      assertThat(difference)
          .as("%s: expected %s, was %s", what, expected, actual)
          .isLessThanOrEqualTo(tolerance * Math.max(1, Math.abs(expected)));
    }
  }
}
