package dev.sluice.experiment;

import dev.sluice.routing.Share;
import java.time.Instant;
import java.util.Map;

/// What one process has counted of one model since it started, read at the end of a window. Readers
/// take differences; nobody resets.
///
/// @param process names the process; a new one may have the name of one that ended
/// @param started when the process did
/// @param windowEnd the end of the window, on the wall clock that all processes share
/// @param sharesSince when the model's routes were changed last in this process
/// @param share of the canary in this process
/// @param tallies by the name of the version
public record Counters(
    String process,
    Instant started,
    Instant windowEnd,
    Instant sharesSince,
    Share share,
    Map<String, Tally> tallies) {

  public Counters {
    tallies = Map.copyOf(tallies);
  }

  /// Of a version that is not known here: nothing.
  public Tally tally(String version) {
    return tallies.getOrDefault(version, Tally.NONE);
  }

  /// Whether anything was counted down since an earlier reading.
  boolean below(Counters before) {
    return before.tallies.entrySet().stream()
        .anyMatch(version -> tally(version.getKey()).below(version.getValue()));
  }

  /// Whether these can be the counters of a process.
  public boolean valid() {
    return tallies.values().stream()
        .allMatch(
            tally ->
                tally.valid()
                    && tally.latencySeconds().possible()
                    && tally.scores().values().stream().allMatch(Sums::possible));
  }
}
