package dev.sluice.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.batching.BatchDecision.Drop;
import dev.sluice.batching.BatchDecision.Idle;
import dev.sluice.batching.BatchDecision.Run;
import dev.sluice.batching.BatchDecision.Wait;
import dev.sluice.batching.BatchListener.Ran;
import dev.sluice.batching.BatchPolicy.Timeliness;
import dev.sluice.batching.CostCurve.End;
import dev.sluice.batching.CostCurve.Point;
import dev.sluice.batching.QueueView.Waiting;
import dev.sluice.inference.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

final class BatchPolicyTest {
  private static final long NOW = 5_000_000_000L;
  private static final long MILLI = 1_000_000;

  /// 1 ms for each run and 0.1 ms for each row: batches pay, up to 32 rows.
  static CostCurve cheapRows() {
    List<Point> points =
        IntStream.of(1, 2, 4, 8, 16, 32)
            .mapToObj(rows -> new Point(rows, MILLI + rows * MILLI / 10))
            .toList();
    return new CostCurve(points, points, End.ALL_SIZES);
  }

  /// 15 ms for each row.
  static CostCurve dearRows() {
    List<Point> points =
        IntStream.of(1, 2, 4, 8).mapToObj(rows -> new Point(rows, 15L * rows * MILLI)).toList();
    return new CostCurve(points, points, End.ALL_SIZES);
  }

  private static final BatchPolicy GREEDY = BatchPolicy.of(BatchSettings.defaults(), cheapRows());

  private static Waiting waiting(int rows, long waitedMillis, long leftMillis) {
    return new Waiting(rows, NOW - waitedMillis * MILLI, new Deadline(NOW + leftMillis * MILLI));
  }

  private static List<Waiting> fresh(int count) {
    return IntStream.range(0, count).mapToObj(at -> waiting(1, 0, 2000)).toList();
  }

  private static BatchDecision decide(BatchPolicy policy, List<Waiting> waiting) {
    return policy.decide(new QueueView(waiting, 0), NOW);
  }

  @Test
  void hasNothingToDoWhenNothingWaits() {
    assertThat(decide(GREEDY, List.of())).isEqualTo(new Idle());
  }

  @Test
  void takesWhatIsThereWithoutWaiting() {
    assertThat(decide(GREEDY, fresh(1))).isEqualTo(new Run(1));
    assertThat(decide(GREEDY, fresh(7))).isEqualTo(new Run(7));
  }

  @Test
  void takesNoMoreThanTheCeiling() {
    BatchPolicy four = BatchPolicy.of(BatchSettings.defaults().withMaxRows(4), cheapRows());

    assertThat(decide(GREEDY, fresh(100))).isEqualTo(new Run(32));
    assertThat(decide(four, fresh(100))).isEqualTo(new Run(4));
  }

  @Test
  void aSettingDoesNotRaiseTheMeasuredCeiling() {
    BatchPolicy set = BatchPolicy.of(BatchSettings.defaults().withMaxRows(64), dearRows());

    assertThat(set.ceiling()).isEqualTo(1);
    assertThat(decide(set, fresh(3))).isEqualTo(new Run(1));
  }

  @Test
  void anInputWithMoreRowsThanTheCeilingRunsAlone() {
    Waiting large = waiting(50, 0, 2000);

    assertThat(decide(GREEDY, List.of(large, waiting(1, 0, 2000)))).isEqualTo(new Run(1));
    assertThat(decide(GREEDY, List.of(waiting(1, 0, 2000), large))).isEqualTo(new Run(1));
  }

  @Test
  void aBatchTakesNoMoreThanAQuarterOfTheTimeThatAnyInputWasGiven() {
    // A quarter of 6 ms is 1.5 ms: five rows.
    List<Waiting> tight = IntStream.range(0, 20).mapToObj(at -> waiting(1, 0, 6)).toList();

    assertThat(decide(GREEDY, tight)).isEqualTo(new Run(5));
  }

  @Test
  void aBatchDoesNotGrowBeyondWhatAnswersItsMostUrgentInput() {
    // 1.3 ms are left: three rows.
    List<Waiting> urgent =
        List.of(
            new Waiting(1, NOW - 40 * MILLI, new Deadline(NOW + 13 * MILLI / 10)),
            waiting(1, 0, 2000),
            waiting(1, 0, 2000),
            waiting(1, 0, 2000));

    assertThat(decide(GREEDY, urgent)).isEqualTo(new Run(3));
  }

  @Test
  void dropsAnInputThatNoRunCanAnswerInTime() {
    List<Waiting> late = List.of(waiting(1, 0, 2000), waiting(1, 1999, 1), waiting(1, 0, 2000));

    assertThat(decide(GREEDY, late)).isEqualTo(new Drop(1));
    assertThat(decide(GREEDY, List.of(waiting(1, 10, 0)))).isEqualTo(new Drop(0));
  }

