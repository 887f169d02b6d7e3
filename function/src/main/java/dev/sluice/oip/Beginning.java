package dev.sluice.oip;

/// Tells a body that was never meant as JSON, before it is looked at as JSON.
final class Beginning {
  private static final byte GZIP_FIRST = 0x1F;
  private static final byte GZIP_SECOND = (byte) 0x8B;

  private Beginning() {}

  static void mustNotBeOther(byte[] body, int from, int to) throws BadRequest {
    if (from == to) {
      throw BadRequest.malformed("", "the body is empty");
    }
    if (to - from > 1 && body[from] == GZIP_FIRST && body[from + 1] == GZIP_SECOND) {
      throw BadRequest.malformed("", "this looks like gzip: Content-Encoding: gzip says so");
    }
  }
}
