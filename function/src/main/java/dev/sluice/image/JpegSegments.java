package dev.sluice.image;

/// Walks over the marker segments of a JPEG up to and including its first start of scan.
///
/// Bytes that belong to no segment are stepped over, as all readers do; [#strayed] tells.
final class JpegSegments {
  private static final int START_OF_SCAN = 0xDA;

  private final Span bytes;
  private int end = 2;
  private int marker;
  private int start;
  private boolean strayed;

  JpegSegments(Span bytes) {
    this.bytes = bytes;
  }

  /// Moves to the next segment; false where the bytes end before a whole one, or at the scan.
  boolean advance() {
    if (marker == START_OF_SCAN) {
      return false;
    }
    int at = end;
    while (bytes.holds(at, 4)) {
      if (bytes.uint8(at) == 0xFF && standsBeforeLength(bytes.uint8(at + 1))) {
        int length = bytes.uint16(at + 2);
        if (length < 2 || !bytes.holds(at + 2, length)) {
          return false;
        }
        marker = bytes.uint8(at + 1);
        start = at;
        end = at + 2 + length;
        return true;
      }
      strayed = true;
      at++;
    }
    return false;
  }

  /// Markers from 0xC0 on begin a segment, but for restarts and the picture's own start and end.
  private static boolean standsBeforeLength(int code) {
    return code >= 0xC0 && code != 0xFF && (code < 0xD0 || code > 0xD9);
  }

  /// The second byte of the current segment's marker.
  int marker() {
    return marker;
  }

  /// Where the current segment's marker stands.
  int start() {
    return start;
  }

  /// Where the bytes after the current segment begin.
  int end() {
    return end;
  }

  /// What the current segment holds, without marker and length.
  Span payload() {
    return bytes.part(start + 4, end - start - 4);
  }

  boolean atScan() {
    return marker == START_OF_SCAN;
  }

  /// Whether there were bytes between the segments.
  boolean strayed() {
    return strayed;
  }
}
