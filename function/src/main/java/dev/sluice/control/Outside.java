package dev.sluice.control;

import dev.sluice.rollout.Report;
import dev.sluice.rollout.Rollout;
import dev.sluice.routing.Split;
import java.time.Instant;
import java.util.Optional;

/// A model whose traffic is split outside of the processes that serve it, between whole
/// deployments: versions of a function behind an alias, groups of containers behind a rule. Those
/// are its versions, by their own names. Blocks; [#model] and [#readiness] may be asked by any
/// thread, all else belongs to the controller's.
public interface Outside extends Actuator {
  /// What rollouts call it.
  String model();

  /// How traffic is split now. Its stable version is the one that has the most.
  ///
  /// @throws Refused when it cannot be read, or is no split of one or two versions
  Split split() throws Refused;

  /// Whether a version can take traffic: it can, it never will and why, or (empty) not yet.
  ///
  /// @throws Refused when that cannot be read
  Optional<Report> readiness(String version) throws Refused;

  /// Since when a rollout's present share was found there by each [#apply] without a word against
  /// it; empty where the last one found another, or there was none yet.
  Optional<Instant> inEffectSince(Rollout rollout);
}
