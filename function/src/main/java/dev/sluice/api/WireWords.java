package dev.sluice.api;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// Constants as the wire says them: in lower case, and the action rollback in one word, as the verb
/// is.
final class WireWords {
  private WireWords() {}

  static String of(Enum<?> constant) {
    String word = constant.name().toLowerCase(Locale.ROOT);
    return word.equals("roll_back") ? "rollback" : word;
  }

  /// Each constant by its word.
  @SafeVarargs
  static <E extends Enum<E>> Map<String, E> map(E... constants) {
    var words = new LinkedHashMap<String, E>();
    for (E constant : constants) {
      words.put(of(constant), constant);
    }
    return words;
  }
}
