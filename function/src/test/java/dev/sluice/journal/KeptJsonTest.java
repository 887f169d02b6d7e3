package dev.sluice.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.control.About;
import dev.sluice.control.Instances;
import dev.sluice.control.RolloutRecord;
import dev.sluice.experiment.Evidence;
import dev.sluice.rollout.Plan;
import dev.sluice.rollout.Presets;
import dev.sluice.rollout.RolloutId;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeptJsonTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00.123456789Z");

  @Property(tries = 300)
  void readsARolloutAsItWasWritten(@ForAll long seed) {
    RolloutRecord written = Records.of(seed).rollout();

    String text = RolloutJson.write(written);

    assertThat(RolloutJson.read(text)).isEqualTo(new Reading.Found<>(written));
    assertThat(RolloutJson.digest(found(text))).isEqualTo(RolloutJson.digest(written));
  }

  @Property(tries = 300)
  void readsAnEntryAsItWasWritten(@ForAll long seed) {
    var written = Records.of(seed).entry();

    assertThat(EntryJson.read(EntryJson.write(written))).isEqualTo(new Reading.Found<>(written));
  }

  @Property(tries = 100)
  void readsSplitsAsTheyWereWritten(@ForAll long seed) {
    var written = Records.of(seed).settings();

    assertThat(SettingsJson.read(SettingsJson.write(written)))
        .isEqualTo(new Reading.Found<>(written));
  }

  @Property(tries = 100)
  void readsCountersAsTheyWereWritten(@ForAll long seed) {
    var written = Records.of(seed).counters();

    assertThat(CountersJson.read(CountersJson.write(written)))
        .isEqualTo(new Reading.Found<>(written));
  }

  @Test
  void readsAPresenceAsItWasWritten() {
    var held =
        new Instances.Held("digits", "B", Instances.Condition.FAILED, "no such operator: \"x\"");
    var written = new Instances.Presence("p1", NOW, List.of(held));

    assertThat(PresenceJson.read(PresenceJson.write(written)))
        .isEqualTo(new Reading.Found<>(written));
  }

  @Test
  void keepsTheLongestDescription() {
    RolloutRecord written = draft("d".repeat(About.LONGEST_DESCRIPTION));

    assertThat(RolloutJson.read(RolloutJson.write(written)))
        .isEqualTo(new Reading.Found<>(written));
  }

  @Test
  void givesTwoDifferentRolloutsTwoDigests() {
    assertThat(RolloutJson.digest(draft("one")))
        .matches("[0-9a-f]{32}")
        .isNotEqualTo(RolloutJson.digest(draft("other")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"schema\":1 | \"schema\":2 | rollout of schema 2: this version reads schema 1",
        "\"evidenceSchema\":2 | \"evidenceSchema\":3 | a rollout with evidence of schema 3: this version reads schema 2",
        "\"state\":{\"is\":\"draft\"} | \"state\":{\"is\":\"gone\"} | no rollout: a wrong value at rollout.state",
        "\"state\":{\"is\":\"draft\"} | \"state\":{\"is\":\"draft\",\"final\":true} | no rollout: unknown member rollout.state.final",
        "\"state\":{\"is\":\"draft\"} | \"state\":{\"is\":\"running\",\"stay\":{\"step\":9,\"since\":\"2026-01-01T00:00:00Z\",\"windowsBefore\":0,\"unitsBefore\":0}} | no rollout: it is at a step that its plan does not have",
        "\"canary\":\"B\" | \"canary\":\"A\" | no rollout: a wrong value at rollout",
        "\"canaryUnits\":0.0,\"repeated\" | \"canaryUnits\":\"NaN\",\"repeated\" | no rollout: a wrong value at evidence.canaryUnits",
        "\"canaryUnits\":0.0,\"repeated\" | \"canaryUnits\":-1,\"repeated\" | no rollout: a count is below 0",
        "\"guard\":\"error_rate\" | \"guard\":\"another\" | no rollout: its evidence is that of other guards",
        "\"observed\":\"PT0S\" | \"observed\":\"long\" | no rollout: a wrong value at results.observed",
        "\"about\":{ | \"about\":{\"name\":\"\", | no rollout: it is not valid JSON, or names a member twice",
      })
  void refusesWhatItIsNotSureOf(String from, String to, String reason) {
    String text = RolloutJson.write(draft("d"));
    assertThat(text).contains(from);

    assertThat(RolloutJson.read(text.replaceFirst(Pattern.quote(from), to)))
        .isEqualTo(new Reading.Refused<>(reason));
  }

  @Test
  void isSmallEnoughToBeWrittenWithEveryWindow() {
    Plan plan = Presets.canary();
    Evidence evidence = plan.judge().start();
    var random = new Random(1);
    for (int i = 0; i < 100; i++) {
      evidence = plan.judge().after(evidence, Tallies.window(random, i));
    }
    RolloutRecord draft = draft("d");
    var written = new RolloutRecord(draft.about(), draft.rollout(), evidence, draft.results());

    int characters = RolloutJson.write(written).length();

    assertThat(characters).isLessThan(64 << 10);
  }

  private static RolloutRecord draft(String description) {
    return RolloutRecord.draft(
        new About("name", description, List.of(), "ann", NOW),
        new RolloutId("r1"),
        "digits",
        "A",
        "B",
        Presets.canary());
  }

  private static RolloutRecord found(String text) {
    return switch (RolloutJson.read(text)) {
      case Reading.Found<RolloutRecord>(RolloutRecord found) -> found;
      case Reading.Refused<RolloutRecord>(String reason) -> throw new AssertionError(reason);
    };
  }
}
