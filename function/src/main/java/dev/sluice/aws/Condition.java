package dev.sluice.aws;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// What must hold of an item as it is found. Names are written `#name`, since many words are
/// reserved; values are written `:0`, `:1`, in the order in which they are given.
record Condition(String expression, Map<String, AttributeValue> values) {
  static final Condition ABSENT = that("attribute_not_exists(#pk)");

  private static final Pattern NAME = Pattern.compile("#(\\w+)");

  static Condition that(String expression, Object... given) {
    var values = new HashMap<String, AttributeValue>();
    for (int i = 0; i < given.length; i++) {
      values.put(
          ":" + i,
          given[i] instanceof Number number
              ? AttributeValue.fromN(number.toString())
              : AttributeValue.fromS(given[i].toString()));
    }
    return new Condition(expression, Map.copyOf(values));
  }

  Map<String, String> names() {
    return NAME.matcher(expression)
        .results()
        .map(found -> found.group(1))
        .distinct()
        .collect(Collectors.toMap(name -> "#" + name, name -> name));
  }
}
