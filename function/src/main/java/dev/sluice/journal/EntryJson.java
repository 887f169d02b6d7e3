package dev.sluice.journal;

import dev.sluice.control.Change;
import dev.sluice.control.Entry;
import dev.sluice.control.Event;
import dev.sluice.rollout.RolloutId;
import java.time.Instant;
import java.util.Optional;

/// An entry of a rollout's record as JSON: with it a decision can be made again. Thread-safe.
public final class EntryJson {
  /// The number of this form.
  public static final int SCHEMA = 1;

  private static final StrictMapper JSON = StrictMapper.ofKept();

  private EntryJson() {}

  /// The document.
  ///
  /// @param rolloutSchema the number of the form of a rollout, which the first entry holds
  private record Document(
      int schema,
      int rolloutSchema,
      RolloutId rollout,
      String model,
      long revision,
      Instant at,
      Event event,
      Optional<Change> change,
      String digest,
      Optional<Entry.Request> request)
      implements StrictMapper.Document {}

  public static String write(Entry entry) {
    return JSON.write(
        new Document(
            SCHEMA,
            RolloutJson.SCHEMA,
            entry.rollout(),
            entry.model(),
            entry.revision(),
            entry.at(),
            entry.event(),
            entry.change(),
            entry.digest(),
            entry.request()));
  }

  public static Reading<Entry> read(String text) {
    return switch (JSON.read(text, "entry", SCHEMA, Document.class)) {
      case Reading.Refused<Document>(String reason) -> new Reading.Refused<>(reason);
      case Reading.Found<Document>(Document found) -> entry(found);
    };
  }

  private static Reading<Entry> entry(Document found) {
    if (found.rolloutSchema() != RolloutJson.SCHEMA) {
      return new Reading.Refused<>(
          "an entry with a rollout of schema %d: this version reads schema %d"
              .formatted(found.rolloutSchema(), RolloutJson.SCHEMA));
    }
    return fault(found.event())
        .<Reading<Entry>>map(fault -> new Reading.Refused<>("no entry: " + fault))
        .orElseGet(
            () ->
                new Reading.Found<>(
                    new Entry(
                        found.rollout(),
                        found.model(),
                        found.revision(),
                        found.at(),
                        found.event(),
                        found.change(),
                        found.digest(),
                        found.request())));
  }

  // What windows are made of is left to the judge: it was made the same before.
  private static Optional<String> fault(Event event) {
    return switch (event) {
      case Event.Created(var draft) -> RolloutJson.fault(draft);
      case Event.Judged judged -> Optional.empty();
      case Event.Commanded commanded -> Optional.empty();
      case Event.Reported reported -> Optional.empty();
    };
  }
}
