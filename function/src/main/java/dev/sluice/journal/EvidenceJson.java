package dev.sluice.journal;

import dev.sluice.experiment.Evidence;

/// Evidence as JSON. What cannot be read without a doubt is refused: a rollout whose evidence is
/// unreadable waits, one that misread it would move traffic. Thread-safe.
public final class EvidenceJson {
  private static final StrictMapper JSON = StrictMapper.ofFiles();

  private EvidenceJson() {}

  private record Document(int schema, Evidence evidence) implements StrictMapper.Document {}

  public static String write(Evidence evidence) {
    return JSON.write(new Document(Evidence.SCHEMA, evidence));
  }

  public static Reading<Evidence> read(String text) {
    return switch (JSON.read(text, "evidence", Evidence.SCHEMA, Document.class)) {
      case Reading.Refused<Document>(String reason) -> new Reading.Refused<>(reason);
      case Reading.Found<Document>(Document found) ->
          EvidenceFault.of(found.evidence())
              .<Reading<Evidence>>map(fault -> new Reading.Refused<>("no evidence: " + fault))
              .orElseGet(() -> new Reading.Found<>(found.evidence()));
    };
  }
}