  @Test
  void triesAFreshInputWhateverThePredictionSays() {
    BatchPolicy pessimist = GREEDY;
    for (int run = 0; run < 50; run++) {
      pessimist = pessimist.after(new Ran(1, 1, 0, 9_000 * MILLI), Timeliness.LATE);
    }

    assertThat(decide(pessimist, fresh(1))).isEqualTo(new Run(1));
    assertThat(decide(pessimist, List.of(waiting(1, 1200, 800)))).isEqualTo(new Drop(0));
  }

  @Test
  void waitsOnlyWhenAllowedAndWorthIt() {
    BatchPolicy patient =
        BatchPolicy.of(BatchSettings.defaults().withMaxDelay(Duration.ofMillis(5)), cheapRows());
    // Company saves 1 ms: worth it for one waiting row when more than one row a millisecond comes.
    var crowd = new QueueView(fresh(1), 2.0 / MILLI);
    var trickle = new QueueView(fresh(1), 0.5 / MILLI);
    var enough = new QueueView(fresh(3), 2.0 / MILLI);

    assertThat(patient.decide(crowd, NOW)).isEqualTo(new Wait(NOW + 5 * MILLI));
    assertThat(patient.decide(trickle, NOW)).isEqualTo(new Run(1));
    assertThat(patient.decide(enough, NOW)).isEqualTo(new Run(3));
    assertThat(GREEDY.decide(crowd, NOW)).isEqualTo(new Run(1));
    assertThat(patient.withoutDelay().decide(crowd, NOW)).isEqualTo(new Run(1));
  }

  @Test
  void neverWaitsPastTheLastMomentForAnAnswerInTime() {
    BatchPolicy patient =
        BatchPolicy.of(BatchSettings.defaults().withMaxDelay(Duration.ofMillis(500)), cheapRows());
    var crowd = new QueueView(List.of(waiting(1, 90, 10)), 2.0 / MILLI);

    // Two rows take 1.2 ms of the 10.
    assertThat(patient.decide(crowd, NOW)).isEqualTo(new Wait(NOW + 88 * MILLI / 10));
  }

  @Test
  void neverWaitsForAModelThatGainsNothing() {
    BatchPolicy patient =
        BatchPolicy.of(BatchSettings.defaults().withMaxDelay(Duration.ofMillis(5)), dearRows());

    assertThat(patient.decide(new QueueView(fresh(1), 1.0), NOW)).isEqualTo(new Run(1));
  }

  @Test
  void halvesTheCeilingAtOnceWhenLateAndRaisesItByOne() {
    BatchPolicy late = GREEDY.after(new Ran(32, 32, 0, 5 * MILLI), Timeliness.LATE);
    BatchPolicy full = late.after(new Ran(16, 16, 0, 3 * MILLI), Timeliness.FINE);
    BatchPolicy small = late.after(new Ran(3, 3, 0, MILLI), Timeliness.FINE);

    assertThat(late.ceiling()).isEqualTo(16);
    assertThat(full.ceiling()).isEqualTo(17);
    assertThat(small.ceiling()).isEqualTo(16);
    assertThat(GREEDY.after(new Ran(32, 32, 0, MILLI), Timeliness.FINE).ceiling()).isEqualTo(32);
  }

  @Test
  void anInputThatWasLateByItselfSaysNothingAboutTheCeiling() {
    assertThat(GREEDY.after(new Ran(1, 1, 0, MILLI), Timeliness.LATE).ceiling()).isEqualTo(32);
    assertThat(GREEDY.after(new Ran(2, 2, 0, MILLI), Timeliness.CUT_OFF).ceiling()).isEqualTo(16);
  }

  @Test
  void aRunThatWasCutOffNeverMakesTheModelLookFaster() {
    BatchPolicy early = GREEDY.after(new Ran(1, 1, 0, MILLI / 2), Timeliness.CUT_OFF);
    BatchPolicy late = GREEDY.after(new Ran(1, 1, 0, 100 * MILLI), Timeliness.CUT_OFF);

    assertThat(early.curve()).isEqualTo(GREEDY.curve());
    assertThat(late.curve().predictedNanos(1)).isGreaterThan(20 * MILLI);
  }

  @Test
  void theQueueHoldsWhatHalfOfTheDeadlineCanServe() {
    BatchPolicy dear =
        BatchPolicy.of(
            BatchSettings.defaults().withRequestDeadline(Duration.ofMillis(600)), dearRows());

    // 300 ms of 15 ms a row, by two runners.
    assertThat(dear.boundRows(2)).isEqualTo(40);
    assertThat(dear.hasRoom(waiting(1, 0, 600), 39, 2, NOW)).isTrue();
    assertThat(dear.hasRoom(waiting(1, 0, 600), 40, 2, NOW)).isFalse();
    assertThat(dear.hasRoom(waiting(100, 0, 600), 0, 2, NOW)).isTrue();
  }

