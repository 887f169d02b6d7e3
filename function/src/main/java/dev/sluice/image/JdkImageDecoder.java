package dev.sluice.image;

import dev.sluice.inference.ImageDecoder;
import dev.sluice.inference.Pixels;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.function.LongSupplier;
import javax.imageio.ImageReader;

/// Decodes PNG and JPEG in Java, on the calling thread, against limits.
///
/// First our own parser looks at the header: format, size, orientation. Only what fits is handed
/// to a reader, which gets a stream that runs dry at the deadline. Whatever a reader throws at
/// damaged bytes means that the picture is unreadable, and nothing more.
public final class JdkImageDecoder implements ImageDecoder {
  private final ImageLimits limits;
  private final LongSupplier nanoClock;
  private final Readers readers = Readers.find();

  /// @param nanoClock the time, as `System.nanoTime()` gives it
  public JdkImageDecoder(ImageLimits limits, LongSupplier nanoClock) {
    this.limits = limits;
    this.nanoClock = nanoClock;
  }

  /// What the header lets us do.
  sealed interface Examined {}

  /// A picture within the limits, yet to be decoded.
  record Admitted(Header.Legible header, Span bytes) implements Examined {
    int pixels() {
      return header.width() * header.height();
    }
  }

  record Refused(Unusable why) implements Examined {}

  ImageLimits limits() {
    return limits;
  }

  @Override
  public Decoded decode(byte[] bytes, int offset, int length) {
    return switch (examine(new Span(bytes, offset, length))) {
      case Refused refused -> refused.why();
      case Admitted admitted -> decode(admitted);
    };
  }

  /// Looks at the header only.
  Examined examine(Span bytes) {
    return switch (Header.of(bytes)) {
      case Header.Broken broken -> new Refused(new Unusable(Reason.UNREADABLE, broken.detail()));
      case Header.Legible legible -> measure(legible, bytes);
    };
  }

  private Examined measure(Header.Legible header, Span bytes) {
    int width = header.width();
    int height = header.height();
    if (Math.max(width, height) > limits.maxSide()) {
      return tooLarge(width, height, "a side may have " + limits.maxSide() + " pixels");
    }
    if ((long) width * height > limits.maxPixels()) {
      return tooLarge(width, height, "it may have " + limits.maxPixels() + " pixels");
    }
    return new Admitted(header, bytes);
  }

  private static Refused tooLarge(int width, int height, String limit) {
    return new Refused(
        new Unusable(Reason.TOO_LARGE, "the image is " + width + "x" + height + ", " + limit));
  }

  /// Decodes what was examined.
  Decoded decode(Admitted admitted) {
    Header.Legible header = admitted.header();
    long deadline = nanoClock.getAsLong() + limits.decodeTime().toNanos();
    var stream = new DeadlineStream(header.plain(admitted.bytes()), deadline, nanoClock);
    try {
      return new Picture(header.orientation().upright(read(header, stream)));
    } catch (IOException | RuntimeException | StackOverflowError damage) {
      return stream.late() ? late() : damaged();
    }
  }

  private Pixels read(Header.Legible header, DeadlineStream stream) throws IOException {
    return switch (header) {
      case PngHeader png -> Samples.of(image(readers.pngReader(), stream));
      case JpegHeader jpeg when jpeg.components() == 4 ->
          Inks.of(raster(readers.jpegReader(), stream), jpeg.ink());
      case JpegHeader jpeg -> Samples.of(image(readers.jpegReader(), stream));
    };
  }

  private static BufferedImage image(ImageReader reader, DeadlineStream stream) throws IOException {
    try {
      reader.setInput(stream, true, true);
      return reader.read(0);
    } finally {
      reader.dispose();
    }
  }

  private static Raster raster(ImageReader reader, DeadlineStream stream) throws IOException {
    try {
      reader.setInput(stream, true, true);
      return reader.readRaster(0, reader.getDefaultReadParam());
    } finally {
      reader.dispose();
    }
  }

  private static Unusable damaged() {
    return new Unusable(Reason.UNREADABLE, "the image is damaged");
  }

  private Unusable late() {
    return new Unusable(
        Reason.UNREADABLE,
        "the image takes longer to decode than " + limits.decodeTime().toMillis() + " ms");
  }
}
