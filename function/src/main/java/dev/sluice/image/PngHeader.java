package dev.sluice.image;

/// The header of a PNG.
///
/// The JDK's reader walks over the chunks of most pictures without looking. For one with a palette
/// it parses and keeps them all, some at ten times their size, so such a picture is handed over
/// with only the chunks that its pixels need.
///
/// @param burdened whether a palette comes with chunks that its pixels do not need
record PngHeader(int width, int height, Orientation orientation, boolean burdened)
    implements Header.Legible {
  static final String MAGIC = "\u0089PNG\r\n\u001a\n";

  private static final int IHDR = 0x49484452;
  private static final int PLTE = 0x504C5445;
  private static final int TRNS = 0x74524E53;
  private static final int IDAT = 0x49444154;
  private static final int IEND = 0x49454E44;
  private static final int EXIF = 0x65584966;

  private static final int FIRST_CHUNK = 8;
  private static final int HEADER_BYTES = 13;
  private static final int PALETTE = 3;
  /// Length, type and checksum.
  private static final int FRAME_BYTES = 12;

  static Header parse(Span bytes) {
    if (!bytes.holds(FIRST_CHUNK, FRAME_BYTES + HEADER_BYTES)
        || bytes.int32(FIRST_CHUNK) != HEADER_BYTES
        || bytes.int32(FIRST_CHUNK + 4) != IHDR) {
      return new Broken("the header of the PNG is damaged");
    }
    int width = bytes.int32(FIRST_CHUNK + 8);
    int height = bytes.int32(FIRST_CHUNK + 12);
    if (width < 1 || height < 1) {
      return new Broken("the PNG has no pixels");
    }
    boolean palette = bytes.uint8(FIRST_CHUNK + 17) == PALETTE;
    boolean burdened = false;
    Orientation orientation = Orientation.UPRIGHT;
    for (int at = FIRST_CHUNK; at >= 0; at = next(bytes, at)) {
      burdened |= palette && !needed(bytes.int32(at + 4));
      if (bytes.int32(at + 4) == EXIF) {
        orientation = Orientation.of(bytes.part(at + 8, bytes.int32(at)));
      }
    }
    return new PngHeader(width, height, orientation, burdened);
  }

  @Override
  public Span plain(Span bytes) {
    if (!burdened) {
      return bytes;
    }
    byte[] kept = new byte[bytes.length()];
    System.arraycopy(bytes.array(), bytes.offset(), kept, 0, FIRST_CHUNK);
    int length = FIRST_CHUNK;
    for (int at = FIRST_CHUNK; at >= 0; at = next(bytes, at)) {
      if (needed(bytes.int32(at + 4))) {
        int chunk = FRAME_BYTES + bytes.int32(at);
        System.arraycopy(bytes.array(), bytes.offset() + at, kept, length, chunk);
        length += chunk;
      }
    }
    return new Span(kept, 0, length);
  }

  private static boolean needed(int type) {
    return switch (type) {
      case IHDR, PLTE, TRNS, IDAT, IEND -> true;
      default -> false;
    };
  }

  /// Where the chunk after the one at `at` begins; -1 where none lies whole within the bytes.
  private static int next(Span bytes, int at) {
    int next = at + FRAME_BYTES + bytes.int32(at);
    if (!bytes.holds(next, FRAME_BYTES)) {
      return -1;
    }
    int length = bytes.int32(next);
    return length >= 0 && bytes.holds(next + FRAME_BYTES, length) ? next : -1;
  }
}
