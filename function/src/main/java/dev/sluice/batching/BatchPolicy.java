package dev.sluice.batching;

import dev.sluice.batching.BatchListener.Ran;
import dev.sluice.batching.QueueView.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// When a batch goes, and how large it is.
///
/// While one batch runs the next one queues up by itself, so the rule is greedy: take what is there
/// up to the ceiling, and do not wait. A wait pays only where `maxDelay` allows it and the curve
/// says so. Say `n` rows wait, rows arrive at rate `a`, and one more row in this batch saves
///
///     gain = nanos(n) + nanos(1) - nanos(n + 1)
///
/// of a runner. Waiting `w` costs `w n` and brings `gain a w`, so the wait is worth it while
/// `gain a > n`, whatever its length.
///
/// A batch never grows beyond what answers its most urgent input in time, nor beyond a quarter of
/// the time that any of its inputs was given: the rest is for queue and wire. Above the measured
/// ceiling this one moves as in the adaptive batching of Clipper (Crankshaw et al., NSDI 2017,
/// adaptive batching): one up after a full batch that was fine, halved at once after a late one.
///
/// An input that no run can answer in time any more is dropped. Predictions may be wrong, and only
/// runs correct them, so at most half of an input's time is believed: a fresh input is always
/// tried, whatever an outlier has taught the curve.
///
/// @param curve what a run costs
/// @param ceiling the most rows that inputs may share now; an input with more runs alone
public record BatchPolicy(BatchSettings settings, CostCurve curve, int ceiling) {
  private static final BatchDecision IDLE = new BatchDecision.Idle();

  /// The policy for a version that has just been measured.
  public static BatchPolicy of(BatchSettings settings, CostCurve curve) {
    return new BatchPolicy(settings, curve, highest(settings, curve));
  }

  /// The same experience under other settings.
  public BatchPolicy with(BatchSettings other) {
    return of(other, curve);
  }

  /// Decides about the inputs of one shape.
  public BatchDecision decide(QueueView queue, long nowNanos) {
    List<Waiting> waiting = queue.waiting();
    if (waiting.isEmpty()) {
      return IDLE;
    }
    Group group = Group.EMPTY;
    for (Waiting next : waiting) {
      if (hopeless(next, nowNanos)) {
        return new BatchDecision.Drop(group.inputs());
      }
      Group larger = group.with(next, nowNanos);
      if (group.inputs() > 0 && !fits(larger)) {
        return new BatchDecision.Run(group.inputs());
      }
      group = larger;
      if (group.rows() >= ceiling) {
        return new BatchDecision.Run(group.inputs());
      }
    }
    long wait = worthwhileWait(group, queue, nowNanos);
    return wait > 0
        ? new BatchDecision.Wait(nowNanos + wait)
        : new BatchDecision.Run(group.inputs());
  }

  /// Whether one more input can be answered in time behind so many rows.
  public boolean hasRoom(Waiting next, int queuedRows, int runners, long nowNanos) {
    if (queuedRows == 0) {
      return true;
    }
    long turn = Math.round(queuedRows / rowsPerNano(runners));
    return queuedRows + (long) next.rows() <= boundRows(runners)
        && turn + believedNanos(next) <= next.deadline().remainingNanos(nowNanos);
  }

  /// The most rows that may wait: what half of a request's time can serve, and one batch at least.
  public long boundRows(int runners) {
    double served = rowsPerNano(runners) * settings.requestDeadline().dividedBy(2).toNanos();
    return Math.max(ceiling, (long) served);
  }

  /// Whether a run costs less than handing it to another thread. Whoever sets a delay wants
  /// company, which a run on the spot never has.
  public boolean inline(int rows) {
    return settings.maxDelay().isZero()
        && curve.predictedNanos(rows) < settings.inlineBelow().toNanos();
  }

  /// The same policy for a thread that has more to do: at most so many rows that a run by itself
  /// costs less than handing it to another thread; none where one row costs more, or company is
  /// wanted. What other work on the machine adds to a run is no reason to hand it over.
  public Optional<BatchPolicy> brief() {
    if (!settings.maxDelay().isZero()) {
      return Optional.empty();
    }
    int rows = ceiling;
    while (rows > 0 && curve.measuredNanos(rows) >= settings.inlineBelow().toNanos()) {
      rows /= 2;
    }
    return rows == 0 ? Optional.empty() : Optional.of(new BatchPolicy(settings, curve, rows));
  }

