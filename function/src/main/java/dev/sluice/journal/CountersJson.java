package dev.sluice.journal;

import dev.sluice.experiment.Counters;

/// What a process has counted as JSON. Whether it can be true is asked where windows are closed,
/// so that one process that counts wrongly is left out there and does not make all unreadable.
/// Thread-safe.
public final class CountersJson {
  /// The number of this form.
  public static final int SCHEMA = 1;

  private static final StrictMapper JSON = StrictMapper.ofKept();

  private CountersJson() {}

  private record Document(int schema, Counters counters) implements StrictMapper.Document {}

  public static String write(Counters counters) {
    return JSON.write(new Document(SCHEMA, counters));
  }

  public static Reading<Counters> read(String text) {
    return switch (JSON.read(text, "counters", SCHEMA, Document.class)) {
      case Reading.Refused<Document>(String reason) -> new Reading.Refused<>(reason);
      case Reading.Found<Document>(Document found) -> new Reading.Found<>(found.counters());
    };
  }
}
