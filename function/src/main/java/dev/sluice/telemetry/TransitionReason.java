package dev.sluice.telemetry;

import dev.sluice.rollout.Cause;
import java.util.Optional;

/// Why a rollout moved: the closed list behind the label `reason`.
enum TransitionReason {
  /// Somebody said so.
  PERSON("person"),
  LOADED("loaded"),
  LOAD_FAILED("load_failed"),
  PROVEN_SAFE("proven_safe"),
  TIME("time"),
  HARMFUL("harmful"),
  SUSPICION("suspicion"),
  SPLIT_MISMATCH("split_mismatch"),
  /// The canary is silent, or nobody can read what was counted.
  NO_EVIDENCE("no_evidence"),
  ACTUATOR_REFUSES("actuator_refuses"),
  NOT_PROVEN("not_proven"),
  /// Somebody promoted it without proof.
  UNPROVEN("unproven");

  private final String label;

  TransitionReason(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }

  /// Nothing for what moves no rollout.
  static Optional<TransitionReason> of(Cause.Code code) {
    return switch (code) {
      case STARTED, PAUSED, RESUMED, PROMOTED, ROLLED_BACK, STOPPED -> Optional.of(PERSON);
      case LOADED -> Optional.of(LOADED);
      case LOAD_FAILED, START_DEADLINE -> Optional.of(LOAD_FAILED);
      case PROVEN_SAFE -> Optional.of(PROVEN_SAFE);
      case TIME -> Optional.of(TIME);
      case HARMFUL -> Optional.of(HARMFUL);
      case SUSPICION -> Optional.of(SUSPICION);
      case SAMPLE_RATIO_MISMATCH -> Optional.of(SPLIT_MISMATCH);
      case CANARY_SILENT, EVIDENCE_UNREADABLE -> Optional.of(NO_EVIDENCE);
      case ACTUATOR_REFUSES -> Optional.of(ACTUATOR_REFUSES);
      case NOT_PROVEN -> Optional.of(NOT_PROVEN);
      case PROMOTED_UNPROVEN -> Optional.of(UNPROVEN);
      case RECOVERED, EXTENDED, DELETED -> Optional.empty();
    };
  }
}
