package dev.sluice.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.LongNode;
import java.math.BigDecimal;
import java.math.MathContext;

/// Numbers as people write them. Units are changed in decimals: 0.3 seconds are 300 ms and not
/// 300.00000000000006.
final class Decimals {
  private Decimals() {}

  /// A number, whole where it is whole.
  static JsonNode node(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? LongNode.valueOf((long) value)
        : DoubleNode.valueOf(value);
  }

  /// The number with its point so many places further right; left where that is below 0.
  static double moved(double value, int places) {
    return BigDecimal.valueOf(value).movePointRight(places).doubleValue();
  }

  /// What is left to 1.
  static double rest(double value) {
    return BigDecimal.ONE.subtract(BigDecimal.valueOf(value)).doubleValue();
  }

  /// For people: no more digits than mean something.
  static JsonNode significant(double value, int digits) {
    return node(new BigDecimal(value).round(new MathContext(digits)).doubleValue());
  }
}
