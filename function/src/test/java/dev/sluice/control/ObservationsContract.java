package dev.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.experiment.Evidence;
import dev.sluice.experiment.Window;
import dev.sluice.rollout.Extension;
import dev.sluice.rollout.Plan;
import dev.sluice.rollout.Presets;
import dev.sluice.rollout.Rollout;
import dev.sluice.rollout.RolloutId;
import dev.sluice.rollout.State;
import dev.sluice.rollout.Stay;
import dev.sluice.rollout.Term;
import dev.sluice.routing.Share;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What all observations promise, in windows of a minute.
public abstract class ObservationsContract {
  /// When the rollout's first step began.
  protected static final Instant START = Instant.parse("2026-01-01T12:00:00Z");

  protected static final Duration MINUTE = Duration.ofMinutes(1);
  protected static final Share SHARE = Share.ofPercent(10);
  protected static final Counted NOTHING = new Counted(0, 0);

  /// What one version counts in a minute.
  protected record Counted(int requests, int errors) {
    public Counted {}
  }

  protected abstract Observations observations();

  /// Both versions count something in a minute, under the share of the rollout. Minutes come in
  /// their order.
  protected abstract void brings(Instant minute, Counted stable, Counted canary) throws Exception;

  /// How long after its end a window is closed.
  protected abstract Duration slack();

  protected String stable() {
    return "7";
  }

  protected String canary() {
    return "8";
  }

  /// The rollout of these tests, before its first window.
  protected final RolloutRecord running() {
    Plan plan =
        Plan.of(List.of(Plan.Step.of(SHARE)), Presets.fast().guards())
            .withTerms(Presets.fast().terms().withWindow(MINUTE));
    RolloutRecord draft =
        RolloutRecord.draft(
            new About("name", "", List.of(), "ann", START),
            new RolloutId("r1"),
            "served",
            stable(),
            canary(),
            plan);
    Rollout before = draft.rollout();
    return draft.with(
        new Rollout(
            before.id(),
            before.model(),
            before.stable(),
            before.canary(),
            plan,
            new State.Running(new Stay(0, START, 0, 0)),
            before.sight(),
            Optional.of(new Term(START, START, Extension.NOT_USED)),
            before.troubles(),
            before.notes(),
            1));
  }

  /// The same after windows were taken.
  protected static RolloutRecord taken(RolloutRecord record, List<Window> windows) {
    Evidence evidence = record.evidence();
    for (Window window : windows) {
      evidence = record.rollout().plan().judge().after(evidence, window);
    }
    return new RolloutRecord(record.about(), record.rollout(), evidence, record.results());
  }

  protected static Instant minute(int number) {
    return START.plus(MINUTE.multipliedBy(number));
  }

  /// When the minutes before this one are closed.
  protected final Instant closing(int number) {
    return minute(number).plus(slack());
  }

  @Test
  void closesOneWindowAfterTheOther() throws Exception {
    brings(minute(0), new Counted(90, 3), new Counted(10, 1));
    brings(minute(1), new Counted(180, 0), new Counted(20, 20));
    brings(minute(2), new Counted(9, 9), new Counted(1, 0));

    List<Window> windows = observations().since(running(), closing(3));

    assertThat(windows).extracting(Window::start).containsExactly(minute(0), minute(1), minute(2));
    assertThat(windows).extracting(Window::end).containsExactly(minute(1), minute(2), minute(3));
    assertThat(windows).extracting(Window::share).containsOnly(SHARE);
    assertThat(windows).extracting(it -> it.stable().requests()).containsExactly(90.0, 180.0, 9.0);
    assertThat(windows).extracting(it -> it.canary().requests()).containsExactly(10.0, 20.0, 1.0);
    assertThat(windows)
        .extracting(it -> it.stable().errors().events())
        .containsExactly(3.0, 0.0, 9.0);
    assertThat(windows)
        .extracting(it -> it.canary().errors().events())
        .containsExactly(1.0, 20.0, 0.0);
  }

