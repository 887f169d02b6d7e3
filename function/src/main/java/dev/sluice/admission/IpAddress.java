package dev.sluice.admission;

import java.util.Optional;

/// An IP address as 128 bits; an IPv4 address is its IPv4-mapped IPv6 form, so that both ways of
/// writing it are the same address.
///
/// The parser knows literals only. Nothing is ever looked up: `InetAddress.getByName` would ask the
/// name server for whatever a caller writes into a header.
public record IpAddress(long high, long low) {
  /// The longest literal: an IPv6 address that ends in an IPv4 one.
  static final int MAX_CHARS = 45;

  private static final int GROUPS = 8;
  private static final long MAPPED = 0xFFFFL << 32;
  private static final Optional<IpAddress> NONE = Optional.empty();

  /// The address that a literal writes: dotted decimal without leading zeros, or RFC 4291 without a
  /// zone.
  public static Optional<IpAddress> parse(String text) {
    if (text.isEmpty() || text.length() > MAX_CHARS) {
      return NONE;
    }
    if (text.indexOf(':') >= 0) {
      return parseV6(text);
    }
    long bits = parseV4(text);
    return bits < 0 ? NONE : Optional.of(new IpAddress(0, MAPPED | bits));
  }

  public boolean isV4() {
    return high == 0 && low >>> 32 == 0xFFFF;
  }

  /// Whether the first `length` bits are those of `other`.
  boolean sharesPrefix(IpAddress other, int length) {
    long highMask = length >= 64 ? -1L : ~(-1L >>> length);
    long lowMask = length >= 128 ? -1L : length <= 64 ? 0 : ~(-1L >>> (length - 64));
    return ((high ^ other.high) & highMask) == 0 && ((low ^ other.low) & lowMask) == 0;
  }

  /// The 32 bits of a dotted decimal, or -1.
  private static long parseV4(String text) {
    long bits = 0;
    int parts = 0;
    int start = 0;
    while (start <= text.length()) {
      int dot = text.indexOf('.', start);
      int end = dot < 0 ? text.length() : dot;
      int part = decimal(text, start, end);
      if (part < 0 || parts == 4) {
        return -1;
      }
      bits = (bits << 8) | part;
      parts++;
      start = end + 1;
    }
    return parts == 4 ? bits : -1;
  }

  /// 0..255 without leading zeros, or -1.
  private static int decimal(String text, int start, int end) {
    int length = end - start;
    if (length < 1 || length > 3 || (length > 1 && text.charAt(start) == '0')) {
      return -1;
    }
    int value = 0;
    for (int i = start; i < end; i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      value = value * 10 + (c - '0');
    }
    return value <= 255 ? value : -1;
  }

  private static Optional<IpAddress> parseV6(String text) {
    int gap = text.indexOf("::");
    int[] groups = new int[GROUPS];
    if (gap < 0) {
      return parseGroups(text, groups, true) == GROUPS ? Optional.of(of(groups)) : NONE;
    }
    int[] tail = new int[GROUPS];
    int before = gap == 0 ? 0 : parseGroups(text.substring(0, gap), groups, false);
    int after = gap + 2 == text.length() ? 0 : parseGroups(text.substring(gap + 2), tail, true);
    // Two colons stand for one group at least.
    if (before < 0 || after < 0 || before + after >= GROUPS) {
      return NONE;
    }
    System.arraycopy(tail, 0, groups, GROUPS - after, after);
    return Optional.of(of(groups));
  }

  /// Reads groups between single colons; only the last may be a dotted decimal, worth two.
  ///
  /// @param last whether the text ends the address, so that a dotted decimal may end it
  /// @return the number of groups, or -1
  private static int parseGroups(String text, int[] groups, boolean last) {
    int count = 0;
    int start = 0;
    while (start <= text.length()) {
      int colon = text.indexOf(':', start);
      int end = colon < 0 ? text.length() : colon;
      boolean dotted = last && colon < 0 && text.indexOf('.', start) >= 0;
      if (count + (dotted ? 2 : 1) > GROUPS) {
        return -1;
      }
      long value = dotted ? parseV4(text.substring(start)) : hex(text, start, end);
      if (value < 0) {
        return -1;
      }
      if (dotted) {
        groups[count++] = (int) (value >>> 16);
      }
      groups[count++] = (int) (value & 0xFFFF);
      start = end + 1;
    }
    return count;
  }

  /// One to four hexadecimal digits, or -1.
  private static int hex(String text, int start, int end) {
    if (end - start < 1 || end - start > 4) {
      return -1;
    }
    int value = 0;
    for (int i = start; i < end; i++) {
      char c = text.charAt(i);
      int digit = c < 128 ? Character.digit(c, 16) : -1;
      if (digit < 0) {
        return -1;
      }
      value = (value << 4) | digit;
    }
    return value;
  }

  private static IpAddress of(int[] groups) {
    long high = 0;
    long low = 0;
    for (int i = 0; i < GROUPS / 2; i++) {
      high = (high << 16) | groups[i];
      low = (low << 16) | groups[i + GROUPS / 2];
    }
    return new IpAddress(high, low);
  }
}
