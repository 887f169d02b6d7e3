package dev.sluice.statistics;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/// Whether the mean of a value (a score, a cost, a time) got worse. More is worse.
///
/// Means drift over the day and with the share of the traffic, so arms are compared block by block,
/// never across blocks: windows of one share gather until both arms have `minBlock` values. A block
/// of `nA`, `nB` values adds, for a contrast `(r, d)`,
///
///     h = nA nB / (nA+nB)       S += h (meanB - r meanA - d)       V += h^2 (vB + r^2 vA)
///
/// with `v = M2/(n-3)/n` the variance of an arm's mean. If the canary's mean is at the contrast or
/// below, `S` is a walk without upward drift, and [NormalMixture] bets that it is not: harm on
/// `(S, V)` of its contrast, safety on `(-S, V)` of its own, one for each share of the plan. `rho =
/// sigma^2/kappa^2` puts the bets on differences of about `kappa` standard deviations; the first
/// complete block only measures `sigma^2` (and says nothing else, for a bet must be made before the
/// cards are seen), unless the policy knows it. What is pending when the share changes is
/// discarded.
///
/// The test is asymptotic: heavy tails need larger blocks, or values that are capped beforehand. It
/// knows no dispersion: values of one caller should be one value.
public final class MeanTest implements SequentialTest<MeanState, MeanTest.Window> {
  private final MeanRule rule;
  private final Levels levels;
  private final List<Double> shares;

  /// What one window brings.
  ///
  /// @param share of the traffic that the canary had, a fraction
  public record Window(Moments stable, Moments canary, double share) {
    boolean valid() {
      return stable.valid() && canary.valid() && share >= 0 && share <= 1;
    }
  }

  /// A test for a plan.
  ///
  /// @param plan its shares, fractions below 1, growing
  public static MeanTest of(MeanRule rule, Levels levels, List<Double> plan) {
    return new MeanTest(rule, levels, plan);
  }

  private MeanTest(MeanRule rule, Levels levels, List<Double> plan) {
    this.rule = rule;
    this.levels = levels;
    List<Double> all = new ArrayList<>(plan);
    all.add(1.0);
    double before = 0;
    for (double share : all) {
      if (!(share > before)) {
        throw new IllegalArgumentException("shares must grow within 0..1: " + plan);
      }
      before = share;
    }
    this.shares = List.copyOf(all);
  }

  @Override
  public List<Double> shares() {
    return shares;
  }

  @Override
  public MeanTest resuming(MeanState state) {
    return this;
  }

  @Override
  public MeanState start() {
    OptionalDouble rho =
        rule.sd().isPresent()
            ? OptionalDouble.of(rule.rho(rule.sd().getAsDouble() * rule.sd().getAsDouble()))
            : OptionalDouble.empty();
    return new MeanState(
        0,
        Moments.NONE,
        Moments.NONE,
        rho,
        0,
        ContrastSums.none(rule.harm()),
        shares.stream().map(this::noSums).toList(),
        ContrastSums.none(Contrast.EQUAL),
        0,
        Progress.NONE);
  }

  private MeanState.SafeSums noSums(double share) {
    return new MeanState.SafeSums(share, ContrastSums.none(rule.safe().forShare(share)));
  }

  @Override
  public MeanState after(MeanState state, Window window) {
    requireOurs(state);
    if (!window.valid()) {
      return invalid(state);
    }
    if (!usable(window)) {
      return state.withProgress(state.progress().afterSkipped());
    }
    Block before = window.share() == state.share() ? state.pending() : Block.NONE;
    Block block = before.plus(window.stable(), window.canary());
    if (!block.valid()) {
      return invalid(state);
    }
    if (!block.complete(rule.minBlock())) {
      return state.withPending(window.share(), block);
    }
    MeanState emptied = state.withPending(window.share(), Block.NONE);
    if (state.rho().isEmpty()) {
      return calibrated(state, emptied, rule.rho(block.variance()));
    }
    MeanState counted = emptied.plus(block);
    return counted.finite() ? judged(counted) : invalid(state);
  }

