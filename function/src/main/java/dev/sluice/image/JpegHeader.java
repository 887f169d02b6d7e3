package dev.sluice.image;

/// The header of a JPEG: baseline, extended or progressive, of 8 bits and one, three or four
/// components. Other kinds are rare and refused.
///
/// A reader gets only the segments that the pixels need. Colour profiles are left out: models are
/// trained on the plain values (Pillow and OpenCV do not apply them either), the result would hang
/// on the colour library of the machine, and a profile is a program from outside. Without stray
/// bytes and foreign segments all parsers see the same picture, so the size that was checked is
/// the size that is decoded.
///
/// @param ink what four components mean; meaningless otherwise
/// @param burdened whether there is anything that the pixels do not need
record JpegHeader(
    int width, int height, int components, Ink ink, Orientation orientation, boolean burdened)
    implements Header.Legible {
  static final String MAGIC = "\u00ff\u00d8";

  /// What four components of a JPEG are.
  enum Ink {
    CMYK,
    YCCK
  }

  private static final int APP0 = 0xE0;
  private static final int APP1 = 0xE1;
  private static final int APP14 = 0xEE;
  private static final int EXIF_NAME_BYTES = 6;
  private static final int ADOBE_TRANSFORM = 11;
  private static final int ADOBE_YCCK = 2;

  static Header parse(Span bytes) {
    var segments = new JpegSegments(bytes);
    Header size = new Broken("the JPEG has no header");
    Ink ink = Ink.CMYK;
    Orientation orientation = Orientation.UPRIGHT;
    boolean burdened = false;
    while (segments.advance()) {
      Span payload = segments.payload();
      if (isFrame(segments.marker())) {
        size = size instanceof Broken ? frame(segments.marker(), payload) : TWO_FRAMES;
      } else if (segments.marker() == APP14 && isAdobe(payload)) {
        ink = payload.uint8(ADOBE_TRANSFORM) == ADOBE_YCCK ? Ink.YCCK : Ink.CMYK;
      } else if (segments.marker() == APP1
          && orientation == Orientation.UPRIGHT
          && payload.says(0, "Exif\0")
          && payload.holds(EXIF_NAME_BYTES, 0)) {
        orientation =
            Orientation.of(payload.part(EXIF_NAME_BYTES, payload.length() - EXIF_NAME_BYTES));
      }
      burdened |= !needed(segments.marker(), payload);
    }
    if (!(size instanceof JpegHeader frame)) {
      return size;
    }
    if (!segments.atScan() || !ends(bytes, segments.end())) {
      return new Broken("the JPEG is cut short");
    }
    return new JpegHeader(
        frame.width,
        frame.height,
        frame.components,
        ink,
        orientation,
        burdened || segments.strayed());
  }

  private static final Header TWO_FRAMES = new Broken("the JPEG has two headers");

  private static Header frame(int marker, Span frame) {
    if (marker > 0xC2) {
      return new Broken("a lossless, arithmetic or hierarchical JPEG is not supported");
    }
    if (!frame.holds(0, 6) || frame.length() != 6 + 3 * frame.uint8(5)) {
      return new Broken("the header of the JPEG is damaged");
    }
    int components = frame.uint8(5);
    if (frame.uint8(0) != 8 || (components != 1 && components != 3 && components != 4)) {
      return new Broken("a JPEG must have 8 bits and 1, 3 or 4 components");
    }
    int height = frame.uint16(1);
    int width = frame.uint16(3);
    if (width < 1 || height < 1) {
      return new Broken("the JPEG has no pixels");
    }
    return new JpegHeader(width, height, components, Ink.CMYK, Orientation.UPRIGHT, false);
  }

  @Override
  public Span plain(Span bytes) {
    if (!burdened) {
      return bytes;
    }
    byte[] kept = new byte[bytes.length()];
    int length = copy(bytes, 0, 2, kept, 0);
    var segments = new JpegSegments(bytes);
    while (segments.advance()) {
      if (needed(segments.marker(), segments.payload())) {
        length = copy(bytes, segments.start(), segments.end(), kept, length);
      }
    }
    length = copy(bytes, segments.end(), bytes.length(), kept, length);
    return new Span(kept, 0, length);
  }

  private static int copy(Span bytes, int from, int to, byte[] target, int at) {
    System.arraycopy(bytes.array(), bytes.offset() + from, target, at, to - from);
    return at + to - from;
  }

  private static boolean isFrame(int marker) {
    return switch (marker) {
      case 0xC4, 0xC8, 0xCC -> false;
      default -> marker >= 0xC0 && marker <= 0xCF;
    };
  }

  private static boolean isAdobe(Span payload) {
    return payload.says(0, "Adobe") && payload.holds(ADOBE_TRANSFORM, 1);
  }

  private static boolean needed(int marker, Span payload) {
    return switch (marker) {
      case 0xC0, 0xC1, 0xC2, 0xC4, 0xDA, 0xDB, 0xDD -> true;
      case APP0 -> payload.says(0, "JFIF\0");
      case APP14 -> isAdobe(payload);
      default -> false;
    };
  }

  /// Whether the end marker stands anywhere after the first scan began. Within coded data these
  /// two bytes cannot meet, and without them the lower rows are missing.
  private static boolean ends(Span bytes, int scan) {
    for (int at = bytes.length() - 2; at >= scan; at--) {
      if (bytes.uint8(at) == 0xFF && bytes.uint8(at + 1) == 0xD9) {
        return true;
      }
    }
    return false;
  }
}
