package dev.sluice.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sluice.control.Advance;
import dev.sluice.control.Entry;
import dev.sluice.control.RolloutRecord;
import dev.sluice.control.StoreUnavailable;
import dev.sluice.rollout.Cause;
import dev.sluice.rollout.Phase;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class RolloutMetersTest {
  private final Watching service = Watching.start();
  private final RolloutMeters meters = service.rollouts();
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final Logger log = (Logger) LoggerFactory.getLogger(RolloutMeters.class);

  @BeforeEach
  void listen() {
    lines.start();
    log.addAppender(lines);
  }

  @AfterEach
  void leave() {
    log.detachAppender(lines);
  }

  @Test
  void showsOneStateOfAllAndKeepsItWhenTheRolloutIsOver() {
    RolloutRecord running = Rolled.running();
    meters.seen(List.of(running));

    assertThat(states()).containsEntry("running", 1.0).hasSize(Phase.values().length);
    assertThat(states().values().stream().mapToDouble(value -> value).sum()).isEqualTo(1);

    meters.seen(List.of());
    meters.entered(Rolled.entry(9, running, Rolled.moved(Phase.ROLLED_BACK, Cause.Code.HARMFUL)));

    assertThat(states()).containsEntry("rolled_back", 1.0).containsEntry("running", 0.0);
  }

  private Map<String, Double> states() {
    return service.scraped().samples().stream()
        .filter(sample -> sample.name().equals("sluice_rollout_state"))
        .collect(Collectors.toMap(sample -> sample.labels().get("state"), Scraped.Sample::value));
  }

  @Test
  void saysNothingOfModelsWithoutARollout() {
    assertThat(service.scraped().labels("sluice_rollout_state")).isEmpty();
    assertThat(service.scraped().labels("sluice_judge_errors_total")).isEmpty();
    assertThat(service.scraped().labels("sluice_store_up")).isEmpty();
  }

  @Test
  void countsWhatThisProcessWroteAndNotWhatItOnlyReads() {
    RolloutRecord running = Rolled.running();
    Entry.Logged entry =
        Rolled.entry(9, running, Rolled.moved(Phase.ROLLED_BACK, Cause.Code.HARMFUL));
    meters.seen(List.of(running));

    meters.entered(entry);
    assertThat(transitions("rolled_back", "harmful")).isZero();
    meters.wrote(entry.entry());

    assertThat(transitions("rolled_back", "harmful")).isEqualTo(1);
    assertThat(
            service
                .scraped()
                .value(
                    "sluice_rollout_last_transition_timestamp_seconds",
                    "model",
                    "digits",
                    "to",
                    "rolled_back",
                    "reason",
                    "harmful"))
        .isEqualTo(Rolled.START.getEpochSecond() + 1.5);
  }

  private double transitions(String to, String reason) {
    return service
        .scraped()
        .value("sluice_rollout_transitions_total", "model", "digits", "to", to, "reason", reason);
  }

  @Test
  void everyEndIsThereAtZeroBeforeItHappens() {
    meters.seen(List.of(Rolled.running()));

    assertThat(transitions("rolled_back", "harmful")).isZero();
    assertThat(transitions("failed", "split_mismatch")).isZero();
    assertThat(transitions("paused", "not_proven")).isZero();
    assertThat(transitions("promoted", "unproven")).isZero();
    assertThat(service.scraped().value("sluice_judge_errors_total", "model", "digits")).isZero();
  }

  @Test
  void everyCauseHasOneOfTwelveReasonsOrMovesNothing() {
    Set<String> reasons =
        Arrays.stream(Cause.Code.values())
            .map(TransitionReason::of)
            .flatMap(Optional::stream)
            .map(TransitionReason::label)
            .collect(Collectors.toUnmodifiableSet());

    assertThat(reasons)
        .hasSizeLessThanOrEqualTo(12)
        .isEqualTo(Contract.TRANSITION_REASONS)
        .isEqualTo(
            Arrays.stream(TransitionReason.values())
                .map(TransitionReason::label)
                .collect(Collectors.toUnmodifiableSet()));
  }

  @Test
  void showsTheEvidenceAndWhatItHasToReach() {
    Advance.Outcome.Next harmed = Rolled.judged(Rolled.running(), 5, 0.2);
    meters.seen(List.of(harmed.record()));

    Scraped page = service.scraped();

    double harm = side(page, "sluice_evidence_log10", "error_rate", "harm");
    double barrier = side(page, "sluice_evidence_threshold_log10", "error_rate", "harm");
    assertThat(harm).isGreaterThan(barrier);
    assertThat(barrier).isPositive();
    assertThat(side(page, "sluice_evidence_log10", "error_rate", "not_worse")).isNegative();
    assertThat(side(page, "sluice_evidence_threshold_log10", "split", "split"))
        .isCloseTo(3, within(1e-9));
    assertThat(side(page, "sluice_evidence_log10", "split", "split")).isLessThan(3);
  }

  @Test
  void showsTheEffectBetweenItsBoundsAndBesideItsMargin() {
    meters.seen(List.of(Rolled.judged(Rolled.running(), 5, 0.008).record()));

    Scraped page = service.scraped();

    double estimate = effect(page, "sluice_effect_estimate");
    assertThat(estimate).isGreaterThan(effect(page, "sluice_effect_lower"));
    assertThat(estimate).isLessThan(effect(page, "sluice_effect_upper"));
    assertThat(effect(page, "sluice_effect_margin")).isBetween(1.01, 5.0);
  }

  @Test
  void theEvidenceGoesWithTheRollout() {
    RolloutRecord judged = Rolled.judged(Rolled.running(), 5, 0.02).record();
    meters.seen(List.of(judged));
    meters.judged(judged);
    assertThat(service.scraped().labels("sluice_judge_last_run_timestamp_seconds")).isNotEmpty();

    meters.seen(List.of());

    for (String name :
        List.of(
            "sluice_evidence_log10",
            "sluice_evidence_threshold_log10",
            "sluice_effect_estimate",
            "sluice_effect_margin",
            "sluice_judge_last_run_timestamp_seconds")) {
      assertThat(service.scraped().labels(name)).as(name).isEmpty();
    }
  }

  @Test
  void aNewRevisionIsShownAtOnce() {
    RolloutRecord running = Rolled.running();
    meters.seen(List.of(running));
    assertThat(service.scraped().labels("sluice_effect_estimate")).isEmpty();

    meters.seen(List.of(Rolled.judged(running, 5, 0.02).record()));

    assertThat(service.scraped().labels("sluice_effect_estimate")).isNotEmpty();
  }

  @Test
  void saysWhenItLastJudgedAndHowOftenItCouldNot() {
    RolloutRecord running = Rolled.running();
    meters.seen(List.of(running));

    meters.judged(running);
    meters.broke("digits", new IllegalStateException("bug"));
    meters.broke("digits", new IllegalStateException("bug"));

    Scraped page = service.scraped();
    assertThat(page.value("sluice_judge_last_run_timestamp_seconds", "model", "digits"))
        .isEqualTo((double) Watching.NOW.getEpochSecond());
    assertThat(page.value("sluice_judge_errors_total", "model", "digits")).isEqualTo(2);
    assertThat(messages(Level.ERROR)).containsExactly("rollout cannot be judged");
  }

  @Test
  void saysOnceThatTheStoreIsAwayAndOnceThatItIsBack() {
    meters.storeBack();
    assertThat(service.scraped().value("sluice_store_up")).isEqualTo(1);
    for (int i = 0; i < 3; i++) {
      meters.storeAway(new StoreUnavailable("no disk"));
    }
    assertThat(service.scraped().value("sluice_store_up")).isZero();
    meters.storeBack();
    meters.storeBack();

    assertThat(service.scraped().value("sluice_store_up")).isEqualTo(1);
    assertThat(messages(Level.WARN)).hasSize(1);
    assertThat(messages(Level.INFO)).containsExactly("store is back");
  }

  @Test
  void aChangeIsOneLineWithWhatCausedIt() {
    RolloutRecord running = Rolled.running();

    meters.entered(Rolled.entry(9, running, Rolled.moved(Phase.ROLLED_BACK, Cause.Code.HARMFUL)));

    assertThat(messages(Level.INFO)).containsExactly("rollout moved");
    assertThat(lines.list.getFirst().getKeyValuePairs().toString())
        .contains(
            "sequence=\"9\"",
            "model=\"digits\"",
            "rollout=\"r1\"",
            "from=\"running\"",
            "to=\"rolled_back\"",
            "share=\"0.0\"",
            "actor=\"judge\"",
            "code=\"harmful\"",
            "reason=\"error_rate\"",
            "sentence=\"rolled back by judge\"");
  }

  private List<String> messages(Level level) {
    return lines.list.stream()
        .filter(line -> line.getLevel() == level)
        .map(ILoggingEvent::getMessage)
        .toList();
  }

  private static double side(Scraped page, String name, String metric, String side) {
    return page.value(name, "model", "digits", "metric", metric, "side", side);
  }

  private static double effect(Scraped page, String name) {
    return page.value(name, "model", "digits", "metric", "error_rate");
  }
}