  @Test
  void bringsWindowsThatTheJudgeTakes() throws Exception {
    brings(minute(0), new Counted(90, 3), new Counted(10, 1));
    brings(minute(1), new Counted(180, 0), new Counted(20, 20));

    Evidence evidence = taken(running(), observations().since(running(), closing(2))).evidence();

    assertThat(evidence.windows()).isEqualTo(2);
    assertThat(evidence.canaryUnits()).isEqualTo(30);
    assertThat(evidence.misfits() + evidence.repeated()).isZero();
    assertThat(evidence.until()).contains(minute(2));
  }

  @Test
  void closesNoWindowThatIsNotOver() throws Exception {
    brings(minute(0), new Counted(90, 0), new Counted(10, 0));
    brings(minute(1), new Counted(90, 0), new Counted(10, 0));

    List<Window> before = observations().since(running(), closing(2).minusMillis(1));

    assertThat(before).extracting(Window::start).containsExactly(minute(0));
    assertThat(observations().since(running(), closing(1).minusMillis(1))).isEmpty();
  }

  @Test
  void saysTheSameOrMoreWhenItIsAskedAgain() throws Exception {
    brings(minute(0), new Counted(90, 3), new Counted(10, 1));
    List<Window> first = observations().since(running(), closing(1));
    brings(minute(1), new Counted(45, 0), new Counted(5, 0));

    assertThat(observations().since(running(), closing(1))).isEqualTo(first);
    assertThat(observations().since(running(), closing(2))).hasSize(2).startsWith(first.getFirst());
  }

  @Test
  void goesOnWhereTheEvidenceEnds() throws Exception {
    for (int number = 0; number < 4; number++) {
      brings(minute(number), new Counted(90, number), new Counted(10, 0));
    }
    RolloutRecord later = taken(running(), observations().since(running(), closing(2)));

    List<Window> windows = observations().since(later, closing(4));

    assertThat(windows).extracting(Window::start).containsExactly(minute(2), minute(3));
    assertThat(windows).extracting(it -> it.stable().errors().events()).containsExactly(2.0, 3.0);
  }

  @Test
  void takesNothingTwice() throws Exception {
    brings(minute(0), new Counted(90, 3), new Counted(10, 1));
    RolloutRecord later = taken(running(), observations().since(running(), closing(1)));

    assertThat(observations().since(later, closing(1))).isEmpty();
  }

  @Test
  void leavesOutWhatWasCountedBeforeTheFirstStep() throws Exception {
    brings(minute(-1), new Counted(500, 500), new Counted(500, 500));
    brings(minute(0), new Counted(90, 0), new Counted(10, 0));

    List<Window> windows = observations().since(running(), closing(1));

    assertThat(windows).extracting(Window::start).containsExactly(minute(0));
    assertThat(windows.getFirst().canary().requests()).isEqualTo(10);
  }

  @Test
  void takesSilenceForNothing() throws Exception {
    brings(minute(0), NOTHING, NOTHING);

    List<Window> windows = observations().since(running(), closing(1));

    assertThat(windows).allMatch(it -> it.stable().requests() + it.canary().requests() == 0);
    assertThat(taken(running(), windows).evidence().silentFor()).isZero();
  }

  @Test
  void hearsThatTheCanaryAloneIsSilent() throws Exception {
    brings(minute(0), new Counted(90, 0), NOTHING);

    List<Window> windows = observations().since(running(), closing(1));

    assertThat(taken(running(), windows).evidence().silentFor()).isEqualTo(1);
  }

  @Test
  void saysWhetherTheSplitIsAsTheShareSays() throws Exception {
    brings(minute(0), new Counted(90, 0), new Counted(10, 0));

    Window window = observations().since(running(), closing(1)).getFirst();

    assertThat(window.stable().fresh()).isEqualTo(90);
    assertThat(window.canary().fresh()).isEqualTo(10);
  }
}
