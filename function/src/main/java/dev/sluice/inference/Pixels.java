package dev.sluice.inference;

/// A decoded picture: 8-bit samples, row by row, channels side by side.
///
/// @param channels 1 for grey, 3 for red, green, blue
/// @param samples `height * width * channels` bytes, each 0..255 unsigned; never changed
public record Pixels(int width, int height, int channels, byte[] samples) {
  public Pixels {
    if (width < 1 || height < 1 || (channels != 1 && channels != 3)) {
      throw new IllegalArgumentException("not a picture: " + width + "x" + height + "x" + channels);
    }
    if (samples.length != Math.multiplyExact(Math.multiplyExact(width, height), channels)) {
      throw new IllegalArgumentException("samples do not fill the picture: " + samples.length);
    }
  }
}
