package dev.sluice.oip;

import ch.randelshofer.fastdoubleparser.JavaFloatParser;
import ch.randelshofer.fastdoubleparser.JsonDoubleParser;
import java.math.BigDecimal;

/// A number as JSON writes it, and the nearest half, float or double, ties to even.
///
/// The first 18 significant digits are gathered as an integer w, so that the number is about
/// w · 10^e. Powers of ten up to 10^22 are doubles without error, so with |e| <= 22 one
/// multiplication or division gives most answers:
///
/// - FP64: if also w <= 2^53, no digit was left out (w would have 18 of them), both operands are
///   exact, and the one rounding of the operation is the right one (Clinger 1990).
/// - FP32: w as a double, the operation, and digits past the 18th are each wrong by at most 2^-53,
///   2^-53 and 2^-56 of the value, so the double is off by less than 3 of its units in the last
///   place. Rounded to a float it is right unless it lies that near to the middle between two
///   floats (only the double's 29 lowest bits matter); we ask for 4 units. Values here are between
///   1e-22 and 1e40, so no float below the normal range appears, and the middle between the largest
///   float and 2^128 is a middle like any other.
///
/// Everything else goes to an exact library. A half is rounded from the double: the middle between
/// two halves is a double without error, so only a double in the very middle may hide on which side
/// of it the digits are; then they are compared digit by digit.
///
/// Overwritten by each scan, so that a tensor's elements leave nothing behind. Used by one thread.
final class Decimal {
  /// What [#scan] answers where there is no number.
  static final int NONE = -1;

  private static final int DIGITS = 18;
  private static final int EXACT_POWER = 22;
  private static final long EXACT_INTEGER = 1L << 53;
  private static final long BELOW_FLOAT = (1L << 29) - 1;
  private static final long MIDDLE_OF_FLOATS = 1L << 28;
  private static final int UNITS_OFF = 4;
  private static final long FARTHEST_POWER = 10_000_000_000L;
  private static final int HALF_DIGITS = 10;
  private static final int HALF_LEAST_EXPONENT = -14;

  private static final double[] POWERS = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };

  private byte[] bytes = {};
  private int from;
  private int to;
  private boolean negative;
  private long digits;
  private int significant;
  private long exponent;
  private long power;

  /// Reads one from `at`.
  ///
  /// @return where it ends, or [#NONE] where the grammar of JSON is not met
  int scan(byte[] text, int at, int end) {
    bytes = text;
    from = at;
    digits = 0;
    significant = 0;
    exponent = 0;
    int i = at;
    negative = i < end && text[i] == '-';
    if (negative) {
      i++;
    }
    int first = i;
    i = wholePart(text, i, end);
    if (i == first || (i - first > 1 && text[first] == '0')) {
      return NONE;
    }
    if (i < end && text[i] == '.') {
      first = i + 1;
      i = fraction(text, first, end);
      if (i == first) {
        return NONE;
      }
    }
    power = 0;
    if (i < end && (text[i] == 'e' || text[i] == 'E')) {
      i = powerOfTen(text, i + 1, end);
      exponent += power;
    }
    to = i;
    return i;
  }

  private int wholePart(byte[] text, int at, int end) {
    int i = at;
    while (i < end && digit(text[i])) {
      if (!gathered(text[i++])) {
        exponent++;
      }
    }
    return i;
  }

  private int fraction(byte[] text, int at, int end) {
    int i = at;
    while (i < end && digit(text[i])) {
      if (gathered(text[i++])) {
        exponent--;
      }
    }
    return i;
  }

  private boolean gathered(byte digit) {
    if (significant == DIGITS) {
      return false;
    }
    digits = digits * 10 + (digit - '0');
    if (digits != 0) {
      significant++;
    }
    return true;
  }

  private int powerOfTen(byte[] text, int at, int end) {
    int i = at;
    boolean below = i < end && text[i] == '-';
    if (i < end && (text[i] == '-' || text[i] == '+')) {
      i++;
    }
    int first = i;
    while (i < end && digit(text[i])) {
      power = Math.min(FARTHEST_POWER, power * 10 + (text[i++] - '0'));
    }
    power = below ? -power : power;
    return i == first ? NONE : i;
  }

  static boolean digit(byte b) {
    return b >= '0' && b <= '9';
  }

  /// The nearest double; infinite where the number is too large for one.
  double toDouble() {
    if (digits == 0) {
      return negative ? -0.0 : 0.0;
    }
    if (digits <= EXACT_INTEGER && Math.abs(exponent) <= EXACT_POWER) {
      return scaled();
    }
    return JsonDoubleParser.parseDouble(bytes, from, to - from);
  }

  /// The nearest float; infinite where the number is too large for one.
  float toFloat() {
    if (digits == 0) {
      return negative ? -0.0f : 0.0f;
    }
    if (Math.abs(exponent) <= EXACT_POWER) {
      double near = scaled();
      long below = Double.doubleToRawLongBits(near) & BELOW_FLOAT;
      if (Math.abs(below - MIDDLE_OF_FLOATS) > UNITS_OFF) {
        return (float) near;
      }
    }
    return JavaFloatParser.parseFloat(bytes, from, to - from);
  }

  private double scaled() {
    double value = negative ? -digits : digits;
    return exponent < 0 ? value / POWERS[(int) -exponent] : value * POWERS[(int) exponent];
  }

  /// The nearest half as a float; infinite where the number is too large for one.
  float toHalf() {
    double near = Math.abs(toDouble());
    if (Double.isInfinite(near)) {
      return (float) (negative ? -near : near);
    }
    // A unit is the distance of the halves around `near`; scaling by powers of two is exact.
    int unit = Math.max(Math.getExponent(near), HALF_LEAST_EXPONENT) - HALF_DIGITS;
    double units = Math.scalb(near, -unit);
    double rounded = Math.rint(units);
    if (units - Math.floor(units) == 0.5) {
      int side = sideOf(near);
      rounded = side == 0 ? rounded : Math.floor(units) + (side > 0 ? 1 : 0);
    }
    float half = Float.float16ToFloat(Float.floatToFloat16((float) Math.scalb(rounded, unit)));
    return negative ? -half : half;
  }

  /// Whether the digits are below (-1), at (0) or above (1) a positive number, signs apart.
  private int sideOf(double other) {
    BigDecimal value = new BigDecimal(other).stripTrailingZeros();
    String wanted = value.unscaledValue().toString();
    int i = firstDigitNotZero();
    long places = placesBeforePoint(i) + power;
    int side = Long.compare(places, (long) wanted.length() - value.scale());
    int next = 0;
    while (side == 0 && i < to && bytes[i] != 'e' && bytes[i] != 'E') {
      if (bytes[i] != '.') {
        side = Integer.compare(bytes[i], next < wanted.length() ? wanted.charAt(next) : '0');
        next++;
      }
      i++;
    }
    return side == 0 && next < wanted.length() ? -1 : side;
  }

  private int firstDigitNotZero() {
    int i = from;
    while (bytes[i] == '-' || bytes[i] == '0' || bytes[i] == '.') {
      i++;
    }
    return i;
  }

  /// Of the digit at `first`: its place before the point, counted from 1; 0 and below after it.
  private long placesBeforePoint(int first) {
    int point = first;
    while (point > from && bytes[point] != '.') {
      point--;
    }
    if (bytes[point] == '.') {
      return point + 1L - first;
    }
    point = first;
    while (point < to && digit(bytes[point])) {
      point++;
    }
    return point - (long) first;
  }
}
