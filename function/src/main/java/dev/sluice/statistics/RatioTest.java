package dev.sluice.statistics;

import dev.sluice.statistics.Clusters.Divisor;
import dev.sluice.statistics.Grid.Kernel;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/// Are events (errors, slow answers, losses) more frequent on the canary than is tolerated?
///
/// The idea: given the number of events in a window, an event is the canary's with odds
/// `(nB/nA) e^theta`, `theta` being the log of the ratio of rates. So each window multiplies the
/// likelihood of each `theta` by something that depends on neither the level of the rates nor the
/// traffic nor the share, and these may change from window to window (conditioning on the total:
/// Przyborowski and Wilenski 1940). The likelihoods over a grid of `theta`, the *profile*, is all
/// that is remembered; replicas and windows add. Betting on points beyond a null against that null
/// (see [Bets]) gives the evidence:
///
///     harm      bets on theta > ln harm,  against ln harm
///     safe(s)   bets on theta < ln r_s,   against ln r_s
///
/// Why the evidence is valid for any outcomes `y` within 0..1: fix a bet `rho > r`, and let `q0 =
/// nB r/(nA + nB r)`, `q1` the same with `rho`, `a = q1/q0`, `b = (1-q1)/(1-q0)`. The window's
/// factor is `a^xB b^xA`, by convexity `a^y <= 1 + y(a-1)`, and so its expectation is at most
/// `exp(nB pB (a-1) + nA pA (b-1))`, which is at most 1 when `pB <= r pA`. A product of such
/// factors is a test supermartingale (Ville 1939), a fixed mixture of them is too (Robbins 1970;
/// Howard, Ramdas, McAuliffe and Sekhon 2021), and dividing the exponent by `phi >= 1` keeps it so.
/// At high rates it is conservative: count the rarer outcome.
///
/// With no events at all the ratio says nothing. A `floor` therefore tolerates `pB <= max(safe pA,
/// floor)`: harm needs both proven, safety either (the average of two e-processes is one).
///
/// Immutable, thread-safe.
public final class RatioTest implements SequentialTest<RatioState, PairedCounts> {
  private static final double SPACING = 0.05;
  private static final int REACH = 70;
  private static final double MEDIAN = 0.5;

  private final RatioRule rule;
  private final Levels levels;
  private final List<Double> planned;
  private final List<Double> shares;
  private final Grid grid;
  private final Bets harm;
  private final RateBets harmFloor;
  private final List<Proof> proofs;

  private RatioTest(RatioRule rule, Levels levels, List<Double> planned, List<Double> asked) {
    this.rule = rule;
    this.levels = levels;
    this.planned = List.copyOf(planned);
    this.shares = Stream.concat(asked.stream(), Stream.of(1.0)).toList();
    double lnHarm = Math.log(rule.harm());
    double lnSafe = Math.log(rule.safe());
    this.grid =
        Grid.regular(
            SPACING,
            REACH,
            List.of(lnHarm, lnSafe),
            planned.stream().map(share -> Math.log(rule.margin(share).ratio())).toList());
    this.harm = Bets.falling(grid, grid.floor(lnHarm), Side.ABOVE, rule.scale());
    // Without a floor these are never asked.
    this.harmFloor = RateBets.above(rule.floor() > 0 ? rule.floor() : 0.5, rule.scale());
    this.proofs = shares.stream().map(this::proof).toList();
  }

  /// A test for a plan.
  ///
  /// @param shares of the plan, below 1, growing
  public static RatioTest of(RatioRule rule, Levels levels, List<Double> shares) {
    return new RatioTest(rule, levels, shares, shares);
  }

  @Override
  public RatioTest resuming(RatioState state) {
    return state.planned().equals(planned)
        ? this
        : new RatioTest(rule, levels, state.planned(), shares.subList(0, shares.size() - 1));
  }

  /// What disproves that a share is too much.
  private record Proof(Margin.Ratio margin, Bets bets, RateBets floor) {}

  private Proof proof(double share) {
    Margin.Ratio wanted = rule.margin(share);
    int origin = grid.floor(Math.log(wanted.ratio()));
    Bets bets = Bets.falling(grid, origin, Side.BELOW, rule.scale());
    return new Proof(
        new Margin.Ratio(Math.exp(grid.theta(origin)), wanted.floor()),
        grid.theta(origin) > 0 ? bets.withHalfOnNoChange(grid) : bets,
        RateBets.below(wanted.floor() > 0 ? wanted.floor() : 0.5, rule.scale()));
  }

  @Override
  public List<Double> shares() {
    return shares;
  }

  @Override
  public RatioState start() {
    return new RatioState(
        rule,
        planned,
        Doubles.zeros(grid.size()),
        Counts.NONE,
        Counts.NONE,
        Clusters.NONE,
        Progress.NONE);
  }

