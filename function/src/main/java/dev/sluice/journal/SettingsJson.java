package dev.sluice.journal;

import dev.sluice.control.Settings;
import java.util.Map;

/// The standing splits as JSON. Thread-safe.
public final class SettingsJson {
  /// The number of this form.
  public static final int SCHEMA = 1;

  private static final StrictMapper JSON = StrictMapper.ofKept();

  private SettingsJson() {}

  private record Document(int schema, long revision, Map<String, Settings.Standing> standing)
      implements StrictMapper.Document {}

  public static String write(Settings settings) {
    return JSON.write(new Document(SCHEMA, settings.revision(), settings.standing()));
  }

  public static Reading<Settings> read(String text) {
    return switch (JSON.read(text, "settings", SCHEMA, Document.class)) {
      case Reading.Refused<Document>(String reason) -> new Reading.Refused<>(reason);
      case Reading.Found<Document>(Document found) ->
          new Reading.Found<>(new Settings(found.revision(), found.standing()));
    };
  }
}
