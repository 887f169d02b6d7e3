package dev.sluice.control;

import static dev.sluice.control.Kept.NOW;
import static dev.sluice.control.Kept.changed;
import static dev.sluice.control.Kept.counters;
import static dev.sluice.control.Kept.draft;
import static dev.sluice.control.Kept.entry;
import static dev.sluice.control.Kept.over;
import static dev.sluice.control.Kept.requested;
import static dev.sluice.control.Kept.running;
import static dev.sluice.control.Kept.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.control.Instances.Condition;
import dev.sluice.control.Instances.Held;
import dev.sluice.control.Instances.Presence;
import dev.sluice.control.Rollouts.Filter;
import dev.sluice.control.Rollouts.Write;
import dev.sluice.control.Rollouts.Written;
import dev.sluice.experiment.Counters;
import dev.sluice.rollout.RolloutId;
import dev.sluice.routing.Split;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every store promises.
public abstract class StoreContract {
  private Store store;

  /// The store of this test, each time by connections of its own, as another process would.
  protected abstract Store open() throws Exception;

  @BeforeEach
  void openStore() throws Exception {
    store = open();
  }

  @Test
  void keepsNothingAtFirst() throws Exception {
    assertThat(store.active()).isEmpty();
    assertThat(store.list(Filter.newest(10))).isEmpty();
    assertThat(store.find(new RolloutId("r1"))).isEmpty();
    assertThat(store.settings()).isEqualTo(Settings.NONE);
    assertThat(store.lastSequence()).isZero();
    assertThat(store.log(0, 10)).isEmpty();
    assertThat(store.cursor("reader")).isZero();
  }

  @Test
  void keepsAllThatWasWrittenForThoseWhoOpenItLater() throws Exception {
    RolloutRecord draft = draft("r1", "digits");
    RolloutRecord running = running(draft);
    Settings settings = Settings.NONE.written("digits", Split.single("A"));
    store.write(write(draft));
    store.write(new Write(running, Optional.of(settings), entry(running)));

    Store later = open();

    assertThat(later.find(running.id())).contains(running);
    assertThat(later.active()).containsExactly(running);
    assertThat(later.settings()).isEqualTo(settings);
    assertThat(later.entries(running.id(), -1, 10).stream().map(Entry.Logged::entry))
        .containsExactly(entry(draft), entry(running));
  }

  @Test
  void refusesToWriteOverWhatSomebodyElseWrote() throws Exception {
    RolloutRecord draft = draft("r1", "digits");
    RolloutRecord running = running(draft);
    store.write(write(draft));
    store.write(write(running));

    assertThat(store.write(write(running))).isEqualTo(Written.STALE);
    assertThat(store.write(write(draft))).isEqualTo(Written.STALE);
    assertThat(store.write(write(running(running(running))))).isEqualTo(Written.STALE);
    assertThat(store.write(write(running(draft("r2", "digits"))))).isEqualTo(Written.STALE);
    assertThat(store.log(0, 10)).hasSize(2);
  }

  @Test
  void letsExactlyOneOfTwoWritersWin() throws Exception {
    RolloutRecord latest = draft("r1", "digits");
    store.write(write(latest));
    Store other = open();

    for (int round = 0; round < 20; round++) {
      RolloutRecord next = running(latest);
      assertThat(together(() -> store.write(write(next)), () -> other.write(write(next))))
          .containsExactlyInAnyOrder(Written.WRITTEN, Written.STALE);
      latest = next;
    }

    assertThat(store.entries(latest.id(), -1, 100)).hasSize(21);
  }

  @Test
  void letsExactlyOneOfTwoWritersOfSplitsWin() throws Exception {
    Store other = open();
    Settings latest = Settings.NONE;

    for (int round = 0; round < 20; round++) {
      Settings next = latest.written("digits", Split.single("v" + round));
      assertThat(together(() -> store.write(next), () -> other.write(next)))
          .containsExactlyInAnyOrder(Written.WRITTEN, Written.STALE);
      latest = next;
    }

    assertThat(other.settings()).isEqualTo(latest);
  }

