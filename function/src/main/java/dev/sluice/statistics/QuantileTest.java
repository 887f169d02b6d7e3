package dev.sluice.statistics;

import dev.sluice.statistics.Clusters.Divisor;
import dev.sluice.statistics.Grid.Kernel;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Is a quantile of the canary's latency more than `c` times stable's?
///
/// The idea: if stable's quantile `q` is `L`, then "the canary's is at most `c L`" says exactly
/// "`P(canary > c L) <= P(stable > L)`", a comparison of two rates like that of [RatioTest]. `L` is
/// fixed before a window is seen, from stable's *past* windows only; so the test is exact for the
/// tails at the levels used, whatever the distribution and however it drifts. With latencies in
/// buckets, `c` is a shift by whole buckets.
///
///     window     x0 = stable's latencies above L,  x1 = the canary's above c L
///     harm       bets on theta > 0 against 0
///     safe(1)    bets on theta < 0 against 0
///     safe(s)    bets on theta < ln(1/s) against ln(1/s), stable's latencies counting
///                1 between L and c L, and s above c L
///
/// The last line is "with share `s` on the canary, no more than `P(stable > L)` of the whole
/// service's latencies are above `c L`". The profile is linear in `x0`, so one more array (`over`)
/// serves every share.
///
/// Windows in which the canary has no traffic yet teach where the quantile is.
///
/// Immutable, thread-safe.
public final class QuantileTest implements SequentialTest<QuantileState, PairedLatencies> {
  private static final double SPACING = 0.1;
  private static final int REACH = 20;
  private static final double SCALE = 0.5;
  private static final double MEDIAN = 0.5;

  private final QuantileRule rule;
  private final Levels levels;
  private final List<Double> planned;
  private final List<Double> shares;
  private final int[] shifts;
  private final Grid grid;
  private final Bets harm;
  private final Bets safe;
  private final List<Proof> proofs;

  private record Proof(double share, Margin.Tail margin, Bets bets) {}

  private QuantileTest(QuantileRule rule, Levels levels, List<Double> planned, List<Double> asked) {
    this.rule = rule;
    this.levels = levels;
    this.planned = List.copyOf(planned);
    this.shares = Stream.concat(asked.stream(), Stream.of(1.0)).toList();
    this.shifts =
        IntStream.concat(
                rule.ladder().stream().mapToInt(k -> k).filter(k -> k != rule.shift()),
                IntStream.of(rule.shift()))
            .toArray();
    this.grid =
        Grid.regular(
            SPACING, REACH, List.of(), planned.stream().map(share -> -Math.log(share)).toList());
    this.harm = Bets.falling(grid, grid.floor(0), Side.ABOVE, SCALE);
    this.safe = Bets.falling(grid, grid.floor(0), Side.BELOW, SCALE);
    this.proofs = shares.stream().map(this::proof).toList();
  }

  /// A test for a plan.
  ///
  /// @param shares of the plan, below 1, growing
  public static QuantileTest of(QuantileRule rule, Levels levels, List<Double> shares) {
    return new QuantileTest(rule, levels, shares, shares);
  }

  @Override
  public QuantileTest resuming(QuantileState state) {
    return state.planned().equals(planned)
        ? this
        : new QuantileTest(rule, levels, state.planned(), shares.subList(0, shares.size() - 1));
  }

  private Proof proof(double share) {
    int origin = grid.floor(-Math.log(share));
    return new Proof(
        share,
        new Margin.Tail(Math.exp(grid.theta(origin))),
        Bets.falling(grid, origin, Side.BELOW, SCALE));
  }

  @Override
  public List<Double> shares() {
    return shares;
  }

  @Override
  public QuantileState start() {
    Doubles zeros = Doubles.zeros(grid.size());
    return new QuantileState(
        rule,
        planned,
        IntStream.range(0, shifts.length).mapToObj(i -> zeros).toList(),
        zeros,
        Doubles.zeros(LatencyBuckets.COUNT),
        Counts.NONE,
        Counts.NONE,
        Clusters.NONE,
        Progress.NONE);
  }

  @Override
  public QuantileState after(QuantileState state, PairedLatencies window) {
    requireOwn(state);
    if (!window.valid()) {
      return with(state, state.progress().afterInvalid());
    }
    OptionalInt level = level(state);
    if (level.isEmpty()) {
      return learned(state, window.stable(), state.progress().afterSkipped());
    }
    PairedCounts own = window.above(level.getAsInt(), shifted(level.getAsInt(), rule.shift()));
    if (!own.valid()) {
      return with(state, state.progress().afterInvalid());
    }
    if (!own.comparable() || !state.clusters().canUse(rule.units(), own)) {
      return learned(state, window.stable(), state.progress().afterSkipped());
    }
    QuantileState next = compared(state, window, own, level.getAsInt());
    Divisor divisor = divisor(next);
    Progress progress =
        state
            .progress()
            .afterUsed(
                levels,
                next.canary().units(),
                logEHarm(next, divisor),
                shares,
                Doubles.generate(shares.size(), i -> logESafe(next, divisor, proofs.get(i))));
    return learned(next, window.stable(), progress);
  }

