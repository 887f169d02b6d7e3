package dev.sluice.image;

import dev.sluice.inference.Pixels;
import java.awt.image.Raster;

/// Turns the four components of a printer's JPEG into red, green, blue.
///
/// The world's writers store inks inverted, 255 for none, so with stored c, m, y, k
///
///     red = c · k / 255,   green = m · k / 255,   blue = y · k / 255
///
/// and the three first components of YCCK are those of a YCbCr picture of the inks (JFIF 1.02):
///
///     c = 255 − (Y + 1.402 (Cr − 128))
///     m = 255 − (Y − 0.344136 (Cb − 128) − 0.714136 (Cr − 128))
///     y = 255 − (Y + 1.772 (Cb − 128))
///
/// No ink profile takes part: the one that a machine has by chance would change predictions.
final class Inks {
  private Inks() {}

  static Pixels of(Raster raster, JpegHeader.Ink ink) {
    int width = raster.getWidth();
    int height = raster.getHeight();
    byte[] samples = new byte[width * height * 3];
    int[] line = new int[width * 4];
    int target = 0;
    for (int row = 0; row < height; row++) {
      raster.getPixels(0, row, width, 1, line);
      for (int at = 0; at < line.length; at += 4, target += 3) {
        switch (ink) {
          case CMYK -> {}
          case YCCK -> uncode(line, at);
        }
        for (int c = 0; c < 3; c++) {
          samples[target + c] = (byte) ((line[at + c] * line[at + 3] + 127) / 255);
        }
      }
    }
    return new Pixels(width, height, 3, samples);
  }

  private static void uncode(int[] line, int at) {
    float y = line[at];
    float cb = line[at + 1] - 128f;
    float cr = line[at + 2] - 128f;
    line[at] = inverted(y + 1.402f * cr);
    line[at + 1] = inverted(y - 0.344136f * cb - 0.714136f * cr);
    line[at + 2] = inverted(y + 1.772f * cb);
  }

  private static int inverted(float value) {
    return 255 - Math.clamp(Math.round(value), 0, 255);
  }
}
