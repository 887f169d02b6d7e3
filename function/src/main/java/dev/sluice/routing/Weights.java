package dev.sluice.routing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Turns weights as people write them (fractions 0..1 or percents 0..100) into shares that sum to
/// exactly 10,000 basis points.
///
/// Only the ratio counts, so both ways of writing give the same. The method is that of the largest
/// remainder: everyone gets the whole points of the exact share, and the points that are left go to
/// the largest remainders, the earlier one first among equals. One exception: a weight that is
/// worth half a point or more gets a point, taken if need be from the largest share, for whoever
/// wrote "a little" did not mean "nothing". Below half a point it may become 0.
public final class Weights {
  private Weights() {}

  /// One share for each weight, in the same order.
  public static List<Share> normalise(List<Double> weights) {
    double[] exact = exactPoints(weights);
    int[] points = new int[exact.length];
    int left = Share.WHOLE;
    for (int i = 0; i < exact.length; i++) {
      points[i] = exact[i] >= 0.5 ? Math.max(1, (int) exact[i]) : 0;
      left -= points[i];
    }
    spread(exact, points, left);
    return IntStream.of(points).mapToObj(Share::of).toList();
  }

  private static double[] exactPoints(List<Double> weights) {
    for (double weight : weights) {
      if (!(weight >= 0 && weight <= 100)) {
        throw new IllegalArgumentException(
            "weight must be a fraction 0..1 or a percentage 0..100: " + weight);
      }
    }
    double sum = weights.stream().mapToDouble(Double::doubleValue).sum();
    if (sum <= 0) {
      throw new IllegalArgumentException("at least one weight must be above 0: " + weights);
    }
    return weights.stream().mapToDouble(weight -> weight / sum * Share.WHOLE).toArray();
  }

  /// Gives the points that are left to those who lack most; takes them back, if too many were
  /// given, from the largest.
  private static void spread(double[] exact, int[] points, int left) {
    List<Integer> byLack = new ArrayList<>(IntStream.range(0, exact.length).boxed().toList());
    byLack.sort(Comparator.comparingDouble(i -> points[i] - exact[i]));
    for (int i = 0; i < left; i++) {
      points[byLack.get(i % byLack.size())]++;
    }
    for (int i = left; i < 0; i++) {
      points[indexOfLargest(points)]--;
    }
  }

  private static int indexOfLargest(int[] points) {
    int largest = 0;
    for (int i = 1; i < points.length; i++) {
      if (points[i] > points[largest]) {
        largest = i;
      }
    }
    return largest;
  }
}