  private void requireOwn(QuantileState state) {
    if (!state.rule().equals(rule) || !state.planned().equals(planned)) {
      throw new IllegalArgumentException("the state is of another test: " + state.rule());
    }
  }

  private QuantileState compared(
      QuantileState state, PairedLatencies window, PairedCounts own, int level) {
    double stableEvents = own.stable().events();
    double stableOver = window.stable().above(shifted(level, rule.shift()));
    Kernel kernel = grid.kernel(own.logOdds());
    List<Doubles> rungs = new ArrayList<>(shifts.length);
    for (int i = 0; i < shifts.length; i++) {
      double canaryEvents = window.canary().above(shifted(level, shifts[i]));
      rungs.add(kernel.added(state.rungs().get(i), canaryEvents, stableEvents));
    }
    return new QuantileState(
        rule,
        planned,
        rungs,
        kernel.added(state.over(), 0, stableOver),
        state.history(),
        state.stable().plus(own.stable()),
        state.canary().plus(own.canary()),
        state.clusters().after(rule.units(), own, state.progress().used() + 1),
        state.progress());
  }

  // What timed out is slower than any limit.
  private static int shifted(int level, int shift) {
    return Math.min(level + shift, LatencyBuckets.OVERFLOW - 1);
  }

  private static QuantileState with(QuantileState state, Progress progress) {
    return new QuantileState(
        state.rule(),
        state.planned(),
        state.rungs(),
        state.over(),
        state.history(),
        state.stable(),
        state.canary(),
        state.clusters(),
        progress);
  }

  private QuantileState learned(QuantileState state, Histogram stable, Progress progress) {
    return new QuantileState(
        state.rule(),
        state.planned(),
        state.rungs(),
        state.over(),
        new LatencyPast(state.history()).after(stable, rule.historyCap()).counts(),
        state.stable(),
        state.canary(),
        state.clusters(),
        progress);
  }

  /// Stable's quantile by its past, as a bucket; empty while too little is known of its tail.
  public OptionalInt level(QuantileState state) {
    return new LatencyPast(state.history()).level(rule.quantile());
  }

  /// How the evidence of a state is divided.
  public Divisor divisor(QuantileState state) {
    double events = state.stable().events() + state.canary().events();
    return state.clusters().divisor(rule.units(), 1, events);
  }

  private double logEHarm(QuantileState state, Divisor divisor) {
    return divisor.trusted() ? harm.logE(state.rungs().getLast(), divisor.phi()) : 0;
  }

  private double logESafe(QuantileState state, Divisor divisor, Proof proof) {
    if (!divisor.trusted()) {
      return 0;
    }
    Doubles own = state.rungs().getLast();
    Doubles whole = proof.share() == 1 ? own : own.plus(state.over().times(proof.share() - 1));
    return proof.bets().logE(whole, divisor.phi());
  }

  @Override
  public Reading read(QuantileState state) {
    requireOwn(state);
    Divisor divisor = divisor(state);
    return Reading.of(
        state.progress(),
        shares,
        proofs.stream().<Margin>map(Proof::margin).toList(),
        new Reading.Evidence() {
          @Override
          public double logEHarm() {
            return QuantileTest.this.logEHarm(state, divisor);
          }

          @Override
          public double logESafe(int share) {
            return QuantileTest.this.logESafe(state, divisor, proofs.get(share));
          }
        });
  }

  @Override
  public Account account(QuantileState state, double gamma) {
    return new Account(
        state.stable(),
        state.canary(),
        OptionalDouble.empty(),
        divisor(state).trusted() ? interval(state, gamma) : Interval.UNBOUNDED,
        state.canary().units() / divisor(state).phiFloor());
  }

  @Override
  public OptionalDouble forecast(QuantileState state, Reading.Step step, double present) {
    if (step.safeAt().isPresent()) {
      return OptionalDouble.of(0);
    }
    OptionalDouble lambda = new LatencyPast(state.history()).beyond(rule.quantile(), rule.shift());
    if (lambda.isEmpty() || present == 0) {
      return OptionalDouble.empty();
    }
    return StepForecast.times(
        divisor(state).phi(),
        new StepForecast(present, levels.alphaSafe(), MEDIAN, step.logESafe())
            .quantile(step.share(), rule.quantile(), lambda.getAsDouble()));
  }

  // The ratios of the two quantiles, as fine as the ladder.
  private Interval interval(QuantileState state, double gamma) {
    double barrier = Math.log(2 / gamma);
    double phi = divisor(state).phi();
    OptionalInt lower = OptionalInt.empty();
    OptionalInt upper = OptionalInt.empty();
    for (int i = 0; i < shifts.length; i++) {
      int shift = shifts[i];
      Doubles rung = state.rungs().get(i);
      if (harm.logE(rung, phi) >= barrier && shift > lower.orElse(Integer.MIN_VALUE)) {
        lower = OptionalInt.of(shift);
      }
      if (safe.logE(rung, phi) >= barrier && shift < upper.orElse(Integer.MAX_VALUE)) {
        upper = OptionalInt.of(shift);
      }
    }
    return new Interval(ratio(lower), ratio(upper));
  }

  private static OptionalDouble ratio(OptionalInt shift) {
    return shift.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(Math.pow(2, shift.getAsInt() / (double) LatencyBuckets.PER_OCTAVE));
  }
}