  /// With the block's spread as the scale of the bets. A block without spread leaves that to the
  /// next one.
  private static MeanState calibrated(MeanState before, MeanState emptied, double rho) {
    if (!Double.isFinite(rho)) {
      return invalid(before);
    }
    return rho > 0 ? emptied.withRho(rho) : emptied;
  }

  /// A comparison needs both arms; a bound on the canary alone takes what there is, and only waits
  /// for stable to fill its part of the block.
  private boolean usable(Window window) {
    boolean stable = window.stable().units() > 0;
    boolean canary = window.canary().units() > 0;
    return rule.alone() ? stable || canary : stable && canary;
  }

  private static MeanState invalid(MeanState state) {
    return state.withProgress(state.progress().afterInvalid());
  }

  private MeanState judged(MeanState state) {
    Doubles logESafe =
        Doubles.generate(shares.size(), i -> logESafe(state, state.safeAt(shares.get(i))));
    return state.withProgress(
        state.progress().afterUsed(levels, state.canaryUnits(), logEHarm(state), shares, logESafe));
  }

  @Override
  public Reading read(MeanState state) {
    requireOurs(state);
    List<ContrastSums> sums = shares.stream().map(state::safeAt).toList();
    return Reading.of(
        state.progress(),
        shares,
        sums.stream().map(ContrastSums::contrast).<Margin>map(Contrast::margin).toList(),
        new Reading.Evidence() {
          @Override
          public double logEHarm() {
            return MeanTest.logEHarm(state);
          }

          @Override
          public double logESafe(int share) {
            return MeanTest.logESafe(state, sums.get(share));
          }
        });
  }

  @Override
  public Account account(MeanState state, double gamma) {
    requireOurs(state);
    double difference = state.difference().s() / state.weight();
    return new Account(
        Counts.NONE,
        new Counts(state.canaryUnits(), 0),
        state.weight() > 0 ? OptionalDouble.of(difference) : OptionalDouble.empty(),
        interval(state, gamma),
        state.canaryUnits());
  }

  /// Not known: how far the canary's mean may be off says nothing about how soon that is proven.
  @Override
  public OptionalDouble forecast(MeanState state, Reading.Step step, double present) {
    return step.safeAt().isPresent() ? OptionalDouble.of(0) : OptionalDouble.empty();
  }

  /// The differences (canary's mean less stable's) that the evidence does not contradict.
  ///
  ///     (S0 -+ sqrt((V0+rho) (ln((V0+rho)/rho) + 2 ln(1/gamma)))) / H
  ///
  /// @param gamma chance, at most, that it ever misses the difference
  private static Interval interval(MeanState state, double gamma) {
    if (state.progress().used() == 0 || state.rho().isEmpty()) {
      return Interval.UNBOUNDED;
    }
    ContrastSums sums = state.difference();
    double radius = new NormalMixture(state.rho().getAsDouble()).radius(sums.v(), gamma);
    return Interval.of((sums.s() - radius) / state.weight(), (sums.s() + radius) / state.weight());
  }

  private static double logEHarm(MeanState state) {
    return logE(state, state.harm().s(), state.harm().v());
  }

  private static double logESafe(MeanState state, ContrastSums sums) {
    return logE(state, -sums.s(), sums.v());
  }

  /// 0 before the first counted block.
  private static double logE(MeanState state, double s, double v) {
    if (state.weight() == 0 || state.rho().isEmpty()) {
      return 0;
    }
    return new NormalMixture(state.rho().getAsDouble()).logHalfNormal(s, v);
  }

  private void requireOurs(MeanState state) {
    Contrast safe = state.safe().getLast().sums().contrast();
    if (!state.harm().contrast().equals(rule.harm()) || !safe.equals(rule.safe())) {
      throw new IllegalArgumentException(
          "the state must be of this rule: " + state.harm().contrast() + ", " + safe);
    }
  }
}
