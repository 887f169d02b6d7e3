package dev.sluice.aws;

import java.util.Locale;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// Which item of the table. Items of one partition are in the order of their second part.
record Key(String partition, String sort) {
  static final String PARTITION = "pk";
  static final String SORT = "sk";

  private static final String ALONE = "-";

  /// Of an item that has its partition for itself.
  static Key alone(String partition) {
    return new Key(partition, ALONE);
  }

  /// A number as text, in the order of the numbers.
  static String ordered(long number) {
    return String.format(Locale.ROOT, "%019d", number);
  }

  Map<String, AttributeValue> values() {
    return Map.of(PARTITION, AttributeValue.fromS(partition), SORT, AttributeValue.fromS(sort));
  }
}
