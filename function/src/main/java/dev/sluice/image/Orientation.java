package dev.sluice.image;

import dev.sluice.inference.Pixels;

/// How a stored picture is turned before it is looked at: the eight values of EXIF's tag 0x0112.
///
/// The pixel at (x, y) of the upright picture is read from the stored one at
///
///     start + x · stepX + y · stepY
///
/// where `start` is one of the four corners and, for the last four values, the steps along and
/// across the rows change places.
enum Orientation {
  UPRIGHT(false, false, false),
  MIRRORED(true, false, false),
  UPSIDE_DOWN(true, true, false),
  MIRRORED_UPSIDE_DOWN(false, true, false),
  TRANSPOSED(false, false, true),
  TURNED_RIGHT(false, true, true),
  TRANSVERSED(true, true, true),
  TURNED_LEFT(true, false, true);

  private static final int TAG = 0x0112;
  private static final int SHORT = 3;
  private static final int ENTRY_BYTES = 12;

  private final boolean fromRight;
  private final boolean fromBottom;
  private final boolean swapped;

  Orientation(boolean fromRight, boolean fromBottom, boolean swapped) {
    this.fromRight = fromRight;
    this.fromBottom = fromBottom;
    this.swapped = swapped;
  }

  /// The orientation that an EXIF block in TIFF form asks for; [#UPRIGHT] where it asks for none
  /// or is damaged. Looks at the first directory only and follows no other offset, so it ends
  /// after at most 65,535 entries.
  static Orientation of(Span tiff) {
    if (!tiff.holds(0, 8)) {
      return UPRIGHT;
    }
    return switch (tiff.int32(0)) {
      case 0x49492A00 -> firstDirectory(tiff, true);
      case 0x4D4D002A -> firstDirectory(tiff, false);
      default -> UPRIGHT;
    };
  }

  private static Orientation firstDirectory(Span tiff, boolean little) {
    int directory = little ? Integer.reverseBytes(tiff.int32(4)) : tiff.int32(4);
    if (directory < 0 || !tiff.holds(directory, 2)) {
      return UPRIGHT;
    }
    int entries = uint16(tiff, directory, little);
    for (int i = 0; i < entries; i++) {
      int at = directory + 2 + i * ENTRY_BYTES;
      if (!tiff.holds(at, ENTRY_BYTES)) {
        return UPRIGHT;
      }
      if (uint16(tiff, at, little) == TAG && uint16(tiff, at + 2, little) == SHORT) {
        return tagged(uint16(tiff, at + 8, little));
      }
    }
    return UPRIGHT;
  }

  /// The orientation of a value of the tag; [#UPRIGHT] for one without meaning.
  static Orientation tagged(int value) {
    return switch (value) {
      case 2 -> MIRRORED;
      case 3 -> UPSIDE_DOWN;
      case 4 -> MIRRORED_UPSIDE_DOWN;
      case 5 -> TRANSPOSED;
      case 6 -> TURNED_RIGHT;
      case 7 -> TRANSVERSED;
      case 8 -> TURNED_LEFT;
      default -> UPRIGHT;
    };
  }

  private static int uint16(Span tiff, int at, boolean little) {
    int value = tiff.uint16(at);
    return little ? Short.toUnsignedInt(Short.reverseBytes((short) value)) : value;
  }

  /// The stored picture as it is meant to be seen.
  Pixels upright(Pixels stored) {
    if (this == UPRIGHT) {
      return stored;
    }
    int width = stored.width();
    int height = stored.height();
    int start = (fromRight ? width - 1 : 0) + (fromBottom ? (height - 1) * width : 0);
    int along = fromRight ? -1 : 1;
    int across = fromBottom ? -width : width;
    return swapped
        ? copy(stored, height, width, start, across, along)
        : copy(stored, width, height, start, along, across);
  }

  private static Pixels copy(
      Pixels stored, int width, int height, int start, int stepX, int stepY) {
    int channels = stored.channels();
    byte[] from = stored.samples();
    byte[] to = new byte[from.length];
    int target = 0;
    for (int y = 0; y < height; y++) {
      int source = (start + y * stepY) * channels;
      for (int x = 0; x < width; x++, source += stepX * channels) {
        for (int c = 0; c < channels; c++) {
          to[target++] = from[source + c];
        }
      }
    }
    return new Pixels(width, height, channels, to);
  }
}
