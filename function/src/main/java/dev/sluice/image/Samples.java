package dev.sluice.image;

import dev.sluice.inference.Pixels;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentSampleModel;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/// Turns what a reader made into samples of 8 bits, grey or red, green, blue.
///
/// The stored numbers are taken as they are: asking an image for its colours would bend grey
/// through a colour space. Transparency is laid over white. A sample v of 16 bits becomes
/// round(v / 257).
final class Samples {
  private static final int WHITE = 0xFFFF;

  private Samples() {}

  static Pixels of(BufferedImage image) {
    Raster raster = image.getRaster();
    if (image.getColorModel() instanceof IndexColorModel palette) {
      return indexed(raster, palette);
    }
    if (raster.getSampleModel() instanceof ComponentSampleModel model
        && raster.getDataBuffer() instanceof DataBufferByte buffer
        && raster.getNumBands() % 2 == 1) {
      return plain(raster, model, buffer.getData());
    }
    return general(raster);
  }

  /// Opaque samples of 8 bits: copied, or taken over where they already lie as they should.
  private static Pixels plain(Raster raster, ComponentSampleModel model, byte[] data) {
    int width = raster.getWidth();
    int height = raster.getHeight();
    int channels = raster.getNumBands();
    if (channels == 1 && data.length == width * height) {
      return new Pixels(width, height, 1, data);
    }
    int[] offsets = model.getBandOffsets();
    int step = model.getPixelStride();
    byte[] samples = new byte[width * height * channels];
    int target = 0;
    for (int y = 0; y < height; y++) {
      int source = y * model.getScanlineStride();
      for (int x = 0; x < width; x++, source += step) {
        for (int c = 0; c < channels; c++) {
          samples[target++] = data[source + offsets[c]];
        }
      }
    }
    return new Pixels(width, height, channels, samples);
  }

  /// A palette, or grey of 1, 2 or 4 bits, which the JDK gives a palette of greys.
  private static Pixels indexed(Raster raster, IndexColorModel palette) {
    int[] colours = new int[palette.getMapSize()];
    palette.getRGBs(colours);
    byte[][] table = new byte[3][colours.length];
    boolean grey = true;
    for (int i = 0; i < colours.length; i++) {
      int alpha = (colours[i] >>> 24) * 257;
      for (int c = 0; c < 3; c++) {
        table[c][i] = overWhite((colours[i] >>> (16 - 8 * c) & 0xFF) * 257, alpha);
      }
      grey &= table[0][i] == table[1][i] && table[1][i] == table[2][i];
    }
    int channels = grey ? 1 : 3;
    int width = raster.getWidth();
    byte[] samples = new byte[width * raster.getHeight() * channels];
    int[] line = new int[width];
    int target = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getSamples(0, y, width, 1, 0, line);
      for (int index : line) {
        for (int c = 0; c < channels; c++) {
          samples[target++] = table[c][index];
        }
      }
    }
    return new Pixels(width, raster.getHeight(), channels, samples);
  }

  /// One to four bands of 8 or 16 bits; the second or the fourth is opacity.
  private static Pixels general(Raster raster) {
    int bands = raster.getNumBands();
    int channels = bands <= 2 ? 1 : 3;
    boolean opaque = bands == channels;
    int scale = raster.getSampleModel().getSampleSize(0) == 16 ? 1 : 257;
    int width = raster.getWidth();
    byte[] samples = new byte[width * raster.getHeight() * channels];
    int[] line = new int[width * bands];
    int target = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(0, y, width, 1, line);
      for (int x = 0; x < line.length; x += bands) {
        int alpha = opaque ? WHITE : line[x + channels] * scale;
        for (int c = 0; c < channels; c++) {
          samples[target++] = overWhite(line[x + c] * scale, alpha);
        }
      }
    }
    return new Pixels(width, raster.getHeight(), channels, samples);
  }

  /// A sample of 16 bits over white, as 8 bits: both steps in one division.
  private static byte overWhite(int sample, int alpha) {
    long mixed = (long) sample * alpha + (long) WHITE * (WHITE - alpha);
    long whole = (long) WHITE * 257;
    return (byte) ((mixed + whole / 2) / whole);
  }
}
