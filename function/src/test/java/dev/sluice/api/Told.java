package dev.sluice.api;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// Header fields as a test gives them.
record Told(Map<String, String> fields) implements Headers {
  Told {
    fields =
        fields.entrySet().stream()
            .collect(
                Collectors.toMap(
                    field -> field.getKey().toLowerCase(Locale.ROOT), Map.Entry::getValue));
  }

  @Override
  public List<String> all(String name) {
    String found = fields.get(name.toLowerCase(Locale.ROOT));
    return found == null ? List.of() : List.of(found);
  }
}
