package dev.sluice.statistics;

import dev.sluice.statistics.Clusters.Divisor;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/// Is the canary's rate of events above a bound, whatever stable does?
///
/// A minimum (a success rate of 99 % at least) is the same question about the failures. The margin
/// is not scaled with the share: with stable and canary both within the bound the service is. The
/// evidence is that of [RateBets]. Immutable, thread-safe.
public final class RateTest implements SequentialTest<RateState, PairedCounts> {
  private static final double MEDIAN = 0.5;

  private final RateRule rule;
  private final Levels levels;
  private final List<Double> shares;
  private final RateBets harm;
  private final RateBets safe;

  private RateTest(RateRule rule, Levels levels, List<Double> shares) {
    this.rule = rule;
    this.levels = levels;
    this.shares = Stream.concat(shares.stream(), Stream.of(1.0)).toList();
    this.harm = RateBets.above(rule.bound(), RatioRule.DEFAULT_SCALE);
    this.safe = RateBets.below(rule.bound(), RatioRule.DEFAULT_SCALE);
  }

  /// A test for a plan.
  ///
  /// @param shares of the plan, below 1, growing
  public static RateTest of(RateRule rule, Levels levels, List<Double> shares) {
    return new RateTest(rule, levels, shares);
  }

  @Override
  public List<Double> shares() {
    return shares;
  }

  @Override
  public RateTest resuming(RateState state) {
    return this;
  }

  @Override
  public RateState start() {
    return new RateState(rule, Counts.NONE, Counts.NONE, Clusters.NONE, Progress.NONE);
  }

  @Override
  public RateState after(RateState state, PairedCounts window) {
    requireOwn(state);
    if (!window.valid()) {
      return with(state, state.progress().afterInvalid());
    }
    if (window.canary().units() == 0 || !state.clusters().canUse(rule.units(), window)) {
      return with(state, state.progress().afterSkipped());
    }
    RateState next =
        new RateState(
            rule,
            state.stable().plus(window.stable()),
            state.canary().plus(window.canary()),
            state.clusters().after(rule.units(), window, state.progress().used() + 1),
            state.progress());
    Divisor divisor = divisor(next);
    double logESafe = safe.logE(next.canary(), divisor.phiFloor());
    return with(
        next,
        state
            .progress()
            .afterUsed(
                levels,
                next.canary().units(),
                logEHarm(next, divisor),
                shares,
                Doubles.generate(shares.size(), i -> logESafe)));
  }

  private void requireOwn(RateState state) {
    if (!state.rule().equals(rule)) {
      throw new IllegalArgumentException("the state is of another test: " + state.rule());
    }
  }

  private static RateState with(RateState state, Progress progress) {
    return new RateState(state.rule(), state.stable(), state.canary(), state.clusters(), progress);
  }

  /// How the evidence of a state is divided.
  public Divisor divisor(RateState state) {
    double events = state.stable().events() + state.canary().events();
    return state.clusters().divisor(rule.units(), rule.phi(), events);
  }

  private double logEHarm(RateState state, Divisor divisor) {
    return divisor.trusted() ? harm.logE(state.canary(), divisor.phi()) : 0;
  }

  @Override
  public Reading read(RateState state) {
    requireOwn(state);
    Divisor divisor = divisor(state);
    Margin margin = new Margin.Rate(rule.bound());
    return Reading.of(
        state.progress(),
        shares,
        Collections.nCopies(shares.size(), margin),
        new Reading.Evidence() {
          @Override
          public double logEHarm() {
            return RateTest.this.logEHarm(state, divisor);
          }

          @Override
          public double logESafe(int share) {
            return safe.logE(state.canary(), divisor.phiFloor());
          }
        });
  }

  @Override
  public Account account(RateState state, double gamma) {
    double rate = state.canary().rate();
    return new Account(
        state.stable(),
        state.canary(),
        Double.isFinite(rate) ? OptionalDouble.of(rate) : OptionalDouble.empty(),
        RateBets.interval(state.canary(), RatioRule.DEFAULT_SCALE, divisor(state).phi(), gamma),
        state.canary().units() / divisor(state).phiFloor());
  }

  @Override
  public OptionalDouble forecast(RateState state, Reading.Step step, double present) {
    if (step.safeAt().isPresent()) {
      return OptionalDouble.of(0);
    }
    double rate = state.stable().plus(state.canary()).rateAboveZero();
    if (present == 0 || rate >= rule.bound()) {
      return OptionalDouble.empty();
    }
    double barrier =
        FirstPassage.barrier(levels.alphaSafe(), FirstPassage.RATIO_COST)
            - Math.max(0, step.logESafe());
    return StepForecast.times(
        divisor(state).phiFloor(), FirstPassage.ofRate(rate, rule.bound(), barrier).plan(MEDIAN));
  }
}
