package dev.sluice.statistics;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// The log rate ratios that are compared with each other. Some of them are there only as nulls:
/// nobody bets on them, so that more steps in a plan change no evidence.
///
/// Points nearer than `1e-9` are one point.
final class Grid {
  private static final double SAME = 1e-9;

  private final double[] theta;
  private final boolean[] bet;
  private final double[] exp;

  private Grid(List<Point> points) {
    points.sort(Comparator.comparingDouble(Point::theta));
    int size = points.size();
    this.theta = new double[size];
    this.bet = new boolean[size];
    this.exp = new double[size];
    for (int j = 0; j < size; j++) {
      theta[j] = points.get(j).theta();
      bet[j] = points.get(j).bet();
      exp[j] = Math.exp(theta[j]);
    }
  }

  private record Point(double theta, boolean bet) {}

  /// The points `k * spacing` for `k = -reach..reach`, and these.
  ///
  /// @param bets further points to bet on
  /// @param nulls further points that are nulls only
  static Grid regular(double spacing, int reach, List<Double> bets, List<Double> nulls) {
    List<Point> points = new ArrayList<>();
    for (int k = -reach; k <= reach; k++) {
      points.add(new Point(k * spacing, true));
    }
    bets.forEach(theta -> add(points, new Point(theta, true)));
    nulls.forEach(theta -> add(points, new Point(theta, false)));
    return new Grid(points);
  }

  /// Exactly these points, all to bet on.
  static Grid of(double... thetas) {
    List<Point> points = new ArrayList<>();
    for (double theta : thetas) {
      points.add(new Point(theta, true));
    }
    return new Grid(points);
  }

  private static void add(List<Point> points, Point point) {
    if (points.stream().noneMatch(other -> Math.abs(other.theta() - point.theta()) <= SAME)) {
      points.add(point);
    }
  }

  int size() {
    return theta.length;
  }

  double theta(int j) {
    return theta[j];
  }

  boolean isBet(int j) {
    return bet[j];
  }

  /// Whether one point lies on this side of another.
  boolean lies(int j, Side side, int origin) {
    return side.sign() * (theta[j] - theta[origin]) > SAME;
  }

  /// The place of the largest point that is not above this one; the smallest where all are.
  int floor(double value) {
    int found = 0;
    for (int j = 1; j < theta.length && theta[j] <= value + SAME; j++) {
      found = j;
    }
    return found;
  }

  /// What one event adds to the log-likelihood of each point.
  ///
  /// Given that an event happened, it is the canary's with odds `e^(z + theta)`, where `z` is the
  /// log odds of a unit. Relative to `theta = 0` a canary event therefore adds
  /// `lsg(z + theta) - lsg(z)` and a stable one `lsg(-z - theta) - lsg(-z)`, `lsg` being the log of
  /// the logistic function.
  Kernel kernel(double z) {
    double odds = Math.exp(z);
    double canaryAtZero = logistic(z, odds);
    double stableAtZero = canaryAtZero - z;
    double[] canary = new double[theta.length];
    double[] stable = new double[theta.length];
    for (int j = 0; j < theta.length; j++) {
      double u = z + theta[j];
      double lsg = logistic(u, odds * exp[j]);
      canary[j] = lsg - canaryAtZero;
      stable[j] = (lsg - u) - stableAtZero;
    }
    return new Kernel(canary, stable);
  }

  // lsg(u), with e^u given; lsg(-u) = lsg(u) - u.
  private static double logistic(double u, double expU) {
    return u >= 0 ? -Math.log1p(1 / expU) : u - Math.log1p(expU);
  }

  /// What an event of either arm adds, for each point.
  record Kernel(double[] canary, double[] stable) {

    /// A profile after these events.
    ///
    /// @param canaryEvents their sum, fractions are legal
    /// @param stableEvents the same
    Doubles added(Doubles profile, double canaryEvents, double stableEvents) {
      if (canaryEvents == 0 && stableEvents == 0) {
        return profile;
      }
      return Doubles.generate(
          canary.length,
          j -> profile.get(j) + (canaryEvents * canary[j] + stableEvents * stable[j]));
    }
  }
}
