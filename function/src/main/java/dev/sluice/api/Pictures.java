package dev.sluice.api;

import dev.sluice.admission.ByteBudget;
import dev.sluice.inference.ImageDecoder;
import dev.sluice.inference.ImageDecoder.Decoded;
import dev.sluice.inference.ImageDecoder.Picture;
import dev.sluice.inference.ImageDecoder.Reason;
import dev.sluice.inference.ImageDecoder.Unusable;

/// Decodes pictures within bounds that hold for a whole request and for all of them together: a
/// file of some kilobytes can be a picture of as many megabytes, and a request may bring many.
final class Pictures {
  private final ImageDecoder decoder;
  private final ByteBudget memory;
  private final long maxPixels;

  /// @param memory bytes of decoded pictures that there may be at once
  /// @param maxPixels pixels that the pictures of one request may have together
  Pictures(ImageDecoder decoder, ByteBudget memory, long maxPixels) {
    this.decoder = decoder;
    this.memory = memory;
    this.maxPixels = maxPixels;
  }

  Album open() {
    return new Album();
  }

  /// The pictures of one request. Closed when nobody looks at them any more. One thread at a time.
  final class Album implements AutoCloseable {
    private long pixels;
    private long taken;

    Decoded decode(byte[] file) {
      Decoded decoded = decoder.decode(file, 0, file.length);
      return switch (decoded) {
        case Unusable unusable -> unusable;
        case Picture picture -> kept(picture);
      };
    }

    private Decoded kept(Picture picture) {
      long more = (long) picture.pixels().width() * picture.pixels().height();
      if (more > maxPixels - pixels) {
        return new Unusable(
            Reason.TOO_LARGE,
            "the pictures of a request may have " + maxPixels + " pixels together (MAX_PIXELS)");
      }
      long bytes = picture.pixels().samples().length;
      if (!memory.tryTake(bytes)) {
        return new Unusable(Reason.BUSY, "no room for the picture now; see Retry-After");
      }
      pixels += more;
      taken += bytes;
      return picture;
    }

    @Override
    public void close() {
      memory.give(taken);
      taken = 0;
    }
  }
}
