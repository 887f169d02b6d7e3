package dev.sluice.oip;

/// An integer as JSON writes it: `-?(0|[1-9][0-9]*)`, up to 64 bits, never by way of a double.
/// Overwritten by each scan, so that a tensor's elements leave nothing behind. Used by one thread.
final class WholeNumber {
  /// What [#scan] answers where there is no integer.
  static final int NONE = -1;

  private static final long MOST_TENTH = Long.divideUnsigned(-1L, 10);

  private boolean negative;
  private boolean beyond64Bits;
  private long magnitude;

  /// Reads one from `at`.
  ///
  /// @return where it ends, or [#NONE]; a fraction or an exponent after it makes it none
  int scan(byte[] bytes, int at, int end) {
    int i = at;
    negative = i < end && bytes[i] == '-';
    if (negative) {
      i++;
    }
    int first = i;
    beyond64Bits = false;
    magnitude = 0;
    while (i < end && Decimal.digit(bytes[i])) {
      append(bytes[i++] - '0');
    }
    boolean leadingZero = i - first > 1 && bytes[first] == '0';
    boolean goesOn = i < end && (bytes[i] == '.' || bytes[i] == 'e' || bytes[i] == 'E');
    return i == first || leadingZero || goesOn ? NONE : i;
  }

  private void append(int digit) {
    long tenfold = magnitude * 10;
    long next = tenfold + digit;
    beyond64Bits |=
        Long.compareUnsigned(magnitude, MOST_TENTH) > 0 || Long.compareUnsigned(next, tenfold) < 0;
    magnitude = next;
  }

  /// Whether it fits in so many bits as a two's complement number.
  boolean fitsSigned(int bits) {
    long least = 1L << (bits - 1);
    int side = Long.compareUnsigned(magnitude, least);
    return !beyond64Bits && (negative ? side <= 0 : side < 0);
  }

  /// Whether it fits in so many bits without a sign; -0 is 0.
  boolean fitsUnsigned(int bits) {
    boolean narrow = bits == Long.SIZE || magnitude >>> bits == 0;
    return !beyond64Bits && narrow && (!negative || magnitude == 0);
  }

  /// The lowest 64 bits of it.
  long bits() {
    return negative ? -magnitude : magnitude;
  }
}
