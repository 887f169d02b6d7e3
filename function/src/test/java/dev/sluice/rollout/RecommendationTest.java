package dev.sluice.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.statistics.ReferenceCases;
import dev.sluice.statistics.SampleRatioState;
import dev.sluice.statistics.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The recommendation against cases that another program decided.
class RecommendationTest {
  @TestFactory
  Stream<DynamicTest> decidesAsTheReferenceDoes() {
    return ReferenceCases.tests("recommendation", 71, RecommendationTest::agrees);
  }

  private static void agrees(ReferenceCases.Case reference) {
    Recommendation found = Recommendation.of(situation(reference.input()));

    JsonNode expected = reference.expected();
    assertThat(found.advice().name()).isEqualTo(expected.get("recommendation").asText());
    assertThat(found.reason().name()).isEqualTo(expected.get("reason").asText());
  }

  @Test
  void asksAPersonInsteadOfRollingBackWhereThePlanSaysSo() {
    JsonNode late =
        ReferenceCases.of("recommendation").stream()
            .filter(c -> c.expected().get("reason").asText().equals("NOT_PROVEN"))
            .findFirst()
            .orElseThrow()
            .input();

    for (Terms.OnTimeout other : List.of(Terms.OnTimeout.WAIT, Terms.OnTimeout.COMPLETE)) {
      Recommendation found = Recommendation.of(situation(late, Terms.DEFAULT.withOnTimeout(other)));

      assertThat(found)
          .isEqualTo(
              new Recommendation(Recommendation.Advice.CONTINUE, Recommendation.Reason.NOT_PROVEN));
    }
  }

  private static Situation situation(JsonNode input) {
    return situation(input, Terms.DEFAULT.withOnTimeout(Terms.OnTimeout.ROLLBACK));
  }

  private static Situation situation(JsonNode input, Terms terms) {
    return new Situation(
        StreamSupport.stream(input.get("guards").spliterator(), false)
            .map(RecommendationTest::standing)
            .toList(),
        SampleRatioState.Verdict.valueOf(input.get("srm").asText()),
        input.get("step").asInt(),
        input.get("steps").asInt(),
        input.get("windowsInStep").asLong(),
        input.get("windowsTotal").asLong(),
        input.get("unitsInStep").asDouble(),
        minutes(input.get("elapsedMinutes")),
        input.get("extended").asBoolean() ? Extension.USED : Extension.NOT_USED,
        Optional.of(input.get("remainingMinutes"))
            .filter(node -> !node.isNull())
            .map(RecommendationTest::minutes),
        Pacing.of(Pacing.Pace.valueOf(input.get("pace").asText())),
        terms);
  }

  private static Situation.Standing standing(JsonNode guard) {
    return new Situation.Standing(
        Verdict.valueOf(guard.get("verdict").asText()),
        Verdict.valueOf(guard.get("current").asText()),
        Verdict.valueOf(guard.get("next").asText()),
        guard.get("logEHarm").asDouble(),
        guard.get("threshold").asDouble());
  }

  private static Duration minutes(JsonNode node) {
    return Duration.ofMillis(Math.round(node.asDouble() * 60_000));
  }
}