  @Override
  public RatioState after(RatioState state, PairedCounts window) {
    requireOwn(state);
    if (!window.valid()) {
      return with(state, state.progress().afterInvalid());
    }
    if (!window.comparable() || !state.clusters().canUse(rule.units(), window)) {
      return with(state, state.progress().afterSkipped());
    }
    Kernel kernel = grid.kernel(window.logOdds());
    RatioState next =
        new RatioState(
            rule,
            planned,
            kernel.added(state.profile(), window.canary().events(), window.stable().events()),
            state.stable().plus(window.stable()),
            state.canary().plus(window.canary()),
            state.clusters().after(rule.units(), window, state.progress().used() + 1),
            state.progress());
    Divisor divisor = divisor(next);
    return with(
        next,
        state
            .progress()
            .afterUsed(
                levels,
                next.canary().units(),
                logEHarm(next, divisor),
                shares,
                Doubles.generate(shares.size(), i -> logESafe(next, divisor, proofs.get(i)))));
  }

  private void requireOwn(RatioState state) {
    if (!state.rule().equals(rule) || !state.planned().equals(planned)) {
      throw new IllegalArgumentException("the state is of another test: " + state.rule());
    }
  }

  private static RatioState with(RatioState state, Progress progress) {
    return new RatioState(
        state.rule(),
        state.planned(),
        state.profile(),
        state.stable(),
        state.canary(),
        state.clusters(),
        progress);
  }

  /// How the evidence of a state is divided.
  public Divisor divisor(RatioState state) {
    double events = state.stable().events() + state.canary().events();
    return state.clusters().divisor(rule.units(), rule.phi(), events);
  }

  private double logEHarm(RatioState state, Divisor divisor) {
    if (!divisor.trusted()) {
      return 0;
    }
    double ratio = harm.logE(state.profile(), divisor.phi());
    return rule.floor() > 0
        ? Math.min(ratio, harmFloor.logE(state.canary(), divisor.phi()))
        : ratio;
  }

  private double logESafe(RatioState state, Divisor divisor, Proof proof) {
    if (rule.floor() == 0) {
      return divisor.trusted() ? proof.bets().logE(state.profile(), divisor.phi()) : 0;
    }
    double ratio =
        divisor.trusted()
            ? proof.bets().logE(state.profile(), divisor.phi())
            : Double.NEGATIVE_INFINITY;
    double floor = proof.floor().logE(state.canary(), divisor.phiFloor());
    return LogSum.of(ratio, floor) - Math.log(2);
  }

  @Override
  public Reading read(RatioState state) {
    requireOwn(state);
    Divisor divisor = divisor(state);
    return Reading.of(
        state.progress(),
        shares,
        proofs.stream().<Margin>map(Proof::margin).toList(),
        new Reading.Evidence() {
          @Override
          public double logEHarm() {
            return RatioTest.this.logEHarm(state, divisor);
          }

          @Override
          public double logESafe(int share) {
            return RatioTest.this.logESafe(state, divisor, proofs.get(share));
          }
        });
  }

  @Override
  public Account account(RatioState state, double gamma) {
    double ratio = state.canary().rate() / state.stable().rate();
    return new Account(
        state.stable(),
        state.canary(),
        // Of all windows together: shares and time may have moved together, which this does not
        // see.
        Double.isFinite(ratio) ? OptionalDouble.of(ratio) : OptionalDouble.empty(),
        divisor(state).trusted() ? interval(state, gamma) : Interval.UNBOUNDED,
        state.canary().units() / divisor(state).phiFloor());
  }

  @Override
  public OptionalDouble forecast(RatioState state, Reading.Step step, double present) {
    if (step.safeAt().isPresent()) {
      return OptionalDouble.of(0);
    }
    if (present == 0) {
      return OptionalDouble.empty();
    }
    Divisor divisor = divisor(state);
    double rate = state.stable().plus(state.canary()).rateAboveZero();
    return new StepForecast(present, levels.alphaSafe(), MEDIAN, step.logESafe())
        .ratio((Margin.Ratio) step.margin(), rate, divisor.phi(), divisor.phiFloor());
  }

  // From the profile alone.
  private Interval interval(RatioState state, double gamma) {
    double barrier = Math.log(2 / gamma);
    double phi = divisor(state).phi();
    OptionalDouble lower = OptionalDouble.empty();
    OptionalDouble upper = OptionalDouble.empty();
    for (int j = 0; j < grid.size(); j++) {
      if (grid.isBet(j)) {
        if (logE(state, j, Side.ABOVE, phi) >= barrier) {
          lower = OptionalDouble.of(Math.exp(grid.theta(j)));
        }
        if (upper.isEmpty() && logE(state, j, Side.BELOW, phi) >= barrier) {
          upper = OptionalDouble.of(Math.exp(grid.theta(j)));
        }
      }
    }
    return new Interval(lower, upper);
  }

  private double logE(RatioState state, int origin, Side side, double phi) {
    return Bets.falling(grid, origin, side, rule.scale()).logE(state.profile(), phi);
  }
}
