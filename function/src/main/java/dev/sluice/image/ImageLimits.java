package dev.sluice.image;

import java.time.Duration;

/// How large a picture may be and how long it may take.
///
/// @param maxSide longest width or height, in pixels
/// @param maxPixels largest product of width and height
/// @param decodeTime after this a decoder that still reads is stopped
public record ImageLimits(int maxSide, long maxPixels, Duration decodeTime) {
  /// A picture of this many pixels still fits an array of samples.
  private static final long MOST_PIXELS = Integer.MAX_VALUE / 8;

  public ImageLimits {
    if (maxSide < 1) {
      throw new IllegalArgumentException("maxSide must be positive: " + maxSide);
    }
    if (maxPixels < 1 || maxPixels > MOST_PIXELS) {
      throw new IllegalArgumentException("maxPixels must be 1.." + MOST_PIXELS + ": " + maxPixels);
    }
    if (!decodeTime.isPositive()) {
      throw new IllegalArgumentException("decodeTime must be positive: " + decodeTime);
    }
  }
}
