package dev.sluice.rollout;

import java.time.Instant;

/// Something that keeps the evidence or the traffic from being what is written.
///
/// @param text what was said about it
public record Trouble(Kind kind, Instant since, String text) {

  /// What is wrong.
  public enum Kind {
    CANARY_SILENT(Cause.Code.CANARY_SILENT),
    ACTUATOR_REFUSES(Cause.Code.ACTUATOR_REFUSES),
    EVIDENCE_UNREADABLE(Cause.Code.EVIDENCE_UNREADABLE);

    private final Cause.Code code;

    Kind(Cause.Code code) {
      this.code = code;
    }

    Cause.Code code() {
      return code;
    }
  }

  Cause cause() {
    return Cause.runtime(kind.code(), text);
  }
}
