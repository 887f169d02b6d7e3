package dev.sluice.routing;

import java.util.Arrays;

/// Smooth weighted round-robin, the way of nginx: in turn, in proportion to weights, without
/// bursts.
///
/// Each version has a credit, at first 0. A turn adds to each credit its weight, gives the turn to
/// the largest credit (the first among equals), and takes from that one the sum of all weights:
///
///     credit_i += w_i;   winner = argmax credit;   credit_winner -= Σ w
///
/// The credits sum to 0 after every turn, and after `Σ w / gcd(w)` turns all are 0 again, in
/// which version `i` has had `w_i / gcd(w)` turns. So the sequence repeats, and any window of that
/// length has exactly the shares: of weights 9000 and 1000 any ten turns in a row are 9 and 1.
final class RoundRobin {
  private RoundRobin() {}

  /// Where a rotation stands. Immutable: the array is not shared with anybody who writes it.
  record State(int[] weights, int[] credits) {
    static State start(int[] weights) {
      return new State(weights, new int[weights.length]);
    }

    boolean rotates(int[] otherWeights) {
      return Arrays.equals(weights, otherWeights);
    }

    Turn next() {
      int[] credit = credits.clone();
      int winner = -1;
      int sum = 0;
      for (int i = 0; i < credit.length; i++) {
        credit[i] += weights[i];
        sum += weights[i];
        if (weights[i] > 0 && (winner < 0 || credit[i] > credit[winner])) {
          winner = i;
        }
      }
      credit[winner] -= sum;
      return new Turn(winner, new State(weights, credit));
    }
  }

  /// Whose turn it is, and where the rotation stands then.
  record Turn(int winner, State next) {}
}
