package dev.sluice.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;

/// The reference cases: inputs and results that another implementation computed.
public final class ReferenceCases {
  private ReferenceCases() {}

  /// One of them.
  public record Case(JsonNode json) {
    String id() {
      return json.get("id").asText();
    }

    JsonNode parameters() {
      return json.get("parameters");
    }

    double parameter(String name, double otherwise) {
      return parameters().path(name).asDouble(otherwise);
    }

    List<Double> shares() {
      return numbers(parameters().path("shares"));
    }

    JsonNode windows() {
      return json.get("windows");
    }

    public JsonNode input() {
      return json.get("input");
    }

    public JsonNode expected() {
      return json.get("expected");
    }

    /// Absolute or relative, whichever is wider; an expected null is empty.
    void check(String what, OptionalDouble actual, JsonNode wanted) {
      assertThat(wanted.isMissingNode()).as("%s: %s is expected", id(), what).isFalse();
      if (wanted.isNull()) {
        assertThat(actual).as("%s: %s", id(), what).isEmpty();
        return;
      }
      double tolerance = json.path("tolerance").asDouble(1e-9);
      assertThat(actual).as("%s: %s", id(), what).isPresent();
      assertThat(actual.getAsDouble())
          .as("%s: %s", id(), what)
          .isCloseTo(
              wanted.asDouble(), within(tolerance * Math.max(1, Math.abs(wanted.asDouble()))));
    }

    void check(String what, double actual, JsonNode wanted) {
      check(what, OptionalDouble.of(actual), wanted);
    }
  }

  /// A test for each case of a kind.
  ///
  /// @param count how many there must be, so that none is left out unseen
  public static Stream<DynamicTest> tests(String test, int count, Consumer<Case> body) {
    List<Case> cases = of(test);
    assertThat(cases).as("cases of " + test).hasSize(count);
    return cases.stream().map(each -> DynamicTest.dynamicTest(each.id(), () -> body.accept(each)));
  }

  /// All cases of a kind.
  public static List<Case> of(String test) {
    return StreamSupport.stream(file().get("cases").spliterator(), false)
        .filter(json -> json.get("test").asText().equals(test))
        .map(Case::new)
        .toList();
  }

  static List<Double> numbers(JsonNode row) {
    return StreamSupport.stream(row.spliterator(), false).map(JsonNode::asDouble).toList();
  }

  private static JsonNode file() {
    try (InputStream in = ReferenceCases.class.getResourceAsStream("/statistics-reference.json")) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