  @Test
  void letsOneRolloutHaveAModel() throws Exception {
    RolloutRecord first = draft("r1", "digits");
    RolloutRecord second = draft("r2", "digits");
    store.write(write(first));
    store.write(write(second));
    store.write(write(running(first)));

    assertThat(store.write(write(running(second)))).isEqualTo(Written.OCCUPIED);
    assertThat(store.find(second.id())).contains(second);

    store.write(write(over(running(first))));
    assertThat(store.write(write(running(second)))).isEqualTo(Written.WRITTEN);
  }

  @Test
  void letsOneOfTwoRolloutsStartWhenBothDoSo() throws Exception {
    Store other = open();
    for (int round = 0; round < 10; round++) {
      RolloutRecord first = draft("a" + round, "model" + round);
      RolloutRecord second = draft("b" + round, "model" + round);
      store.write(write(first));
      store.write(write(second));

      assertThat(
              together(
                  () -> store.write(write(running(first))),
                  () -> other.write(write(running(second)))))
          .containsExactlyInAnyOrder(Written.WRITTEN, Written.OCCUPIED);
    }
  }

  @Test
  void doesARequestOnce() throws Exception {
    RolloutRecord draft = draft("r1", "digits");
    store.write(requested(draft, "key"));

    assertThat(store.write(requested(running(draft), "key"))).isEqualTo(Written.REPEATED);
    assertThat(store.write(requested(draft, "key"))).isEqualTo(Written.REPEATED);
    assertThat(store.find(draft.id())).contains(draft);
    assertThat(store.requested("key").map(Entry.Logged::entry))
        .contains(requested(draft, "key").entry());
    assertThat(store.requested("other")).isEmpty();
  }

  @Test
  void writesNothingWhenOnePartIsRefused() throws Exception {
    Settings stale = new Settings(7, Map.of());
    RolloutRecord draft = draft("r1", "digits");

    assertThat(store.write(new Write(draft, Optional.of(stale), entry(draft))))
        .isEqualTo(Written.STALE);

    assertThat(store.find(draft.id())).isEmpty();
    assertThat(store.log(0, 10)).isEmpty();
    assertThat(store.lastSequence()).isZero();
  }

  @Test
  void writesNothingWhenOnePartFails() throws Exception {
    RolloutRecord draft = draft("r1", "digits");
    store.write(write(draft));
    Settings settings = Settings.NONE.written("digits", Split.single("A"));
    // There is an entry of this revision already.
    var impossible = new Write(running(draft), Optional.of(settings), entry(draft));

    assertThatThrownBy(() -> store.write(impossible)).isInstanceOf(StoreUnavailable.class);

    assertThat(store.find(draft.id())).contains(draft);
    assertThat(store.settings()).isEqualTo(Settings.NONE);
    assertThat(store.lastSequence()).isEqualTo(1);
  }

  @Test
  void showsEachReaderTheWholeLogInItsOrder() throws Exception {
    int writers = 4;
    int entries = 25;
    List<Callable<Written>> tasks = new ArrayList<>();
    for (int i = 0; i < writers; i++) {
      Store own = open();
      RolloutRecord first = draft("r" + i, "model" + i);
      tasks.add(() -> writeInTurn(own, first, entries));
    }
    List<Long> seen = new ArrayList<>();

    List<Future<Written>> writing = started(tasks);
    while (!writing.stream().allMatch(Future::isDone)) {
      follow(seen);
    }
    follow(seen);

    for (Future<Written> each : writing) {
      assertThat(each.get()).isEqualTo(Written.WRITTEN);
    }
    assertThat(seen)
        .hasSize(writers * entries)
        .isEqualTo(store.log(0, 1000).stream().map(Entry.Logged::sequence).toList())
        .isSorted();
    assertThat(store.lastSequence()).isEqualTo(seen.getLast());
  }

  private static Written writeInTurn(Store store, RolloutRecord first, int entries)
      throws StoreUnavailable {
    RolloutRecord next = first;
    Written last = store.write(write(next));
    for (int i = 1; i < entries && last == Written.WRITTEN; i++) {
      next = running(next);
      last = store.write(write(next));
    }
    return last;
  }

