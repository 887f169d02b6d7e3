package dev.sluice.bench;

/// How much is run: more takes longer and says more.
///
/// @param rounds of which the median counts
/// @param warmUp digits requests before anything counts
/// @param digits requests a round
/// @param pictures requests of 224 pixels a round
/// @param bareRuns of the digits model a round
/// @param seconds of each overload
record Effort(int rounds, int warmUp, int digits, int pictures, int bareRuns, int seconds) {
  static Effort full() {
    return new Effort(5, 150_000, 20_000, 400, 20_000, 8);
  }

  /// A look, not a measurement.
  static Effort quick() {
    return new Effort(3, 40_000, 8_000, 100, 10_000, 3);
  }

  int pictureWarmUp() {
    return pictures * 4;
  }
}
