package dev.sluice.onnx;

import java.util.ArrayList;
import java.util.List;

/// Flattens what the runtime makes of a tensor of texts: a text, or arrays of arrays of texts.
final class Strings {
  private Strings() {}

  static List<String> flat(Object value) {
    var texts = new ArrayList<String>();
    collect(value, texts);
    return texts;
  }

  private static void collect(Object value, List<String> into) {
    if (value instanceof Object[] parts) {
      for (Object part : parts) {
        collect(part, into);
      }
    } else {
      into.add((String) value);
    }
  }
}
