package dev.sluice.image;

/// What the first bytes of a picture say, found without any library and in one pass.
sealed interface Header {
  /// A picture that a reader may try.
  sealed interface Legible extends Header permits PngHeader, JpegHeader {
    int width();

    int height();

    /// How the picture is turned before it is looked at.
    Orientation orientation();

    /// The bytes that the reader gets: those given, or a copy without the parts that a reader
    /// would only keep, unpack or stumble over.
    Span plain(Span bytes);
  }

  /// Bytes that are no picture.
  ///
  /// @param detail what is wrong, for the caller
  record Broken(String detail) implements Header {}

  static Header of(Span bytes) {
    if (bytes.says(0, PngHeader.MAGIC)) {
      return PngHeader.parse(bytes);
    }
    if (bytes.says(0, JpegHeader.MAGIC)) {
      return JpegHeader.parse(bytes);
    }
    return new Broken("the image is neither PNG nor JPEG");
  }
}
