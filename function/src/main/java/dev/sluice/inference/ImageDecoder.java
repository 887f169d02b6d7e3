package dev.sluice.inference;

/// Makes pixels of an encoded picture. Thread-safe; blocks while it decodes.
public interface ImageDecoder {
  /// Decodes `length` bytes of `bytes` from `offset`.
  Decoded decode(byte[] bytes, int offset, int length);

  /// A picture, or why there is none.
  sealed interface Decoded {}

  /// The picture as it is meant to be seen: turned as its EXIF orientation says.
  record Picture(Pixels pixels) implements Decoded {}

  /// No picture.
  ///
  /// @param detail one sentence for the caller: what is wrong and which limit was hit; nothing
  ///     from inside
  record Unusable(Reason reason, String detail) implements Decoded {}

  enum Reason {
    /// Neither PNG nor JPEG, or damaged, or it takes too long.
    UNREADABLE,
    /// More pixels or a longer side than allowed.
    TOO_LARGE,
    /// Nothing is wrong with the picture, but too many others wait to be decoded.
    BUSY
  }
}
