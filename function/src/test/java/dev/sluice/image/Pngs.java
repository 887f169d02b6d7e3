package dev.sluice.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

/// Writes PNGs by the letter of the standard, of every kind and, on request, wrong.
final class Pngs {
  static final int GREY = 0;
  static final int COLOUR = 2;
  static final int PALETTE = 3;
  static final int GREY_ALPHA = 4;
  static final int COLOUR_ALPHA = 6;

  private static final int[][] ONE_PASS = {{0, 0, 1, 1}};
  private static final int[][] ADAM7 = {
    {0, 0, 8, 8},
    {4, 0, 8, 8},
    {0, 4, 4, 8},
    {2, 0, 4, 4},
    {0, 2, 2, 4},
    {1, 0, 2, 2},
    {0, 1, 1, 2}
  };

  private Pngs() {}

  record Shape(int width, int height, int depth, int colour) {
    int bands() {
      return switch (colour) {
        case GREY, PALETTE -> 1;
        case GREY_ALPHA -> 2;
        case COLOUR -> 3;
        default -> 4;
      };
    }
  }

  /// @param samples row by row, bands side by side
  /// @param chunks what stands between header and pixels
  static byte[] plain(Shape shape, int[] samples, byte[]... chunks) {
    return file(shape, 0, chunk("IDAT", deflated(rows(shape, samples, ONE_PASS))), chunks);
  }

  static byte[] interlaced(Shape shape, int[] samples, byte[]... chunks) {
    return file(shape, 1, chunk("IDAT", deflated(rows(shape, samples, ADAM7))), chunks);
  }

  static byte[] file(Shape shape, int interlace, byte[] pixels, byte[]... chunks) {
    var file = new ByteArrayOutputStream();
    file.writeBytes("\u0089PNG\r\n\u001a\n".getBytes(StandardCharsets.ISO_8859_1));
    file.writeBytes(
        chunk(
            "IHDR",
            ByteBuffer.allocate(13)
                .putInt(shape.width())
                .putInt(shape.height())
                .put((byte) shape.depth())
                .put((byte) shape.colour())
                .put((byte) 0)
                .put((byte) 0)
                .put((byte) interlace)
                .array()));
    for (byte[] chunk : chunks) {
      file.writeBytes(chunk);
    }
    file.writeBytes(pixels);
    file.writeBytes(chunk("IEND", new byte[0]));
    return file.toByteArray();
  }

  static byte[] chunk(String type, byte[] content) {
    return chunk(type, content, content.length);
  }

  /// A chunk that claims to have `length` bytes.
  static byte[] chunk(String type, byte[] content, int length) {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    var sum = new CRC32();
    sum.update(name);
    sum.update(content);
    return ByteBuffer.allocate(12 + content.length)
        .putInt(length)
        .put(name)
        .put(content)
        .putInt((int) sum.getValue())
        .array();
  }

  static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  static byte[] deflated(byte[] bytes) {
    var out = new ByteArrayOutputStream();
    try (var deflater = new DeflaterOutputStream(out)) {
      deflater.write(bytes);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return out.toByteArray();
  }

  private static byte[] rows(Shape shape, int[] samples, int[][] passes) {
    var rows = new ByteArrayOutputStream();
    for (int[] pass : passes) {
      for (int y = pass[1]; y < shape.height() && pass[0] < shape.width(); y += pass[3]) {
        rows.write(0);
        row(shape, samples, y, pass, rows);
      }
    }
    return rows.toByteArray();
  }

  private static void row(
      Shape shape, int[] samples, int y, int[] pass, ByteArrayOutputStream rows) {
    int bits = 0;
    int held = 0;
    for (int x = pass[0]; x < shape.width(); x += pass[2]) {
      for (int band = 0; band < shape.bands(); band++) {
        bits = bits << shape.depth() | samples[(y * shape.width() + x) * shape.bands() + band];
        held += shape.depth();
        while (held >= 8) {
          held -= 8;
          rows.write(bits >> held);
        }
      }
    }
    if (held > 0) {
      rows.write(bits << (8 - held));
    }
  }
}
