package dev.sluice.inference;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// What a classifier says about one item: a probability for each class.
///
/// @param probabilities one for each class, all finite; never changed
public record Classification(float[] probabilities) {

  /// One class and how probable it is.
  public record Ranked(int index, float probability) {}

  /// Reads one row of an output, from position to limit. Of logits z, softmax makes
  ///
  ///     p(i) = exp(z(i) − max z) / Σ exp(z(j) − max z)
  ///
  /// @return empty when the row holds no class, or a number that is not finite: then the model
  ///     failed
  public static Optional<Classification> of(FloatBuffer row, OutputKind kind) {
    float[] values = new float[row.remaining()];
    row.get(row.position(), values);
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return Optional.empty();
      }
    }
    if (values.length == 0) {
      return Optional.empty();
    }
    return Optional.of(
        new Classification(
            switch (kind) {
              case PROBABILITIES -> values;
              case LOGITS -> softmax(values);
            }));
  }

  private static float[] softmax(float[] logits) {
    float max = Float.NEGATIVE_INFINITY;
    for (float logit : logits) {
      max = Math.max(max, logit);
    }
    double[] parts = new double[logits.length];
    double sum = 0;
    for (int i = 0; i < logits.length; i++) {
      parts[i] = Math.exp((double) logits[i] - max);
      sum += parts[i];
    }
    float[] probabilities = new float[logits.length];
    for (int i = 0; i < logits.length; i++) {
      probabilities[i] = (float) (parts[i] / sum);
    }
    return probabilities;
  }

  /// How many classes there are.
  public int classes() {
    return probabilities.length;
  }

  /// The most probable class; of equal ones the lowest index.
  public int argmax() {
    return best(new boolean[probabilities.length]);
  }

  /// The `k` most probable classes, or all if there are fewer, most probable first; of equal ones
  /// the lowest index first.
  public List<Ranked> top(int k) {
    boolean[] taken = new boolean[probabilities.length];
    var ranking = new ArrayList<Ranked>();
    while (ranking.size() < Math.min(k, probabilities.length)) {
      int best = best(taken);
      taken[best] = true;
      ranking.add(new Ranked(best, probabilities[best]));
    }
    return List.copyOf(ranking);
  }

  private int best(boolean[] taken) {
    int best = -1;
    for (int i = 0; i < probabilities.length; i++) {
      if (!taken[i] && (best < 0 || probabilities[i] > probabilities[best])) {
        best = i;
      }
    }
    return best;
  }

  /// How far two classifications are apart: the total variation distance
  ///
  ///     ½ Σ |p(i) − q(i)|
  ///
  /// from 0, the same, to 1, nothing in common. A class that one of them lacks has probability 0.
  public double distance(Classification other) {
    int classes = Math.max(probabilities.length, other.probabilities.length);
    double sum = 0;
    for (int i = 0; i < classes; i++) {
      sum += Math.abs(probability(i) - other.probability(i));
    }
    return Math.min(1, sum / 2);
  }

  private double probability(int index) {
    return index < probabilities.length ? probabilities[index] : 0;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Classification that && Arrays.equals(probabilities, that.probabilities);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(probabilities);
  }

  @Override
  public String toString() {
    return Arrays.toString(probabilities);
  }
}
