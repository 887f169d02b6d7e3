package dev.sluice.inference;

/// Which samples along one axis make up each sample of the resized axis, and with what weight.
///
/// Bilinear resampling with antialiasing, as Pillow's `BILINEAR` does it (its `Resample.c`,
/// `precompute_coeffs`). With n samples on the axis, of which the part from `from` of length
/// `length` becomes m samples, and s = length / m:
///
///     centre(i)    = from + (i + ½) · s                  half-pixel centres
///     f            = max(s, 1)                           widens the filter when shrinking
///     weight(i, j) ∝ max(0, 1 − |j + ½ − centre(i)| / f)  for each sample j of the axis
///
/// and the weights of each i sum to 1. A sample beyond the edge has no weight, so what is left is
/// scaled up. Unlike Pillow we keep fractions between the two axes and at the end, where it rounds
/// to whole bytes twice: the result differs by less than one step of 255.
///
/// @param first for each i, the first j
/// @param weights for each i, `stride` weights from its first j on; unused ones are 0
record Taps(int[] first, float[] weights, int stride) {

  static Taps of(int source, double from, double length, int target) {
    double s = length / target;
    double f = Math.max(s, 1);
    int stride = (int) Math.min(source, Math.ceil(f) * 2 + 1);
    int[] first = new int[target];
    float[] weights = new float[target * stride];
    for (int i = 0; i < target; i++) {
      double centre = from + (i + 0.5) * s;
      int low = Math.max(0, (int) (centre - f + 0.5));
      int high = Math.min(source, (int) (centre + f + 0.5));
      first[i] = Math.min(low, source - stride);
      weigh(weights, i * stride - first[i], low, high, centre, f);
    }
    return new Taps(first, weights, stride);
  }

  private static void weigh(float[] weights, int base, int low, int high, double centre, double f) {
    double sum = 0;
    for (int j = low; j < high; j++) {
      sum += triangle((j + 0.5 - centre) / f);
    }
    for (int j = low; j < high; j++) {
      weights[base + j] = (float) (triangle((j + 0.5 - centre) / f) / sum);
    }
  }

  private static double triangle(double distance) {
    return Math.max(0, 1 - Math.abs(distance));
  }

  /// The first sample that any weight reaches.
  int begin() {
    return first[0];
  }

  /// One past the last sample that any weight reaches.
  int end() {
    return first[first.length - 1] + stride;
  }
}
