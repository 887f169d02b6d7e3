package dev.sluice.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.batching.CostCurve.End;
import dev.sluice.batching.CostCurve.Measuring;
import dev.sluice.batching.CostCurve.Point;
import dev.sluice.inference.ElementType;
import dev.sluice.inference.ModelError;
import dev.sluice.inference.Signature;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

final class CostCurveTest {
  private static final List<Integer> SIZES = List.of(1, 2, 4, 8, 16, 32);
  private static final Measuring PLAN = new Measuring(SIZES, 3, Duration.ofMillis(500));

  /// A curve by its single-row time and the rows per second of 2, 4, 8, 16 and 32 rows, relative to
  /// single rows.
  private static CostCurve curve(long singleNanos, double... rates) throws ModelError {
    return CostCurve.measure(
        rows -> {
          int at = SIZES.indexOf(rows);
          return Math.round(singleNanos * rows / (at == 0 ? 1 : rates[at - 1]));
        },
        PLAN);
  }

  @Test
  void batchesSmallModels() throws ModelError {
    CostCurve digits = curve(36_000, 1.6, 2.2, 2.6, 3.6, 3.3);
    CostCurve mlp = curve(24_000, 1.8, 3.2, 4.5, 6.4, 7.4);
    CostCurve text = curve(29_000, 2.1, 3.3, 4.0, 3.9, 3.4);

    assertThat(digits.ceiling()).isEqualTo(16);
    assertThat(mlp.ceiling()).isEqualTo(32);
    assertThat(text.ceiling()).isEqualTo(8);
  }

  @Test
  void doesNotBatchImageModelsThatGainNothing() throws ModelError {
    CostCurve mobileNet = curve(15_000_000, 1.0, 1.1, 0.9, 0.9, 0.8);

    assertThat(mobileNet.ceiling()).isEqualTo(1);
    assertThat(mobileNet.batching())
        .isInstanceOfSatisfying(
            Batching.Off.class,
            off -> {
              assertThat(off.why()).isEqualTo(Batching.Why.NO_GAIN);
              assertThat(off.gain()).isBetween(1.09, 1.11);
            });
  }

  @Test
  void takesTheFastestOfSeveralRuns() throws ModelError {
    List<Long> noisy = new ArrayList<>(List.of(900L, 100L, 500L));

    CostCurve curve =
        CostCurve.measure(
            rows -> noisy.removeFirst(), new Measuring(List.of(1), 3, Duration.ofSeconds(1)));

    assertThat(curve.measured()).containsExactly(new Point(1, 100));
    assertThat(curve.batching()).isEqualTo(new Batching.Off(Batching.Why.ONE_ROW_ONLY, 1.0));
  }

  @Test
  void stopsAtTheFirstSizeThatTakesTooLong() throws ModelError {
    List<Integer> tried = new ArrayList<>();

    CostCurve curve =
        CostCurve.measure(
            rows -> {
              tried.add(rows);
              return rows * 200_000_000L;
            },
            PLAN);

    assertThat(curve.end()).isEqualTo(End.TOO_LONG);
    assertThat(tried).containsExactly(1, 2, 4);
  }

  @Test
  void stopsWhereLargerSizesBringNothing() throws ModelError {
    CostCurve curve = CostCurve.measure(rows -> rows * 1_000L, PLAN);

    assertThat(curve.end()).isEqualTo(End.NO_MORE_GAIN);
    assertThat(curve.measured()).hasSize(3);
    assertThat(curve.batching()).isEqualTo(new Batching.Off(Batching.Why.NO_GAIN, 1.0));
  }

  @Test
  void servesSingleRowsWhenMoreRowsFail() throws ModelError {
    CostCurve curve =
        CostCurve.measure(
            rows -> {
              if (rows > 1) {
                throw new ModelError(ModelError.Kind.FAILED, "reshape");
              }
              return 1000;
            },
            PLAN);

    assertThat(curve.batching()).isEqualTo(new Batching.Off(Batching.Why.LARGER_RUN_FAILED, 1.0));
  }

  @Test
  void refusesAModelThatCannotRunOneRow() {
    assertThatThrownBy(
            () ->
                CostCurve.measure(
                    rows -> {
                      throw new ModelError(ModelError.Kind.FAILED, "broken");
                    },
                    PLAN))
        .isInstanceOf(ModelError.class);
  }

  @Test
  void aModelThatCannotBeMeasuredRunsAloneAndIsLearntFromItsRuns() {
    CostCurve guess = CostCurve.unmeasured();

    assertThat(guess.ceiling()).isEqualTo(1);
    assertThat(guess.batching()).isEqualTo(new Batching.Off(Batching.Why.LARGER_RUN_FAILED, 1));
    assertThat(guess.observed(1, 1_000).predictedNanos(1)).isLessThan(guess.predictedNanos(1));
  }

  @Test
  void measuresSingleRowsOnlyWhereTheFirstAxisIsFixed() {
    var fixed = new Signature.Port("x", ElementType.FLOAT, List.of(1L, 3L));

    Measuring plan =
        Measuring.of(new Signature(List.of(fixed), List.of(fixed)), Duration.ofSeconds(2));

    assertThat(plan.sizes()).containsExactly(1);
    assertThat(plan.longest()).isEqualTo(Duration.ofMillis(500));
  }

  @Test
  void predictsOnStraightLinesAndInProportionBeyond() throws ModelError {
    CostCurve curve = curve(1000, 1, 2, 2, 2, 2);

    assertThat(curve.predictedNanos(1)).isEqualTo(1000);
    assertThat(curve.predictedNanos(3)).isEqualTo(2000);
    assertThat(curve.predictedNanos(6)).isEqualTo(3000);
    assertThat(curve.predictedNanos(64)).isEqualTo(32_000);
  }

  @Test
  void followsWhatRunsReallyTake() throws ModelError {
    CostCurve curve = curve(1000, 1, 2, 4, 4, 4);

    for (int run = 0; run < 40; run++) {
      curve = curve.observed(8, 16_000);
    }

    assertThat(curve.predictedNanos(8)).isBetween(15_900L, 16_000L);
    assertThat(curve.predictedNanos(1)).isEqualTo(1000);
    assertThat(curve.measured().get(3)).isEqualTo(new Point(8, 2000));
  }

  @Property(seed = "3", tries = 300)
  void oneObservationMovesAPredictionTowardsIt(
      @ForAll @IntRange(min = 1, max = 100) int rows,
      @ForAll @LongRange(min = 1, max = 10_000_000) long nanos)
      throws ModelError {
    CostCurve before = curve(10_000, 1.5, 2, 3, 3, 3);

    CostCurve after = before.observed(rows, nanos);

    long old = before.predictedNanos(rows);
    long now = after.predictedNanos(rows);
    assertThat(Math.abs(now - nanos)).isLessThanOrEqualTo(Math.abs(old - nanos) + 1);
    assertThat(after.predictedNanos(rows)).isPositive();
  }
}
