package dev.sluice.journal;

import dev.sluice.control.About;
import dev.sluice.control.Results;
import dev.sluice.control.RolloutRecord;
import dev.sluice.experiment.Evidence;
import dev.sluice.rollout.Rollout;
import java.util.List;
import java.util.Optional;

/// A rollout with its evidence as JSON. What is read is what was written, bit for bit, or it is
/// refused. Thread-safe.
public final class RolloutJson {
  /// The number of this form.
  public static final int SCHEMA = 1;

  private static final StrictMapper JSON = StrictMapper.ofKept();

  private RolloutJson() {}

  /// The document.
  ///
  /// @param evidenceSchema the number of the evidence's own form
  private record Document(
      int schema,
      int evidenceSchema,
      About about,
      Rollout rollout,
      Evidence evidence,
      Results results)
      implements StrictMapper.Document {
    RolloutRecord rolloutRecord() {
      return new RolloutRecord(about, rollout, evidence, results);
    }
  }

  public static String write(RolloutRecord rollout) {
    return JSON.write(
        new Document(
            SCHEMA,
            Evidence.SCHEMA,
            rollout.about(),
            rollout.rollout(),
            rollout.evidence(),
            rollout.results()));
  }

  public static Reading<RolloutRecord> read(String text) {
    return switch (JSON.read(text, "rollout", SCHEMA, Document.class)) {
      case Reading.Refused<Document>(String reason) -> new Reading.Refused<>(reason);
      case Reading.Found<Document>(Document found) -> rollout(found);
    };
  }

  /// The same, but for whether its evidence can be true: to be shown.
  public static Reading<RolloutRecord> glance(String text) {
    return switch (JSON.read(text, "rollout", SCHEMA, Document.class)) {
      case Reading.Refused<Document>(String reason) -> new Reading.Refused<>(reason);
      case Reading.Found<Document>(Document found) -> new Reading.Found<>(found.rolloutRecord());
    };
  }

  /// What a rollout is, in 32 hexadecimal digits: two that differ in anything differ in it.
  public static String digest(RolloutRecord rollout) {
    return digest(write(rollout));
  }

  /// The same, of what [#write] has made of it.
  public static String digest(String written) {
    return Digest.of(written);
  }

  private static Reading<RolloutRecord> rollout(Document found) {
    if (found.evidenceSchema() != Evidence.SCHEMA) {
      return new Reading.Refused<>(
          "a rollout with evidence of schema %d: this version reads schema %d"
              .formatted(found.evidenceSchema(), Evidence.SCHEMA));
    }
    RolloutRecord rollout = found.rolloutRecord();
    return fault(rollout)
        .<Reading<RolloutRecord>>map(fault -> new Reading.Refused<>("no rollout: " + fault))
        .orElseGet(() -> new Reading.Found<>(rollout));
  }

  /// What is wrong with a rollout that was read; empty where nothing is.
  static Optional<String> fault(RolloutRecord found) {
    int steps = found.rollout().plan().steps().size();
    if (found.rollout().state().place().filter(stay -> !within(stay.step(), steps)).isPresent()) {
      return Optional.of("it is at a step that its plan does not have");
    }
    Optional<String> ofEvidence = EvidenceFault.of(found.evidence());
    return ofEvidence.isPresent() || guards(found).equals(remembered(found))
        ? ofEvidence
        : Optional.of("its evidence is that of other guards");
  }

  private static boolean within(int step, int steps) {
    return step >= 0 && step < steps;
  }

  private static List<String> guards(RolloutRecord found) {
    return found.rollout().plan().guards().stream().map(guard -> guard.name()).toList();
  }

  private static List<String> remembered(RolloutRecord found) {
    return found.evidence().guards().stream().map(Evidence.Remembered::guard).toList();
  }
}