  private void follow(List<Long> seen) throws StoreUnavailable {
    long after = seen.isEmpty() ? 0 : seen.getLast();
    store.log(after, 1000).forEach(logged -> seen.add(logged.sequence()));
  }

  @Test
  void findsRolloutsByModelAndTagTheNewestFirst() throws Exception {
    store.write(write(draft("r1", "digits", "red", "blue")));
    store.write(write(draft("r2", "digits", "blue")));
    store.write(write(draft("r3", "texts", "blue")));

    assertThat(ids(Filter.newest(10))).containsExactly("r3", "r2", "r1");
    assertThat(ids(Filter.newest(2))).containsExactly("r3", "r2");
    assertThat(ids(new Filter(Optional.of("digits"), Optional.empty(), 10)))
        .containsExactly("r2", "r1");
    assertThat(ids(new Filter(Optional.of("digits"), Optional.of("red"), 10)))
        .containsExactly("r1");
    assertThat(ids(new Filter(Optional.empty(), Optional.of("blue"), 1))).containsExactly("r3");
  }

  private List<String> ids(Filter filter) throws StoreUnavailable {
    return store.list(filter).stream().map(rollout -> rollout.id().value()).toList();
  }

  @Test
  void tellsOnlyChangesAsHistoryTheNewestFirst() throws Exception {
    RolloutRecord digits = draft("r1", "digits", "red");
    RolloutRecord texts = draft("r2", "texts");
    store.write(changed(digits));
    store.write(write(running(digits)));
    store.write(changed(texts));
    store.write(changed(running(running(digits))));

    assertThat(revisions(Filter.newest(10))).containsExactly("r1:2", "r2:0", "r1:0");
    assertThat(revisions(Filter.newest(1))).containsExactly("r1:2");
    assertThat(revisions(new Filter(Optional.of("texts"), Optional.empty(), 10)))
        .containsExactly("r2:0");
    assertThat(revisions(new Filter(Optional.empty(), Optional.of("red"), 10)))
        .containsExactly("r1:2", "r1:0");
  }

  @Test
  void tellsTheHistoryOfOneRolloutAlone() throws Exception {
    RolloutRecord digits = draft("r1", "digits");
    store.write(changed(digits));
    store.write(write(running(digits)));
    store.write(changed(draft("r2", "digits")));
    store.write(changed(running(running(digits))));

    assertThat(revisions(store.history(new RolloutId("r1"), 10))).containsExactly("r1:2", "r1:0");
    assertThat(revisions(store.history(new RolloutId("r1"), 1))).containsExactly("r1:2");
    assertThat(revisions(store.history(new RolloutId("r3"), 10))).isEmpty();
  }

  private List<String> revisions(Filter filter) throws StoreUnavailable {
    return revisions(store.history(filter));
  }

  private static List<String> revisions(List<Entry.Logged> history) {
    return history.stream()
        .map(Entry.Logged::entry)
        .map(entry -> entry.rollout().value() + ":" + entry.revision())
        .toList();
  }

  @Test
  void givesEntriesAfterARevisionUpToALimit() throws Exception {
    writeInTurn(store, draft("r1", "digits"), 5);

    assertThat(store.entries(new RolloutId("r1"), 1, 2).stream().map(Entry.Logged::entry))
        .extracting(Entry::revision)
        .containsExactly(2L, 3L);
    assertThat(store.log(4, 10)).hasSize(1);
    assertThat(store.log(0, 3)).hasSize(3);
  }

  @Test
  void seesWhatOthersDidToActiveRollouts() throws Exception {
    Store other = open();
    RolloutRecord running = running(draft("r1", "digits"));
    store.write(write(draft("r1", "digits")));
    store.write(write(running));
    assertThat(store.active()).containsExactly(running);

    other.write(write(running(running)));
    assertThat(store.active()).containsExactly(running(running));

    other.write(write(over(running(running))));
    assertThat(store.active()).isEmpty();
  }

