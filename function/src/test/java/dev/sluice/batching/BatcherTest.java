package dev.sluice.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.batching.Answer.Reached;
import dev.sluice.inference.Deadline;
import dev.sluice.inference.ModelError;
import dev.sluice.inference.PooledBuffers;
import dev.sluice.inference.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class BatcherTest {
  static final Version VERSION = new Version("digits", "A", "00");

  private final PuppetDispatcher puppet = new PuppetDispatcher(2);
  private final PooledBuffers buffers = new PooledBuffers(1 << 20);
  private final AtomicInteger closes = new AtomicInteger();
  private final List<BatchListener.Ran> heard = new ArrayList<>();

  private Batcher batcher(FakeModel model, BatchSettings settings) {
    return new Batcher(
        VERSION,
        model,
        BatchPolicy.of(settings, BatchPolicyTest.cheapRows()),
        buffers,
        puppet,
        (version, ran) -> heard.add(ran));
  }

  private Batcher batcher(FakeModel model) {
    return batcher(model, BatchSettings.defaults());
  }

  private Deadline in(Duration time) {
    return new Deadline(puppet.nowNanos() + time.toNanos());
  }

  private Ticket place(Batcher batcher, float value) {
    return place(batcher, value, 1, 2, Duration.ofSeconds(2));
  }

  private Ticket place(Batcher batcher, float value, int rows, int width, Duration time) {
    return batcher.place(FakeModel.input(value, rows, width, closes::incrementAndGet), in(time));
  }

  private static List<Float> done(Ticket ticket) {
    return switch (ticket.answer().orElseThrow()) {
      case Answer.Done done -> FakeModel.values(done.outputs().getFirst());
      case Answer other -> throw new AssertionError("not done: " + other);
    };
  }

  @Test
  void answersEachCallerWithItsOwnRows() {
    FakeModel model = FakeModel.obedient();
    Batcher batcher = batcher(model);
    Ticket first = place(batcher, 10);
    Ticket second = place(batcher, 20, 3, 2, Duration.ofSeconds(2));
    Ticket third = place(batcher, 30);
    assertThat(batcher.queuedRows()).isEqualTo(5);

    puppet.turns();

    assertThat(model.runs).containsExactly(List.of(10f, 20f, 20f, 20f, 30f));
    assertThat(done(first)).containsExactly(11f);
    assertThat(done(second)).containsExactly(21f, 21f, 21f);
    assertThat(done(third)).containsExactly(31f);
    assertThat(closes).hasValue(3);
    assertThat(batcher.queuedRows()).isZero();
    assertThat(buffers.kept()).as("the joined rows are given back").isEqualTo(64);
  }

  @Test
  void tellsHowLongItWaitedAndRan() {
    FakeModel model = new FakeModel((firsts, deadline) -> puppet.advance(Duration.ofMillis(3)));
    Batcher batcher = batcher(model);
    place(batcher, 1);
    puppet.advance(Duration.ofMillis(7));
    Ticket second = place(batcher, 2);

    puppet.turns();

    assertThat(second.answer().orElseThrow())
        .isInstanceOfSatisfying(
            Answer.Done.class,
            done -> {
              assertThat(done.queueNanos()).isZero();
              assertThat(done.runNanos()).isEqualTo(3_000_000);
              assertThat(done.batchRows()).isEqualTo(2);
            });
    assertThat(heard).containsExactly(new BatchListener.Ran(2, 2, 7_000_000, 3_000_000));
    assertThat(batcher.policy().curve().predictedNanos(2)).isGreaterThan(1_200_000);
  }

  @Test
  void onlyRowsOfTheSameShapeRunTogether() {
    FakeModel model = FakeModel.obedient();
    Batcher batcher = batcher(model);
    place(batcher, 1, 1, 2, Duration.ofSeconds(2));
    puppet.advance(Duration.ofNanos(1));
    place(batcher, 2, 1, 5, Duration.ofSeconds(2));
    puppet.advance(Duration.ofNanos(1));
    place(batcher, 3, 1, 2, Duration.ofSeconds(2));
    puppet.advance(Duration.ofNanos(1));
    place(batcher, 4, 1, 5, Duration.ofSeconds(2));

    puppet.turns();

    assertThat(model.runs).containsExactly(List.of(1f, 3f), List.of(2f, 4f));
  }

  @Test
  void onePoisonedInputFailsAlone() {
    FakeModel model = FakeModel.poisonedBy(5);
    Batcher batcher = batcher(model);
    List<Ticket> tickets = IntStream.range(0, 8).mapToObj(value -> place(batcher, value)).toList();

    puppet.turns();

    for (int value = 0; value < 8; value++) {
      if (value == 5) {
        assertThat(tickets.get(5).answer().orElseThrow()).isInstanceOf(Answer.Failed.class);
      } else {
        assertThat(done(tickets.get(value))).containsExactly(value + 1f);
      }
    }
    assertThat(model.runs).as("one, and two for each halving").hasSize(7);
    assertThat(closes).hasValue(8);
  }

  @Test
  void answersEveryCallerWhenTheModelBreaks() {
    FakeModel model =
        new FakeModel(
            (firsts, deadline) -> {
              throw new IllegalStateException("a bug");
            });
    Batcher batcher = batcher(model);
    List<Ticket> tickets = IntStream.range(0, 4).mapToObj(value -> place(batcher, value)).toList();

    puppet.turns();

    assertThat(tickets)
        .allSatisfy(
            ticket ->
                assertThat(ticket.answer().orElseThrow())
                    .isInstanceOfSatisfying(
                        Answer.Failed.class,
                        failed ->
                            assertThat(failed.error().kind()).isEqualTo(ModelError.Kind.FAILED)));
    assertThat(model.runs).hasSize(7);
    assertThat(closes).hasValue(4);
  }

  @Test
  void dropsBeforeTheRunWhatCannotBeInTime() {
    FakeModel model = FakeModel.obedient();
    Batcher batcher = batcher(model);
    Ticket urgent = place(batcher, 1, 1, 2, Duration.ofMillis(10));
    Ticket patient = place(batcher, 2);
    puppet.advance(Duration.ofMillis(9));

    puppet.turns();

    assertThat(urgent.answer()).contains(new Answer.Expired(Reached.QUEUE));
    assertThat(done(patient)).containsExactly(3f);
    assertThat(model.runs).containsExactly(List.of(2f));
    assertThat(closes).hasValue(2);
  }

  @Test
  void refusesAnInputThatComesTooLate() {
    Batcher batcher = batcher(FakeModel.obedient());

    Ticket ticket = place(batcher, 1, 1, 2, Duration.ZERO);

    assertThat(ticket.answer()).contains(new Answer.Expired(Reached.QUEUE));
    assertThat(closes).hasValue(1);
  }

  @Test
  void aRunThatWasCutOffIsExpiredAndNotTriedAgain() {
    FakeModel model =
        new FakeModel(
            (firsts, deadline) -> {
              puppet.advance(Duration.ofNanos(deadline.remainingNanos(puppet.nowNanos())));
              throw new ModelError(ModelError.Kind.CANCELLED, "deadline");
            });
    Batcher batcher = batcher(model);
    Ticket shorter = place(batcher, 1, 1, 2, Duration.ofMillis(100));
    Ticket longer = place(batcher, 2, 1, 2, Duration.ofMillis(200));

    puppet.turns();

    assertThat(shorter.answer()).contains(new Answer.Expired(Reached.RUN));
    assertThat(longer.answer()).contains(new Answer.Expired(Reached.RUN));
    assertThat(model.runs).hasSize(1);
    assertThat(closes).hasValue(2);
    assertThat(batcher.policy().ceiling()).isEqualTo(16);
    assertThat(heard).isEmpty();
  }

  @Test
  void theQueueNeverPassesItsBound() {
    Batcher batcher =
        batcher(
            FakeModel.obedient(),
            BatchSettings.defaults().withRequestDeadline(Duration.ofMillis(2)));
    long bound = batcher.boundRows();

    List<Ticket> tickets =
        IntStream.range(0, 100)
            .mapToObj(at -> place(batcher, at, 1, 2, Duration.ofSeconds(9)))
            .toList();

    assertThat((long) batcher.queuedRows()).isEqualTo(bound).isLessThan(100);
    assertThat(tickets.getLast().answer()).contains(new Answer.Full());
    assertThat((long) closes.get()).isEqualTo(100 - bound);
  }

  @Test
  void aCheapInputRunsOnTheThreadThatBroughtIt() {
    FakeModel model = FakeModel.obedient();
    Batcher batcher =
        batcher(model, BatchSettings.defaults().withInlineBelow(Duration.ofMillis(2)));

    Ticket ticket = place(batcher, 1);

    assertThat(done(ticket)).containsExactly(2f);
    assertThat(closes).hasValue(1);
    assertThat(puppet.turn()).isFalse();
  }

  @Test
  void aCheapInputQueuesWhenNoRunnerIsFree() {
    Batcher batcher =
        batcher(
            FakeModel.obedient(), BatchSettings.defaults().withInlineBelow(Duration.ofMillis(2)));
    puppet.lendNothing();

    Ticket ticket = place(batcher, 1);

    assertThat(ticket.answer()).isEmpty();
    puppet.turns();
    assertThat(done(ticket)).containsExactly(2f);
  }

  private Batcher cheap(FakeModel model) {
    return batcher(model, BatchSettings.defaults().withInlineBelow(Duration.ofMillis(5)));
  }

  private Ticket take(Batcher batcher, float value, int width) {
    return batcher.take(
        FakeModel.input(value, 1, width, closes::incrementAndGet), in(Duration.ofSeconds(2)));
  }

  @Test
  void whatIsTakenBeforeAPushSharesItsRun() {
    FakeModel model = FakeModel.obedient();
    Batcher batcher = cheap(model);
    List<Ticket> taken = List.of(take(batcher, 1, 2), take(batcher, 2, 2), take(batcher, 3, 2));
    assertThat(model.runs).as("nothing begins before the push").isEmpty();

    taken.forEach(batcher::push);

    assertThat(model.runs).containsExactly(List.of(1f, 2f, 3f));
    assertThat(taken.stream().map(BatcherTest::done).toList())
        .containsExactly(List.of(2f), List.of(3f), List.of(4f));
    assertThat(closes).hasValue(3);
    assertThat(puppet.turn()).as("no runner is woken for it").isFalse();
  }

  @Test
  void eachPushRunsItsOwnWhereShapesDiffer() {
    FakeModel model = FakeModel.obedient();
    Batcher batcher = cheap(model);
    Ticket narrow = take(batcher, 1, 2);
    Ticket wide = take(batcher, 2, 3);

    batcher.push(narrow);
    assertThat(wide.answer()).isEmpty();
    batcher.push(wide);

    assertThat(done(narrow)).containsExactly(2f);
    assertThat(done(wide)).containsExactly(3f);
  }

  @Test
  void aPushWakesARunnerForWhatAnOlderTicketKeptFromItsTurn() {
    Batcher batcher = cheap(FakeModel.obedient());
    Ticket older = take(batcher, 1, 2);
    Ticket younger = take(batcher, 2, 3);

    batcher.push(younger);
    assertThat(done(older)).containsExactly(2f);
    assertThat(younger.answer()).isEmpty();
    puppet.turns();

    assertThat(done(younger)).containsExactly(3f);
  }

  @Test
  void aPushLeavesItToARunnerWhenNoneIsFreeOrTheRunIsLong() {
    Batcher busy = cheap(FakeModel.obedient());
    puppet.lendNothing();
    Ticket waits = take(busy, 1, 2);
    busy.push(waits);
    assertThat(waits.answer()).isEmpty();
    puppet.turns();
    assertThat(done(waits)).containsExactly(2f);

    PuppetDispatcher free = new PuppetDispatcher(2);
    Batcher slow =
        new Batcher(
            VERSION,
            FakeModel.obedient(),
            BatchPolicy.of(BatchSettings.defaults(), BatchPolicyTest.cheapRows()),
            buffers,
            free,
            (version, ran) -> {});
    Ticket dear =
        slow.take(
            FakeModel.input(1, 1, 2, closes::incrementAndGet),
            new Deadline(free.nowNanos() + 2_000_000_000L));
    slow.push(dear);
    assertThat(dear.answer()).isEmpty();
    free.turns();
    assertThat(done(dear)).containsExactly(2f);
  }

  @Test
  void aTicketOfMoreRowsThanAreShortGoesToARunnerWhoeverPushes() {
    Batcher batcher = cheap(FakeModel.obedient());
    Ticket large =
        batcher.take(
            FakeModel.input(1, 100, 2, closes::incrementAndGet), in(Duration.ofSeconds(2)));
    Ticket small = take(batcher, 2, 2);

    batcher.push(small);
    batcher.push(large);

    assertThat(large.answer()).isEmpty();
    puppet.turns();
    assertThat(done(large)).hasSize(100).containsOnly(2f);
    assertThat(done(small)).containsExactly(3f);
  }

  @Test
  void aVersionThatTookALentThreadMuchLongerThanMeasuredIsNotRunThereAgain() {
    Batcher batcher =
        cheap(new FakeModel((firsts, deadline) -> puppet.advance(Duration.ofMillis(51))));
    Ticket first = take(batcher, 1, 2);
    batcher.push(first);
    assertThat(done(first)).containsExactly(2f);

    Ticket second = take(batcher, 2, 2);
    batcher.push(second);

    assertThat(second.answer()).isEmpty();
    puppet.turns();
    assertThat(done(second)).containsExactly(3f);
  }

  @Test
  void tellsItsListenerOnceWhetherItCameBeforeOrAfterTheAnswer() {
    Batcher batcher = cheap(FakeModel.obedient());
    AtomicInteger told = new AtomicInteger();
    Ticket ticket = take(batcher, 1, 2);
    ticket.whenAnswered(told::incrementAndGet);
    assertThat(told).hasValue(0);

    batcher.push(ticket);
    assertThat(told).hasValue(1);

    Ticket answered = take(batcher, 2, 2);
    batcher.push(answered);
    answered.whenAnswered(told::incrementAndGet);
    assertThat(told).hasValue(2);
  }

  @Test
  void takesNothingWhenItIsClosedFullOrTooLate() {
    Batcher batcher = cheap(FakeModel.obedient());
    Ticket late =
        batcher.take(FakeModel.input(1, 1, 2, closes::incrementAndGet), in(Duration.ZERO));
    assertThat(late.answer()).contains(new Answer.Expired(Reached.QUEUE));

    batcher.stopTaking();

    assertThat(take(batcher, 1, 2).answer()).contains(new Answer.Closed());
    assertThat(closes).hasValue(2);
  }

  @Test
  void aCallerThatLeavesTakesItsInputAlong() {
    FakeModel model = FakeModel.obedient();
    Batcher batcher = batcher(model);
    Ticket leaves = place(batcher, 1);
    Ticket stays = place(batcher, 2);

    assertThat(batcher.leave(leaves)).isEqualTo(new Answer.Expired(Reached.QUEUE));

    assertThat(closes).hasValue(1);
    puppet.turns();
    assertThat(model.runs).containsExactly(List.of(2f));
    assertThat(done(stays)).containsExactly(3f);
    assertThat(closes).hasValue(2);
  }

  @Test
  void anInputStaysOpenWhileARunReadsItThoughItsCallerLeft() {
    List<Ticket> tickets = new ArrayList<>();
    List<Batcher> batchers = new ArrayList<>();
    List<Answer> left = new ArrayList<>();
    FakeModel model =
        new FakeModel(
            (firsts, deadline) -> {
              left.add(batchers.getFirst().leave(tickets.getFirst()));
              assertThat(closes).hasValue(0);
            });
    batchers.add(batcher(model));
    tickets.add(place(batchers.getFirst(), 1));

    puppet.turns();

    assertThat(left).containsExactly(new Answer.Expired(Reached.RUN));
    assertThat(closes).hasValue(1);
  }

  @Test
  void spareWorkIsTakenOnlyWhenItKeepsNobodyWaiting() {
    Batcher batcher = batcher(FakeModel.obedient());
    Deadline deadline = in(Duration.ofSeconds(2));
    Ticket waits = place(batcher, 1);

    Ticket refused =
        batcher.placeSpare(FakeModel.input(2, 1, 2, closes::incrementAndGet), deadline);
    puppet.turns();
    Ticket taken = batcher.placeSpare(FakeModel.input(3, 1, 2, closes::incrementAndGet), deadline);
    puppet.turns();
    puppet.lendNothing();
    Ticket noRunner =
        batcher.placeSpare(FakeModel.input(4, 1, 2, closes::incrementAndGet), deadline);

    assertThat(done(waits)).containsExactly(2f);
    assertThat(refused.answer()).contains(new Answer.Full());
    assertThat(done(taken)).containsExactly(4f);
    assertThat(noRunner.answer()).contains(new Answer.Full());
    assertThat(closes).hasValue(4);
  }

  @Test
  void finishesWhatWaitsBeforeItCloses() {
    FakeModel model = FakeModel.obedient();
    Batcher batcher = batcher(model, BatchSettings.defaults().withMaxDelay(Duration.ofSeconds(1)));
    Ticket waits = place(batcher, 1);

    batcher.stopTaking();
    Ticket comesLate = place(batcher, 2);
    puppet.turns();
    batcher.close();

    assertThat(done(waits)).containsExactly(2f);
    assertThat(comesLate.answer()).contains(new Answer.Closed());
    assertThat(closes).hasValue(2);
  }

  @Test
  void waitsForCompanyWhereThatPaysAndNoLonger() {
    FakeModel model = FakeModel.obedient();
    Batcher batcher = batcher(model, BatchSettings.defaults().withMaxDelay(Duration.ofMillis(5)));
    for (int row = 0; row < 100; row++) {
      puppet.advance(Duration.ofNanos(100_000));
      place(batcher, row);
    }
    puppet.advance(Duration.ofMillis(5));
    puppet.turns();
    model.runs.clear();
    place(batcher, 1);
    puppet.turns();
    assertThat(model.runs).as("it waits").isEmpty();
    assertThat(puppet.nextDueNanos()).hasValue(puppet.nowNanos() + 5_000_000);

    puppet.advance(Duration.ofMillis(5));
    puppet.turns();

    assertThat(model.runs).containsExactly(List.of(1f));
  }

  @Test
  void goesOnUnderOtherSettings() {
    FakeModel model = FakeModel.obedient();
    Batcher batcher = batcher(model);
    batcher.adopt(BatchSettings.defaults().withMaxRows(2));
    IntStream.range(0, 5).forEach(value -> place(batcher, value));

    puppet.turns();

    assertThat(model.runs).containsExactly(List.of(0f, 1f), List.of(2f, 3f), List.of(4f));
  }

  @Test
  void aSlowVersionDoesNotStarveAnother() {
    FakeModel slow = FakeModel.obedient();
    FakeModel cheap = FakeModel.obedient();
    Batcher slowOne = batcher(slow, BatchSettings.defaults().withMaxRows(1));
    Batcher cheapOne = batcher(cheap, BatchSettings.defaults().withMaxRows(1));
    IntStream.range(0, 10).forEach(value -> place(slowOne, value));
    IntStream.range(0, 2).forEach(value -> place(cheapOne, value));

    IntStream.range(0, 4).forEach(at -> assertThat(puppet.turn()).isTrue());

    assertThat(slow.runs).hasSize(2);
    assertThat(cheap.runs).hasSize(2);
  }

  @Test
  void refusesToJoinRowsOfAModelThatCannot() {
    var fixed = new FixedModel();

    assertThatThrownBy(
            () ->
                new Batcher(
                    VERSION,
                    fixed,
                    BatchPolicy.of(BatchSettings.defaults(), BatchPolicyTest.cheapRows()),
                    buffers,
                    puppet,
                    (version, ran) -> {}))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
