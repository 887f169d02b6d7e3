package dev.sluice.nginx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.control.Observations;
import dev.sluice.control.Observations.Unreadable;
import dev.sluice.control.ObservationsContract;
import dev.sluice.control.RolloutRecord;
import dev.sluice.experiment.Events;
import dev.sluice.experiment.Guard;
import dev.sluice.experiment.Rule;
import dev.sluice.experiment.Window;
import dev.sluice.rollout.Rollout;
import dev.sluice.statistics.LatencyBuckets;
import dev.sluice.statistics.RatioRule;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Windows of two instances that say what a test wants them to say.
class ScrapedWindowsTest extends ObservationsContract {
  private static final double BEGAN = 1000;

  private final Map<String, Scrape> instances =
      new HashMap<>(Map.of("7", scrape(BEGAN, 5000, 50), "8", scrape(BEGAN, 300, 3)));
  private Optional<Instant> inEffect = Optional.of(START.minusSeconds(600));
  private final ScrapedWindows windows = new ScrapedWindows(this::asked, rollout -> inEffect);

  private Scrape asked(String version) throws Unreadable {
    Scrape scrape = instances.get(version);
    if (scrape == null) {
      throw new Unreadable("10.0.0.6:8080: /metrics does not answer");
    }
    return scrape;
  }

  private static Scrape scrape(double started, double answered, double failed) {
    double all = answered + failed;
    return new Scrape(
        started,
        answered,
        failed,
        0,
        0,
        new TreeMap<>(Map.of(0.01, answered, 0.1, all, Double.POSITIVE_INFINITY, all)));
  }

  private void counts(String version, Counted more) {
    instances.computeIfPresent(
        version,
        (name, before) ->
            scrape(
                before.started(),
                before.answered() + more.requests() - more.errors(),
                before.failed() + more.errors()));
  }

  private List<Window> look(Instant now) {
    return look(running(), now);
  }

  private List<Window> look(RolloutRecord record, Instant now) {
    try {
      return windows.since(record, now);
    } catch (Unreadable unreadable) {
      throw new AssertionError(unreadable);
    }
  }

  @Override
  protected Observations observations() {
    return windows;
  }

  @Override
  protected void brings(Instant minute, Counted stable, Counted canary) {
    look(minute.minusMillis(1));
    look(minute);
    counts("7", stable);
    counts("8", canary);
    look(minute.plus(MINUTE));
  }

  private void begin() {
    look(minute(0).minusMillis(1));
    look(minute(0));
  }

  @Override
  protected Duration slack() {
    return Duration.ZERO;
  }

  private void unreadable(Instant now, String why) {
    assertThatThrownBy(() -> windows.since(running(), now))
        .isInstanceOf(Unreadable.class)
        .hasMessageContaining(why);
  }

  @Test
  void whatWasCountedBeforeTheFirstLookIsNobodys() {
    look(minute(0).plusSeconds(20));
    counts("8", new Counted(10, 10));
    assertThat(look(minute(1))).isEmpty();
    counts("8", new Counted(20, 2));

    List<Window> found = look(minute(2));

    assertThat(found).extracting(Window::start).containsExactly(minute(1));
    assertThat(found.getFirst().canary().requests()).isEqualTo(20);
  }

  @Test
  void aWindowInWhichTheShareChangedIsNobodys() {
    begin();
    inEffect = Optional.of(minute(0).plusSeconds(3));
    counts("8", new Counted(10, 10));

    assertThat(look(minute(1))).isEmpty();
    counts("8", new Counted(4, 1));
    assertThat(look(minute(2))).extracting(Window::start).containsExactly(minute(1));
  }

  @Test
  void nothingIsEvidenceWhileNobodyKnowsWhereTrafficIs() {
    inEffect = Optional.empty();

    brings(minute(0), new Counted(90, 0), new Counted(10, 0));

    assertThat(look(minute(1))).isEmpty();
  }

  @Test
  void anInstanceThatDoesNotAnswerIsUnreadable() {
    begin();
    instances.remove("8");

    unreadable(minute(0).plusSeconds(5), "version 8 at 10.0.0.6:8080: /metrics does not answer");
    unreadable(minute(1), "version 8 at");
  }

  @Test
  void anInstanceThatComesBackLosesWhatWasMissed() {
    brings(minute(0), new Counted(90, 0), new Counted(10, 0));
    RolloutRecord later = taken(running(), look(minute(1)));
    Scrape gone = instances.remove("8");
    assertThatThrownBy(() -> windows.since(later, minute(2))).isInstanceOf(Unreadable.class);
    instances.put("8", gone);
    counts("8", new Counted(50, 0));

    assertThat(look(later, minute(3))).isEmpty();
    assertThatThrownBy(() -> windows.since(later, minute(4)))
        .isInstanceOf(Unreadable.class)
        .hasMessageContaining("nobody could look");
    counts("8", new Counted(7, 0));

    List<Window> found = look(later, minute(5));
    assertThat(found).extracting(Window::start).containsExactly(minute(4));
    assertThat(found.getFirst().canary().requests()).isEqualTo(7);
  }

  @Test
  void anInstanceThatStartedAnewHasNoWindow() {
    begin();
    instances.put("8", scrape(BEGAN + 1, 9000, 0));

    unreadable(minute(1), "version 8 started anew");
    counts("8", new Counted(7, 0));
    assertThat(look(minute(2))).extracting(it -> it.canary().requests()).containsExactly(7.0);
  }

  @Test
  void aCounterThatFellIsAnInstanceThatStartedAnew() {
    begin();
    instances.put("7", scrape(BEGAN, 10, 0));

    unreadable(minute(1), "version 7 started anew");
  }

  @Test
  void aGuardThatAsksForABoundThatIsNotCountedIsUnreadable() throws Exception {
    assertThat(windows.since(slowerThan(10), minute(0))).isEmpty();

    assertThatThrownBy(() -> windows.since(slowerThan(25), minute(0)))
        .isInstanceOf(Unreadable.class)
        .hasMessage("version 7 does not count what slow asks for: its histogram has other bounds");
  }

  @Test
  void anotherRolloutBeginsAnew() {
    brings(minute(0), new Counted(90, 0), new Counted(10, 0));
    RolloutRecord other = named("r2");

    assertThat(look(other, minute(1))).isEmpty();
    assertThat(look(other, minute(2))).isEmpty();
    counts("8", new Counted(3, 0));
    assertThat(look(other, minute(3))).extracting(Window::start).containsExactly(minute(2));
  }

  private RolloutRecord with(Rollout rollout) {
    RolloutRecord before = running();
    return new RolloutRecord(before.about(), rollout, before.evidence(), before.results());
  }

  private RolloutRecord named(String id) {
    Rollout it = running().rollout();
    return with(
        new Rollout(
            new dev.sluice.rollout.RolloutId(id),
            it.model(),
            it.stable(),
            it.canary(),
            it.plan(),
            it.state(),
            it.sight(),
            it.term(),
            it.troubles(),
            it.notes(),
            1));
  }

  private RolloutRecord slowerThan(int millis) {
    Rollout it = running().rollout();
    var guard =
        Guard.of(
            "slow",
            new Rule.Ratio(
                new Events.SlowerThan(LatencyBuckets.ofMicros(millis * 1000.0)),
                RatioRule.of(1.5, 2, 0.05)));
    return with(
        new Rollout(
            it.id(),
            it.model(),
            it.stable(),
            it.canary(),
            it.plan().withGuards(List.of(guard)),
            it.state(),
            it.sight(),
            it.term(),
            it.troubles(),
            it.notes(),
            1));
  }
}