  @Test
  void forgetsADraftWithItsEntries() throws Exception {
    RolloutRecord draft = draft("r1", "digits", "red");
    store.write(requested(draft, "key"));

    assertThat(store.delete(draft.id(), 1)).isEqualTo(Written.STALE);
    assertThat(store.delete(draft.id(), 0)).isEqualTo(Written.WRITTEN);
    assertThat(store.delete(draft.id(), 0)).isEqualTo(Written.STALE);

    assertThat(store.find(draft.id())).isEmpty();
    assertThat(store.log(0, 10)).isEmpty();
    assertThat(store.write(requested(draft, "key"))).isEqualTo(Written.WRITTEN);
  }

  @Test
  void deletesNothingThatWasStarted() throws Exception {
    RolloutRecord draft = draft("r1", "digits");
    store.write(write(draft));
    store.write(write(running(draft)));

    assertThat(store.delete(draft.id(), 1)).isEqualTo(Written.STALE);
    assertThat(store.find(draft.id())).contains(running(draft));
  }

  @Test
  void keepsTheNewestFinishedRolloutsAndDraftsAndAllThatAreActive() throws Exception {
    store.write(write(draft("r0", "digits")));
    for (String id : List.of("r1", "r2", "r3")) {
      RolloutRecord draft = draft(id, "digits", "red");
      store.write(write(draft));
      store.write(write(running(draft)));
      store.write(write(over(running(draft))));
    }
    store.write(write(draft("r4", "digits")));
    RolloutRecord running = draft("r5", "texts");
    store.write(write(running));
    store.write(write(running(running)));

    store.forgetRollouts(1);

    assertThat(ids(Filter.newest(10))).containsExactly("r5", "r4", "r3");
    assertThat(store.log(0, 100).stream().map(logged -> logged.entry().rollout().value()))
        .containsOnly("r3", "r4", "r5");
    assertThat(store.lastSequence()).isEqualTo(13);
  }

  @Test
  void letsALeaseGoThatAClockFarAheadHasTaken() throws Exception {
    Instant ahead = NOW.plus(Duration.ofHours(1));
    store.lease("ahead", ahead, ahead.plusSeconds(10));

    assertThat(store.lease("right", NOW, NOW.plusSeconds(10))).isTrue();
  }

  @Test
  void givesTheReportsAroundAMoment() throws Exception {
    Instant until = Instant.parse("2026-01-01T12:00:00Z");
    Counters old = counters("gone", until.minus(Duration.ofMinutes(61)));
    Counters atAnHour = counters("slow", until.minus(Duration.ofMinutes(60)));
    Counters before = counters("p1", until.minusSeconds(60));
    Counters at = counters("p1", until);
    Counters other = counters("p2", until.minusSeconds(60));
    Counters next = counters("p1", until.plusSeconds(60));
    Counters afterNext = counters("p2", until.plusSeconds(120));
    for (Counters each : List.of(old, atAnHour, before, at, other, afterNext, next)) {
      store.append("digits", each);
    }
    store.append("texts", counters("p3", until));

    var counted = store.counted("digits", until);

    assertThat(counted.last()).containsExactlyInAnyOrder(atAnHour, at, other);
    assertThat(counted.later()).containsExactly(next, afterNext);
  }

  @Test
  void takesTheFirstReportOfAWindow() throws Exception {
    Counters first = counters("p1", NOW);
    var second = new Counters("p1", NOW.minusSeconds(9), NOW, NOW, first.share(), first.tallies());
    store.append("digits", first);
    Store other = open();
    other.append("digits", second);

    for (Store reader : List.of(store, other, open())) {
      assertThat(reader.counted("digits", NOW.plusSeconds(1)).last()).containsExactly(first);
    }
  }

  @Test
  void forgetsReportsThatEndedBefore() throws Exception {
    store.append("digits", counters("p1", NOW));
    store.append("digits", counters("p2", NOW.plusSeconds(60)));

    store.forgetReports(NOW.plusSeconds(60));

    assertThat(store.counted("digits", NOW.minusSeconds(1)).later())
        .containsExactly(counters("p2", NOW.plusSeconds(60)));
  }

