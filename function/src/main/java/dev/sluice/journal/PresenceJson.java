package dev.sluice.journal;

import dev.sluice.control.Instances;

/// What a process says of itself as JSON. Thread-safe.
public final class PresenceJson {
  /// The number of this form.
  public static final int SCHEMA = 1;

  private static final StrictMapper JSON = StrictMapper.ofKept();

  private PresenceJson() {}

  private record Document(int schema, Instances.Presence presence)
      implements StrictMapper.Document {}

  public static String write(Instances.Presence presence) {
    return JSON.write(new Document(SCHEMA, presence));
  }

  public static Reading<Instances.Presence> read(String text) {
    return switch (JSON.read(text, "presence", SCHEMA, Document.class)) {
      case Reading.Refused<Document>(String reason) -> new Reading.Refused<>(reason);
      case Reading.Found<Document>(Document found) -> new Reading.Found<>(found.presence());
    };
  }
}
