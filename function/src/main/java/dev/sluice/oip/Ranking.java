package dev.sluice.oip;

import dev.sluice.inference.Signature;
import dev.sluice.inference.Signature.Port;
import dev.sluice.inference.Tensor;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// The classification extension: of each row of an output the highest values, as texts
/// `value:index` or `value:index:label`, highest first, of equal ones the lowest index first.
/// Floating-point values have six decimals, as C's `%f` prints them; NaN is the lowest.
///
/// @param keys of one row: in the order of the values, and equal for equal ones
record Ranking(long[] keys) {
  private static final int DECIMALS = 6;

  /// The output's classes instead of its values.
  ///
  /// An output has rows where its first axis is free and others follow, or where every input and
  /// output of the model has such an axis. Without rows all of its values are ranked together.
  ///
  /// @param classes how many at most, of each row
  /// @param labels by index; there may be fewer than classes
  static Tensor.Strings of(
      Tensor.Numbers output, Port port, Signature signature, int classes, List<String> labels) {
    boolean rows =
        !port.shape().isEmpty()
            && port.shape().getFirst() == Signature.ANY
            && (port.shape().size() > 1 || signature.batched());
    List<Long> shape = output.shape();
    int count = rows ? Math.toIntExact(shape.getFirst()) : 1;
    int width = Math.toIntExact(Tensor.elements(rows ? shape.subList(1, shape.size()) : shape));
    int most = Math.min(classes, width);
    var texts = new ArrayList<String>();
    for (int row = 0; row < count && most > 0; row++) {
      int first = row * width;
      for (int index : keysOf(output, first, width).top(most)) {
        String label = index < labels.size() ? ":" + labels.get(index) : "";
        texts.add(text(output, first + index) + ":" + index + label);
      }
    }
    return new Tensor.Strings(
        rows ? List.of((long) count, (long) most) : List.of((long) most), texts);
  }

  private static Ranking keysOf(Tensor.Numbers output, int first, int width) {
    long[] keys = new long[width];
    for (int i = 0; i < width; i++) {
      keys[i] = key(output, first + i);
    }
    return new Ranking(keys);
  }

  private static long key(Tensor.Numbers tensor, int index) {
    return switch (tensor.type()) {
      case UINT64 -> whole(tensor, index) ^ Long.MIN_VALUE;
      case UINT8, UINT16, UINT32, INT8, INT16, INT32, INT64 -> whole(tensor, index);
      case FLOAT16, BFLOAT16, FLOAT, DOUBLE -> key(real(tensor, index));
      case BOOL, STRING -> throw new IllegalArgumentException(tensor.type() + " is not ranked");
    };
  }

  // A positive double's bits rise with it, a negative one's fall. Adding 0.0 makes -0.0 equal 0.0.
  private static long key(double value) {
    if (Double.isNaN(value)) {
      return Long.MIN_VALUE;
    }
    long bits = Double.doubleToLongBits(value + 0.0);
    return bits < 0 ? bits ^ Long.MAX_VALUE : bits;
  }

  private static long whole(Tensor.Numbers tensor, int index) {
    int at = tensor.data().position() + index * tensor.type().bytes();
    return switch (tensor.type()) {
      case UINT8 -> tensor.data().get(at) & 0xFF;
      case INT8 -> tensor.data().get(at);
      case UINT16 -> tensor.data().getShort(at) & 0xFFFF;
      case INT16 -> tensor.data().getShort(at);
      case UINT32 -> tensor.data().getInt(at) & 0xFFFF_FFFFL;
      case INT32 -> tensor.data().getInt(at);
      case UINT64, INT64 -> tensor.data().getLong(at);
      case BOOL, FLOAT16, BFLOAT16, FLOAT, DOUBLE, STRING ->
          throw new IllegalArgumentException(tensor.type() + " is not whole");
    };
  }

  private static double real(Tensor.Numbers tensor, int index) {
    int at = tensor.data().position() + index * tensor.type().bytes();
    return switch (tensor.type()) {
      case FLOAT16 -> Float.float16ToFloat(tensor.data().getShort(at));
      case BFLOAT16 -> Float.intBitsToFloat(tensor.data().getShort(at) << Short.SIZE);
      case FLOAT -> tensor.data().getFloat(at);
      case DOUBLE -> tensor.data().getDouble(at);
      case BOOL, UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64, STRING ->
          throw new IllegalArgumentException(tensor.type() + " is not a floating-point number");
    };
  }

  private static String text(Tensor.Numbers tensor, int index) {
    return switch (tensor.type()) {
      case UINT64 -> Long.toUnsignedString(whole(tensor, index));
      case UINT8, UINT16, UINT32, INT8, INT16, INT32, INT64 -> Long.toString(whole(tensor, index));
      case FLOAT16, BFLOAT16, FLOAT, DOUBLE -> text(real(tensor, index));
      case BOOL, STRING -> throw new IllegalArgumentException(tensor.type() + " is not ranked");
    };
  }

  private static String text(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    String sign = Math.copySign(1, value) < 0 ? "-" : "";
    if (Double.isInfinite(value)) {
      return sign + "inf";
    }
    var exact = new BigDecimal(Math.abs(value));
    return sign + exact.setScale(DECIMALS, RoundingMode.HALF_EVEN).toPlainString();
  }

  /// Indexes of the highest keys, of which there are at least `count`.
  List<Integer> top(int count) {
    long[] sorted = keys.clone();
    Arrays.sort(sorted);
    long last = sorted[sorted.length - count];
    long above = Arrays.stream(sorted).filter(key -> key > last).count();
    long equal = count - above;
    var top = new ArrayList<Integer>();
    for (int i = 0; i < keys.length; i++) {
      if (keys[i] > last || (keys[i] == last && equal-- > 0)) {
        top.add(i);
      }
    }
    top.sort(Comparator.comparingLong((Integer index) -> keys[index]).reversed());
    return top;
  }
}