  @Test
  void knowsTheLastWordOfThoseHeardOfSince() throws Exception {
    var loading = new Held("digits", "B", Condition.LOADING, "");
    var healthy = new Held("digits", "B", Condition.HEALTHY, "");
    store.present(new Presence("p1", NOW, List.of(loading)));
    store.present(new Presence("p1", NOW.plusSeconds(5), List.of(healthy)));
    store.present(new Presence("p2", NOW, List.of()));

    assertThat(open().presentSince(NOW.plusSeconds(1)))
        .containsExactly(new Presence("p1", NOW.plusSeconds(5), List.of(healthy)));
    assertThat(store.presentSince(NOW)).hasSize(2);
  }

  @Test
  void grantsTheLeaseToOneUntilItRunsOut() throws Exception {
    Store other = open();

    assertThat(store.leased()).isEmpty();
    assertThat(store.lease("a", NOW, NOW.plusSeconds(10))).isTrue();
    assertThat(other.leased().orElseThrow())
        .isCloseTo(NOW.plusSeconds(10), within(1, ChronoUnit.MILLIS));
    assertThat(other.lease("b", NOW.plusSeconds(9), NOW.plusSeconds(19))).isFalse();
    assertThat(store.lease("a", NOW.plusSeconds(9), NOW.plusSeconds(19))).isTrue();
    assertThat(other.lease("b", NOW.plusSeconds(10), NOW.plusSeconds(20))).isFalse();
    assertThat(other.lease("b", NOW.plusSeconds(19), NOW.plusSeconds(29))).isTrue();
    assertThat(store.lease("a", NOW.plusSeconds(20), NOW.plusSeconds(30))).isFalse();
  }

  @Test
  void grantsTheLeaseToOneOfTwoWhoAskTogether() throws Exception {
    Store other = open();
    for (int round = 0; round < 10; round++) {
      Instant now = NOW.plusSeconds(100L * round);
      Instant until = now.plusSeconds(10);

      assertThat(together(() -> store.lease("a", now, until), () -> other.lease("b", now, until)))
          .containsExactlyInAnyOrder(true, false);
    }
  }

  @Test
  void movesACursorForWhoeverReadItLast() throws Exception {
    assertThat(store.move("reader", 5, 7)).isFalse();
    assertThat(store.move("reader", 0, 7)).isTrue();
    assertThat(open().move("reader", 0, 8)).isFalse();
    assertThat(store.cursor("reader")).isEqualTo(7);
    assertThat(store.move("reader", 7, 9)).isTrue();
    assertThat(store.cursor("reader")).isEqualTo(9);
    assertThat(store.cursor("other")).isZero();
  }

  @Test
  void takesTheFirstWordAboutAnExposureUntilItRunsOut() throws Exception {
    Instant forget = NOW.plusSeconds(100);

    assertThat(store.first("e1", NOW, forget)).isTrue();
    assertThat(open().first("e1", NOW.plusSeconds(99), forget)).isFalse();
    assertThat(store.first("e2", NOW.plusSeconds(99), forget)).isTrue();
    assertThat(store.first("e1", NOW.plusSeconds(100), NOW.plusSeconds(200))).isTrue();
    assertThat(store.first("e1", NOW.plusSeconds(101), NOW.plusSeconds(200))).isFalse();
  }

  @Test
  void takesOneOfTwoWordsAboutAnExposure() throws Exception {
    Store other = open();
    for (int round = 0; round < 20; round++) {
      String exposure = "e" + round;
      Instant forget = NOW.plusSeconds(100);

      assertThat(
              together(
                  () -> store.first(exposure, NOW, forget),
                  () -> other.first(exposure, NOW, forget)))
          .containsExactlyInAnyOrder(true, false);
    }
  }

  private static <T> List<T> together(Callable<T> one, Callable<T> other) throws Exception {
    List<Future<T>> both = started(List.of(one, other));
    return List.of(both.get(0).get(), both.get(1).get());
  }

  private static <T> List<Future<T>> started(List<Callable<T>> tasks) {
    var ready = new CountDownLatch(tasks.size());
    return tasks.stream()
        .map(
            task ->
                new FutureTask<>(
                    () -> {
                      ready.countDown();
                      ready.await();
                      return task.call();
                    }))
        .map(StoreContract::begun)
        .toList();
  }

  private static <T> Future<T> begun(FutureTask<T> task) {
    Thread.startVirtualThread(task);
    return task;
  }
}