  /// The policy after a run.
  public BatchPolicy after(Ran run, Timeliness timeliness) {
    int rows = run.rows();
    long nanos = run.runNanos();
    return switch (timeliness) {
      case FINE -> new BatchPolicy(settings, curve.observed(rows, nanos), grown(rows));
      case LATE -> new BatchPolicy(settings, curve.observed(rows, nanos), shrunk(run.inputs()));
      // How long it would have taken is not known: only that it is longer than this.
      case CUT_OFF ->
          new BatchPolicy(
              settings,
              nanos > curve.predictedNanos(rows) ? curve.observed(rows, nanos) : curve,
              shrunk(run.inputs()));
    };
  }

  /// The same policy for a version that is closing: nobody else will come.
  BatchPolicy withoutDelay() {
    return new BatchPolicy(settings.withMaxDelay(Duration.ZERO), curve, ceiling);
  }

  /// Whether inputs share runs, by measurement and settings.
  public Batching batching() {
    return switch (curve.batching()) {
      case Batching.On on when settings.maxRows().orElse(on.ceiling()) == 1 ->
          new Batching.Off(Batching.Why.SET_TO_ONE, on.gain());
      case Batching.On on -> new Batching.On(highest(settings, curve), on.gain());
      case Batching.Off off -> off;
    };
  }

  /// How a run ended.
  public enum Timeliness {
    FINE,
    /// After the deadline of an input, or longer than a quarter of the time it was given.
    LATE,
    /// It was ended at its deadline.
    CUT_OFF
  }

  /// The longest that a batch with this input may take.
  static long shareNanos(Waiting input) {
    return input.budgetNanos() / 4;
  }

  private int grown(int rows) {
    return rows < ceiling ? ceiling : Math.min(highest(settings, curve), ceiling + 1);
  }

  /// An input that ran alone was late by itself (its caller may have given it no time at all).
  private int shrunk(int inputs) {
    return inputs == 1 ? ceiling : Math.max(1, ceiling / 2);
  }

  private boolean hopeless(Waiting input, long nowNanos) {
    long left = input.deadline().remainingNanos(nowNanos);
    return left <= 0 || believedNanos(input) > left;
  }

  private long believedNanos(Waiting input) {
    return Math.min(curve.predictedNanos(input.rows()), input.budgetNanos() / 2);
  }

  private boolean fits(Group group) {
    return group.rows() <= ceiling
        && curve.predictedNanos(group.rows()) <= Math.min(group.leftNanos(), group.shareNanos());
  }

  private long worthwhileWait(Group group, QueueView queue, long nowNanos) {
    if (settings.maxDelay().isZero()) {
      return 0;
    }
    long larger = curve.predictedNanos(group.rows() + 1);
    long gain = curve.predictedNanos(group.rows()) + curve.predictedNanos(1) - larger;
    if (gain * queue.rowsPerNano() <= group.rows()) {
      return 0;
    }
    long oldest = queue.waiting().getFirst().sinceNanos() - nowNanos;
    return Math.min(oldest + settings.maxDelay().toNanos(), group.leftNanos() - larger);
  }

  private double rowsPerNano(int runners) {
    return (double) runners * ceiling / curve.predictedNanos(ceiling);
  }

  private static int highest(BatchSettings settings, CostCurve curve) {
    return Math.min(curve.ceiling(), settings.maxRows().orElse(Integer.MAX_VALUE));
  }

  /// The oldest inputs, as far as they go together.
  private record Group(int inputs, int rows, long leftNanos, long shareNanos) {
    static final Group EMPTY = new Group(0, 0, Long.MAX_VALUE, Long.MAX_VALUE);

    Group with(Waiting next, long nowNanos) {
      return new Group(
          inputs + 1,
          Math.addExact(rows, next.rows()),
          Math.min(leftNanos, next.deadline().remainingNanos(nowNanos)),
          Math.min(shareNanos, BatchPolicy.shareNanos(next)));
    }
  }
}
