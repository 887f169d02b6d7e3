package dev.sluice.image;

/// How many threads decode and what is too small to be worth one of them.
///
/// @param workers threads that decode
/// @param queue pictures that may wait for a thread
/// @param smallPixels most pixels of a picture that is decoded by whoever asks
/// @param smallBytes most bytes of a picture that is decoded by whoever asks
public record PoolLimits(int workers, int queue, int smallPixels, int smallBytes) {
  public PoolLimits {
    if (workers < 1 || queue < 1) {
      throw new IllegalArgumentException(
          "workers and queue must be positive: " + workers + ", " + queue);
    }
    if (smallPixels < 0 || smallBytes < 0) {
      throw new IllegalArgumentException(
          "smallPixels and smallBytes must not be negative: " + smallPixels + ", " + smallBytes);
    }
  }

  boolean small(int pixels, int bytes) {
    return pixels <= smallPixels && bytes <= smallBytes;
  }
}
