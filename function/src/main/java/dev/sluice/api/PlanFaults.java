package dev.sluice.api;

import dev.sluice.experiment.Guard;
import dev.sluice.rollout.Plan;
import java.util.List;

/// Why a plan may not run, each reason with the member of the body that it is about.
final class PlanFaults {
  private PlanFaults() {}

  /// A reason.
  record Fault(String member, String text) {}

  static List<Fault> of(Plan plan) {
    return plan.faults().stream()
        .map(text -> new Fault(member(plan, text), inWords(text)))
        .toList();
  }

  // The plan speaks of its parts by their own names.
  private static String member(Plan plan, String text) {
    boolean ofGuard =
        plan.guards().stream().map(Guard::name).anyMatch(name -> text.startsWith(name + ":"));
    if (ofGuard || text.contains("guards")) {
      return "guards";
    }
    if (text.startsWith("window ")) {
      return "window_seconds";
    }
    if (text.startsWith("patience")) {
      return "patience";
    }
    if (text.startsWith("startDeadline")) {
      return "start_deadline_minutes";
    }
    if (text.startsWith("deadline")) {
      return "deadline_minutes";
    }
    if (text.startsWith("maxExtension")) {
      return "max_extension_minutes";
    }
    if (text.startsWith("sampleSize")) {
      return "on_timeout";
    }
    return text.startsWith("minWindows") ? "min_windows_per_step" : "steps";
  }

  private static String inWords(String text) {
    return text.replace("startDeadline", "start_deadline_minutes")
        .replace("maxExtension", "max_extension_minutes")
        .replace("sampleSize", "target_sample_size")
        .replace("onTimeout", "on_timeout")
        .replace("minExposures", "min_exposures")
        .replace("COMPLETE or ROLLBACK", "complete or rollback");
  }
}
