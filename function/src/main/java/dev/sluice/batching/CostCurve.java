package dev.sluice.batching;

import dev.sluice.inference.ModelError;
import dev.sluice.inference.Signature;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// How long a run takes by its number of rows: measured when the model is loaded, corrected by
/// every run afterwards.
///
/// A batch pays where a run has a fixed cost that its rows share; where each row costs the same, it
/// only makes everybody wait for everybody. Which of the two a model is shows in rows per second,
///
///     rate(n) = n / nanos(n)
///
/// The ceiling is the smallest `n` with `rate(n) >= 0.9 max rate`, for beyond it there is little to
/// win and latency to lose; it is 1 when no size gains 20 % over single rows, which is about the
/// noise of such a measurement.
///
/// Of several runs of one size the fastest counts: other work on the machine only ever adds.
/// Predictions lie on straight lines between the sizes. `expected` begins as `measured` and follows
/// what runs really take, as an exponentially weighted mean for each size; the ceiling stays with
/// what was measured side by side.
///
/// @param measured fastest run for each size, ascending, from one row
/// @param expected what a run of that size is expected to take now
/// @param end why no larger size was measured
public record CostCurve(List<Point> measured, List<Point> expected, End end) {
  private static final double ENOUGH_OF_BEST = 0.9;
  private static final double WORTHWHILE_GAIN = 1.2;
  private static final double WEIGHT_OF_NEWEST = 0.2;
  private static final double NOTICEABLE = 1.1;

  /// A size that has been run for this long is known well enough.
  private static final long ENOUGH_NANOS = 20_000_000;

  private static final long GUESS_NANOS = 10_000_000;

  public CostCurve {
    measured = List.copyOf(measured);
    expected = List.copyOf(expected);
    if (measured.isEmpty() || measured.getFirst().rows() != 1) {
      throw new IllegalArgumentException("a curve begins at one row: " + measured);
    }
    if (!sameSizes(measured, expected)) {
      throw new IllegalArgumentException("sizes differ: " + measured + ", " + expected);
    }
  }

  /// The time of a run of so many rows.
  public record Point(int rows, long nanos) {
    public Point {
      if (rows < 1 || nanos < 1) {
        throw new IllegalArgumentException("must be positive: " + rows + " rows, " + nanos + " ns");
      }
    }

    double rowsPerNano() {
      return (double) rows / nanos;
    }
  }

  /// Why the measurement ended.
  public enum End {
    ALL_SIZES,
    TOO_LONG,
    /// Two sizes in a row brought no more rows per second than a smaller one.
    NO_MORE_GAIN,
    RUN_FAILED
  }

  /// Runs the model with so many rows and says how long it took.
  public interface TimedRun {
    long nanos(int rows) throws ModelError;
  }

  /// What to measure.
  ///
  /// @param sizes ascending from 1
  /// @param rounds runs of each size, fewer when they take long
  /// @param longest a size that takes longer is the last one
  public record Measuring(List<Integer> sizes, int rounds, Duration longest) {
    public Measuring {
      sizes = List.copyOf(sizes);
      boolean ascending = new TreeSet<>(sizes).stream().toList().equals(sizes);
      if (sizes.isEmpty() || sizes.getFirst() != 1 || !ascending || rounds < 1) {
        throw new IllegalArgumentException("sizes must ascend from 1: " + sizes + " x " + rounds);
      }
    }

    /// Up to 32 rows where a request may choose the first axis, else single rows; no batch longer
    /// than a quarter of the deadline.
    public static Measuring of(Signature signature, Duration requestDeadline) {
      List<Integer> sizes = signature.batched() ? List.of(1, 2, 4, 8, 16, 32) : List.of(1);
      return new Measuring(sizes, 5, requestDeadline.dividedBy(4));
    }
  }

  /// Measures a model.
  ///
  /// @throws ModelError when it cannot even run one row
  public static CostCurve measure(TimedRun run, Measuring plan) throws ModelError {
    List<Point> points = new ArrayList<>();
    for (int rows : plan.sizes()) {
      try {
        points.add(new Point(rows, fastest(run, rows, plan)));
      } catch (ModelError onlyWithMoreRows) {
        if (points.isEmpty()) {
          throw onlyWithMoreRows;
        }
        return new CostCurve(points, points, End.RUN_FAILED);
      }
      if (points.getLast().nanos() > plan.longest().toNanos()) {
        return new CostCurve(points, points, End.TOO_LONG);
      }
      if (flat(points)) {
        return new CostCurve(points, points, End.NO_MORE_GAIN);
      }
    }
    return new CostCurve(points, points, End.ALL_SIZES);
  }