  @Test
  void thereIsNoRoomForAnInputThatCouldNotBeAnsweredInTime() {
    BatchPolicy dear = BatchPolicy.of(BatchSettings.defaults(), dearRows());

    // 20 rows of 15 ms before it on one runner.
    assertThat(dear.hasRoom(waiting(1, 0, 320), 20, 1, NOW)).isTrue();
    assertThat(dear.hasRoom(waiting(1, 0, 310), 20, 1, NOW)).isFalse();
  }

  @Test
  void handsOverOnlyWhatCostsMoreThanTheHandOff() {
    BatchSettings settings = BatchSettings.defaults().withInlineBelow(Duration.ofMillis(2));

    assertThat(BatchPolicy.of(settings, cheapRows()).inline(1)).isTrue();
    assertThat(BatchPolicy.of(settings, cheapRows()).inline(30)).isFalse();
    assertThat(BatchPolicy.of(settings, dearRows()).inline(1)).isFalse();
    assertThat(BatchPolicy.of(settings.withMaxDelay(Duration.ofMillis(1)), cheapRows()).inline(1))
        .isFalse();
  }

  @Test
  void runsOnTheSpotAsManyRowsAsAreShortTogether() {
    BatchSettings settings = BatchSettings.defaults();

    // 1 ms and 0.1 ms a row: 8 rows are 1.8 ms.
    assertThat(BatchPolicy.of(settings.withInlineBelow(Duration.ofMillis(2)), cheapRows()).brief())
        .hasValueSatisfying(policy -> assertThat(policy.ceiling()).isEqualTo(8));
    assertThat(BatchPolicy.of(settings.withInlineBelow(Duration.ofMillis(1)), cheapRows()).brief())
        .isEmpty();
  }

  @Test
  void otherWorkOnTheMachineMakesNoRunLong() {
    BatchSettings settings = BatchSettings.defaults().withInlineBelow(Duration.ofMillis(2));
    BatchPolicy quiet = BatchPolicy.of(settings, cheapRows());

    BatchPolicy noisy = quiet.after(new Ran(8, 8, 0, 500 * MILLI), Timeliness.FINE);

    assertThat(noisy.inline(8)).isFalse();
    assertThat(noisy.brief())
        .hasValueSatisfying(policy -> assertThat(policy.ceiling()).isEqualTo(8));
    assertThat(quiet.with(settings.withMaxDelay(Duration.ofMillis(1))).brief()).isEmpty();
  }

  @Test
  void saysWhyBatchingIsOff() {
    BatchSettings one = BatchSettings.defaults().withMaxRows(1);

    assertThat(GREEDY.batching())
        .isInstanceOfSatisfying(Batching.On.class, on -> assertThat(on.ceiling()).isEqualTo(32));
    assertThat(BatchPolicy.of(one, cheapRows()).batching())
        .isInstanceOfSatisfying(
            Batching.Off.class, off -> assertThat(off.why()).isEqualTo(Batching.Why.SET_TO_ONE));
  }

  @Provide
  Arbitrary<List<Waiting>> queues() {
    return Combinators.combine(
            Arbitraries.integers().between(1, 40),
            Arbitraries.integers().between(0, 100),
            Arbitraries.integers().between(-5, 300))
        .as((rows, waited, left) -> waiting(rows, waited, left))
        .list()
        .ofMaxSize(40);
  }

  @Property(seed = "4", tries = 1000)
  void whateverRunsIsWithinTheCeilingAndInTime(@ForAll("queues") List<Waiting> waiting) {
    switch (decide(GREEDY, waiting)) {
      case Run(int inputs) -> {
        List<Waiting> taken = waiting.subList(0, inputs);
        int rows = taken.stream().mapToInt(Waiting::rows).sum();
        assertThat(inputs == 1 || rows <= GREEDY.ceiling()).isTrue();
        long nanos = GREEDY.curve().predictedNanos(rows);
        assertThat(taken)
            .allSatisfy(
                one -> {
                  long left = one.deadline().remainingNanos(NOW);
                  assertThat(left).isPositive();
                  assertThat(inputs == 1 || nanos <= left).isTrue();
                });
      }
      case Drop(int position) ->
          assertThat(waiting.get(position).deadline().remainingNanos(NOW))
              .isLessThan(GREEDY.curve().predictedNanos(waiting.get(position).rows()));
      case Wait wait -> throw new AssertionError("no delay was allowed: " + wait);
      case Idle idle -> assertThat(waiting).isEmpty();
    }
  }
}
