package dev.sluice.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.Field;
import dev.sluice.api.Problem;
import dev.sluice.api.Refusal;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AskedTest {
  private static Asked asked(String name, String value) {
    return new Asked(
        "GET", "/healthz", List.of(new Field(name, value)), "", new byte[0], Shape.REST);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x a", "x:a", "x-\u00e9", "x\n"})
  void refusesANameThatHttpDoesNotHave(String name) {
    assertThat(asked(name, "v").flaw()).map(Refusal::problem).contains(Problem.BAD_REQUEST);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\r\nb: c", "a\u0000b", "a\u007fb", "\u2192"})
  void refusesAValueThatHttpDoesNotHave(String value) {
    assertThat(asked("x-a", value).flaw()).map(Refusal::problem).contains(Problem.BAD_REQUEST);
  }

  @Test
  void takesBlanksAroundAValueForNoneOfIt() {
    Asked asked = asked("x-a", " v w\t");

    assertThat(asked.flaw()).isEqualTo(Optional.empty());
    assertThat(asked.all("X-A")).containsExactly("v w");
  }
}
