package dev.sluice.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.experiment.Events;
import dev.sluice.experiment.Evidence;
import dev.sluice.experiment.Guard;
import dev.sluice.experiment.Judge;
import dev.sluice.experiment.Rule;
import dev.sluice.experiment.Values;
import dev.sluice.routing.Share;
import dev.sluice.statistics.Contrast;
import dev.sluice.statistics.Levels;
import dev.sluice.statistics.MeanRule;
import dev.sluice.statistics.QuantileRule;
import dev.sluice.statistics.RateRule;
import dev.sluice.statistics.RatioRule;
import dev.sluice.statistics.Units;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class EvidenceJsonTest {
  private static final List<Guard> GUARDS =
      List.of(
          Guard.of(
              "error_rate", new Rule.Ratio(new Events.Errors(), RatioRule.of(1.1, 1.5, 0.001))),
          Guard.of("slow", new Rule.Maximum(new Events.SlowerThan(220), RateRule.of(0.2))),
          Guard.of("latency_p95", new Rule.Quantile(QuantileRule.of(0.95, 0.1))),
          Guard.of(
              "mean_latency",
              new Rule.Mean(new Values.LatencySeconds(), MeanRule.of(new Contrast(1.1, 0)))),
          Guard.of("reward", new Rule.Ratio(new Events.Loss("reward"), RatioRule.of(1.1, 1.5, 0))));

  private static Judge judge(Units units) {
    return Judge.of(
        GUARDS, List.of(Share.ofPercent(5), Share.ofPercent(50)), Levels.DEFAULT, units);
  }

  private static Evidence after(Judge judge, long seed, int windows) {
    var random = new Random(seed);
    Evidence evidence = judge.start();
    for (int i = 0; i < windows; i++) {
      evidence = judge.after(evidence, Tallies.window(random, i));
    }
    return evidence;
  }

  @Property(tries = 50)
  void whatIsWrittenIsRead(@ForAll long seed, @ForAll @IntRange(max = 6) int windows) {
    for (Units units : Units.values()) {
      Evidence evidence = after(judge(units), seed, windows);

      assertThat(EvidenceJson.read(EvidenceJson.write(evidence)))
          .isEqualTo(new Reading.Found<>(evidence));
    }
  }

  @ParameterizedTest
  @EnumSource
  void goesOnAfterReadingAsIfNothingHadBeen(Units units) {
    Judge judge = judge(units);
    Evidence evidence = after(judge, 1, 4);

    Evidence read =
        switch (EvidenceJson.read(EvidenceJson.write(evidence))) {
          case Reading.Found<Evidence>(Evidence found) -> found;
          case Reading.Refused<Evidence>(String reason) -> throw new AssertionError(reason);
        };

    var next = Tallies.window(new Random(9), 4);
    assertThat(judge.read(judge.after(read, next)))
        .isEqualTo(judge.read(judge.after(evidence, next)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"schema\":2 | \"schema\":3 | evidence of schema 3: this version reads schema 2",
        "\"schema\":2 | \"schema\":1 | evidence of schema 1: this version reads schema 2",
        "\"windows\" | \"fenster\":1,\"windows\" | no evidence: unknown member evidence.fenster",
        "\"windows\":3, | '' | no evidence: member windows is missing",
        "\"test\":\"ratio\" | \"test\":\"guess\" | no evidence: a wrong value at evidence.guards.0.state",
        "\"harm\":1.1 | \"harm\":-1 | no evidence: a wrong value at evidence.guards.0.state.rule",
        "\"profile\":[ | \"profile\":[0.0, | no evidence: a row of numbers has another length",
        "\"ell\":[ | \"ell\":[0.0, | no evidence: a row of numbers has another length",
        "\"history\":[ | \"history\":[0.0, | no evidence: a row of numbers has another length",
        "\"over\":[ | \"over\":[0.0, | no evidence: a row of numbers has another length",
        "\"seen\":[ | \"seen\":[0.0, | no evidence: a row of numbers has another length",
        "\"wealth\":[ | \"wealth\":[0.0, | no evidence: a row of numbers has another length",
      })
  void refusesWhatItIsNotSureOf(String from, String to, String reason) {
    String text = EvidenceJson.write(after(judge(Units.AUTO), 1, 3));
    assertThat(text).contains(from);

    assertThat(EvidenceJson.read(text.replaceFirst(Pattern.quote(from), to)))
        .isEqualTo(new Reading.Refused<>(reason));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"canaryUnits\":[^,]*, | \"canaryUnits\":\"NaN\", | a wrong value at evidence.canaryUnits",
        "\"canaryUnits\":[^,]*, | \"canaryUnits\":1e400, | a wrong value at evidence.canaryUnits",
        "\"canaryUnits\":[^,]*, | \"canaryUnits\":\"12\", | a wrong value at evidence.canaryUnits",
        "\"canaryUnits\":[^,]*, | \"canaryUnits\":-1, | a count is below 0",
        "\"profile\":\\[[^,]*, | \"profile\":[\"-Infinity\", | a wrong value at evidence.guards.0.state.profile.0",
        "\"profile\":\\[[^,]*, | \"profile\":[1e999, | a wrong value at evidence.guards.0.state.profile.0",
        "\"profile\":\\[[^,]*, | \"profile\":[null, | a wrong value at evidence.guards.0.state.profile.0",
        "\"pace\":\\[[^,]*, | \"pace\":[\"Infinity\", | a wrong value at evidence.pace.0",
        "\"pace\":\\[[^,]*, | \"pace\":[-1.0, | a count is below 0",
        "\"pace\":\\[ | \"pace\":[1,1,1,1,1,1,1,1,1,1,1,1,1, | more than 15 numbers of pace",
        "\"history\":\\[[^,]*, | \"history\":[-1, | a count is below 0",
        "\"seen\":\\[[^,]*, | \"seen\":[-1, | a count is below 0",
        "\"windows\":3 | \"windows\":-3 | a count is below 0",
        "\"units\":[0-9.E]+ | \"units\":-3 | a count is below 0",
        "\"rho\":[^,]*, | \"rho\":\"NaN\", | a wrong value at evidence.guards.3.state.rho",
        "\"harmfulAt\":null | \"harmfulAt\":\"\" | a wrong value at evidence.guards.0.state.progress.harmfulAt",
        "\"share\":0.05,\"standing | \"share\":1.05,\"standing | a share must be 0 to 1",
        "\"reports\":[0-9.E]+ | \"reports\":-3 | a count is below 0",
        "\"planned\":\\[ | \"planned\":[-1, | a share must be above 0 and at most 1",
      })
  void refusesNumbersThatCannotBe(String from, String to, String reason) {
    String text = EvidenceJson.write(after(judge(Units.AUTO), 1, 3));
    String other = text.replaceFirst(from, to);
    assertThat(other).isNotEqualTo(text);

    assertThat(EvidenceJson.read(other)).isEqualTo(new Reading.Refused<>("no evidence: " + reason));
  }

  @Test
  void refusesMorePlannedSharesThanAPlanHas() {
    String text = EvidenceJson.write(after(judge(Units.AUTO), 1, 3));
    String many = text.replaceFirst("\"planned\":\\[", "\"planned\":[" + "0.01,".repeat(100));

    assertThat(EvidenceJson.read(many))
        .isEqualTo(new Reading.Refused<>("no evidence: more than 100 planned shares"));
  }

  @Test
  void refusesMoreGuardsThanAPlanHas() {
    Evidence one = judge(Units.AUTO).start();
    Evidence many =
        new Evidence(
            one.until(),
            one.windows(),
            one.canaryUnits(),
            one.repeated(),
            one.misfits(),
            one.silentFor(),
            one.pace(),
            Collections.nCopies(101, one.guards().get(1)),
            one.split(),
            one.feedback());

    assertThat(EvidenceJson.read(EvidenceJson.write(many)))
        .isEqualTo(new Reading.Refused<>("no evidence: more than 100 guards"));
  }

  @Test
  void isNeverTakenForAWindow() {
    String text = EvidenceJson.write(judge(Units.AUTO).start());

    assertThat(WindowJson.read(text)).isInstanceOf(Reading.Refused.class);
  }
}