  /// The curve of a model that could not be run on made-up rows: no batches, and a guess that its
  /// first runs correct.
  public static CostCurve unmeasured() {
    List<Point> guess = List.of(new Point(1, GUESS_NANOS));
    return new CostCurve(guess, guess, End.RUN_FAILED);
  }

  /// Whether the last two sizes are no better than one before them. Larger ones would hardly be;
  /// but the runtime would keep the memory of the largest for good.
  private static boolean flat(List<Point> points) {
    if (points.size() < 3) {
      return false;
    }
    int last = points.size() - 1;
    double best = 0;
    for (Point before : points.subList(0, last - 1)) {
      best = Math.max(best, before.rowsPerNano());
    }
    return points.get(last).rowsPerNano() <= best * NOTICEABLE
        && points.get(last - 1).rowsPerNano() <= best * NOTICEABLE;
  }

  private static long fastest(TimedRun run, int rows, Measuring plan) throws ModelError {
    long fastest = Long.MAX_VALUE;
    long spent = 0;
    for (int round = 0; round < plan.rounds() && spent <= ENOUGH_NANOS; round++) {
      long nanos = Math.max(1, run.nanos(rows));
      fastest = Math.min(fastest, nanos);
      spent += nanos;
    }
    return fastest;
  }

  /// The most rows that a run should have; 1 when batches do not pay.
  public int ceiling() {
    return switch (batching()) {
      case Batching.On on -> on.ceiling();
      case Batching.Off off -> 1;
    };
  }

  /// What the measurement says about batches.
  public Batching batching() {
    double best = measured.stream().mapToDouble(Point::rowsPerNano).max().orElseThrow();
    double gain = best / measured.getFirst().rowsPerNano();
    if (gain >= WORTHWHILE_GAIN) {
      int ceiling =
          measured.stream()
              .filter(point -> point.rowsPerNano() >= ENOUGH_OF_BEST * best)
              .findFirst()
              .orElseThrow()
              .rows();
      return new Batching.On(ceiling, gain);
    }
    return new Batching.Off(why(), gain);
  }

  private Batching.Why why() {
    if (measured.size() > 1) {
      return Batching.Why.NO_GAIN;
    }
    return switch (end) {
      case ALL_SIZES, NO_MORE_GAIN -> Batching.Why.ONE_ROW_ONLY;
      case TOO_LONG -> Batching.Why.TOO_SLOW;
      case RUN_FAILED -> Batching.Why.LARGER_RUN_FAILED;
    };
  }

  /// How long a run of so many rows is expected to take.
  public long predictedNanos(int rows) {
    return predicted(expected, rows);
  }

  /// How long such a run took when nothing else ran.
  long measuredNanos(int rows) {
    return predicted(measured, rows);
  }

  /// The curve after a run: the expectation of the nearest size has moved towards it.
  public CostCurve observed(int rows, long nanos) {
    int nearest = nearest(rows);
    Point old = expected.get(nearest);
    // A run between two sizes is carried to the nearest one in proportion.
    double scale = (double) predicted(measured, old.rows()) / predicted(measured, rows);
    double mean = old.nanos() + WEIGHT_OF_NEWEST * (nanos * scale - old.nanos());
    List<Point> next = new ArrayList<>(expected);
    next.set(nearest, new Point(old.rows(), Math.max(1, Math.round(mean))));
    return new CostCurve(measured, next, end);
  }

  private int nearest(int rows) {
    int nearest = 0;
    for (int at = 1; at < expected.size(); at++) {
      int here = Math.abs(expected.get(at).rows() - rows);
      if (here < Math.abs(expected.get(nearest).rows() - rows)) {
        nearest = at;
      }
    }
    return nearest;
  }

  private static long predicted(List<Point> curve, int rows) {
    Point below = curve.getFirst();
    for (Point above : curve) {
      if (above.rows() == rows) {
        return above.nanos();
      }
      if (above.rows() > rows) {
        double part = (double) (rows - below.rows()) / (above.rows() - below.rows());
        return Math.round(below.nanos() + part * (above.nanos() - below.nanos()));
      }
      below = above;
    }
    return Math.round((double) below.nanos() * rows / below.rows());
  }

  private static boolean sameSizes(List<Point> one, List<Point> other) {
    if (one.size() != other.size()) {
      return false;
    }
    for (int at = 0; at < one.size(); at++) {
      if (one.get(at).rows() != other.get(at).rows()) {
        return false;
      }
    }
    return true;
  }
}
