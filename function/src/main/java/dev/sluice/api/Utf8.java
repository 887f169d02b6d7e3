package dev.sluice.api;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Checks that bytes are UTF-8 (RFC 3629) and nothing else, without decoding them.
///
/// JSON parsers that are given bytes guess at UTF-16 and UTF-32 and let byte-order marks and
/// overlong forms through; a text that two readers read differently is an attack's first step.
final class Utf8 {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final long NOT_ASCII = 0x8080808080808080L;

  private Utf8() {}

  /// Whether all the bytes are well-formed UTF-8 without a byte-order mark at the start.
  static boolean wellFormed(Content body) {
    byte[] bytes = body.array();
    int from = body.from();
    int to = body.to();
    if (body.length() >= 3
        && bytes[from] == (byte) 0xEF
        && bytes[from + 1] == (byte) 0xBB
        && bytes[from + 2] == (byte) 0xBF) {
      return false;
    }
    int i = from;
    while (i < to) {
      if (i + Long.BYTES <= to && ((long) LONG.get(bytes, i) & NOT_ASCII) == 0) {
        i += Long.BYTES;
        continue;
      }
      int length = bytes[i] >= 0 ? 1 : sequence(bytes, i, to);
      if (length == 0) {
        return false;
      }
      i += length;
    }
    return true;
  }

  /// Length of the multi-byte sequence at `i`, 0 when it is malformed. The second byte's range
  /// rules out overlong forms, surrogates and what lies past U+10FFFF (RFC 3629, section 4).
  private static int sequence(byte[] bytes, int i, int to) {
    int lead = bytes[i] & 0xFF;
    if (lead >= 0xC2 && lead <= 0xDF) {
      return continues(bytes, i + 1, to, 0x80, 0xBF) ? 2 : 0;
    }
    if (lead >= 0xE0 && lead <= 0xEF) {
      int least = lead == 0xE0 ? 0xA0 : 0x80;
      int most = lead == 0xED ? 0x9F : 0xBF;
      return continues(bytes, i + 1, to, least, most) && continues(bytes, i + 2, to, 0x80, 0xBF)
          ? 3
          : 0;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
      int least = lead == 0xF0 ? 0x90 : 0x80;
      int most = lead == 0xF4 ? 0x8F : 0xBF;
      return continues(bytes, i + 1, to, least, most)
              && continues(bytes, i + 2, to, 0x80, 0xBF)
              && continues(bytes, i + 3, to, 0x80, 0xBF)
          ? 4
          : 0;
    }
    return 0;
  }

  private static boolean continues(byte[] bytes, int i, int to, int least, int most) {
    return i < to && (bytes[i] & 0xFF) >= least && (bytes[i] & 0xFF) <= most;
  }
}
