package dev.sluice.config;

import dev.sluice.aws.Secrets;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// Settings whose values are kept elsewhere, under a name that another setting has.
final class SecretValues {
  private static final Map<Setting<?>, Setting<Optional<String>>> NAMED_BY =
      Map.of(
          SettingsTable.ADMIN_TOKEN, SettingsTable.ADMIN_TOKEN_SECRET,
          SettingsTable.SIGNING_KEYS, SettingsTable.SIGNING_KEYS_SECRET);

  private SecretValues() {}

  /// What was given, and what is kept where it was said to be kept.
  ///
  /// @throws IOException when a value cannot be read
  static Function<Setting<?>, Optional<String>> with(Function<Setting<?>, Optional<String>> given)
      throws IOException {
    var values = new HashMap<Setting<?>, String>();
    for (Map.Entry<Setting<?>, Setting<Optional<String>>> each : NAMED_BY.entrySet()) {
      Optional<String> name =
          given.apply(each.getValue()).map(String::strip).filter(text -> !text.isEmpty());
      if (name.isPresent() && given.apply(each.getKey()).isEmpty()) {
        try (Secrets secrets = Secrets.open()) {
          values.put(each.getKey(), secrets.value(name.get()));
        }
      }
    }
    return setting -> given.apply(setting).or(() -> Optional.ofNullable(values.get(setting)));
  }

  /// Which of two settings is to count would be a guess.
  static Optional<String> twice(Function<Setting<?>, Optional<String>> given) {
    return NAMED_BY.entrySet().stream()
        .filter(each -> given.apply(each.getValue()).isPresent())
        .filter(each -> given.apply(each.getKey()).isPresent())
        .map(
            each ->
                "%s and %s must not both be set"
                    .formatted(each.getKey().variable(), each.getValue().variable()))
        .sorted()
        .reduce((one, other) -> one + "; " + other);
  }
}
