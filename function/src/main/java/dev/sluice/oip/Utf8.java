package dev.sluice.oip;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Tells UTF-8 (RFC 3629) from what is not, without decoding it.
///
/// Parsers that are given bytes let overlong forms and worse through; a text that two readers read
/// differently is an attack's first step.
public final class Utf8 {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final long NOT_ASCII = 0x8080808080808080L;

  private Utf8() {}

  /// Whether the bytes are well-formed from `from` up to `to`.
  public static boolean wellFormed(byte[] bytes, int from, int to) {
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
  static int sequence(byte[] bytes, int i, int to) {
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
