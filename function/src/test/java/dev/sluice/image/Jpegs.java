package dev.sluice.image;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.plugins.jpeg.JPEGImageWriteParam;

/// Writes JPEGs with the JDK's writer and adds by hand what it cannot write.
final class Jpegs {
  private Jpegs() {}

  static byte[] baseline(BufferedImage image) {
    return write(new IIOImage(image, null, null), ImageWriteParam.MODE_DISABLED);
  }

  static byte[] progressive(BufferedImage image) {
    return write(new IIOImage(image, null, null), ImageWriteParam.MODE_DEFAULT);
  }

  /// Four components as they are given, with the marker that says what they are.
  ///
  /// @param transform 0 for CMYK, 2 for YCCK
  static byte[] inks(int width, int height, int[] samples, int transform) {
    var raster = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, width, height, 4, null);
    raster.setPixels(0, 0, width, height, samples);
    byte[] plain = write(new IIOImage(raster, null, null), ImageWriteParam.MODE_DISABLED);
    byte[] adobe = "Adobe".getBytes(StandardCharsets.US_ASCII);
    return with(
        plain,
        segment(
            0xEE,
            ByteBuffer.allocate(12)
                .put(adobe)
                .putShort((short) 100)
                .putInt(0)
                .put((byte) transform)
                .array()));
  }

  /// The same file with segments right after its start.
  static byte[] with(byte[] jpeg, byte[]... segments) {
    var file = new ByteArrayOutputStream();
    file.write(jpeg, 0, 2);
    for (byte[] segment : segments) {
      file.writeBytes(segment);
    }
    file.write(jpeg, 2, jpeg.length - 2);
    return file.toByteArray();
  }

  static byte[] segment(int marker, byte[] content) {
    return ByteBuffer.allocate(4 + content.length)
        .put((byte) 0xFF)
        .put((byte) marker)
        .putShort((short) (content.length + 2))
        .put(content)
        .array();
  }

  static byte[] exif(int orientation, ByteOrder order) {
    return segment(
        0xE1,
        ByteBuffer.allocate(6 + tiff(orientation, order).length)
            .put("Exif\0\0".getBytes(StandardCharsets.US_ASCII))
            .put(tiff(orientation, order))
            .array());
  }

  /// An EXIF block of one entry, and one before it that does not matter.
  static byte[] tiff(int orientation, ByteOrder order) {
    return ByteBuffer.allocate(38)
        .order(order)
        .put((order == ByteOrder.LITTLE_ENDIAN ? "II" : "MM").getBytes(StandardCharsets.US_ASCII))
        .putShort((short) 42)
        .putInt(8)
        .putShort((short) 2)
        .putShort((short) 0x0100)
        .putShort((short) 4)
        .putInt(1)
        .putInt(99)
        .putShort((short) 0x0112)
        .putShort((short) 3)
        .putInt(1)
        .putShort((short) orientation)
        .putShort((short) 0)
        .putInt(0)
        .array();
  }

  /// A progressive grey picture of which each scan refines nothing, as often as asked.
  static byte[] manyScans(int side, int scans) {
    var grey = new BufferedImage(side, side, BufferedImage.TYPE_BYTE_GRAY);
    byte[] file = progressive(grey);
    int last = lastScan(file);
    var bomb = new ByteArrayOutputStream();
    bomb.write(file, 0, last);
    for (int i = 0; i < scans; i++) {
      bomb.write(file, last, file.length - 2 - last);
    }
    bomb.write(file, file.length - 2, 2);
    return bomb.toByteArray();
  }

  private static int lastScan(byte[] file) {
    for (int at = file.length - 2; at > 0; at--) {
      if ((file[at] & 0xFF) == 0xFF && (file[at + 1] & 0xFF) == 0xDA) {
        return at;
      }
    }
    throw new IllegalArgumentException("no scan");
  }

  private static byte[] write(IIOImage image, int progressive) {
    ImageWriter writer = jdkWriter();
    var file = new ByteArrayOutputStream();
    var param = new JPEGImageWriteParam(Locale.ROOT);
    param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    param.setCompressionQuality(1);
    param.setProgressiveMode(progressive);
    try (var out = ImageIO.createImageOutputStream(file)) {
      writer.setOutput(out);
      writer.write(null, image, param);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    } finally {
      writer.dispose();
    }
    return file.toByteArray();
  }

  private static ImageWriter jdkWriter() {
    var writers = ImageIO.getImageWritersByFormatName("jpeg");
    while (writers.hasNext()) {
      ImageWriter writer = writers.next();
      if (writer.getClass().getModule().equals(ImageIO.class.getModule())) {
        return writer;
      }
    }
    throw new IllegalStateException("the JDK has no writer for JPEG");
  }
}
