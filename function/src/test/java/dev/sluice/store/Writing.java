package dev.sluice.store;

import dev.sluice.control.Kept;
import dev.sluice.control.RolloutRecord;
import dev.sluice.control.Rollouts.Written;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// A process that writes one revision of a rollout after another, and says each that was
/// acknowledged, until it is killed.
final class Writing {
  /// Ends each line, so that one that was cut off is not taken for another number.
  static final String WRITTEN = " written";

  private Writing() {}

  public static void main(String[] arguments) throws Exception {
    var acknowledged = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    try (JdbcStore store = JdbcStore.open(arguments[0])) {
      RolloutRecord draft = Kept.draft("r1", "digits");
      Optional<RolloutRecord> found = store.find(draft.id());
      RolloutRecord latest = found.orElse(draft);
      Written written = found.isPresent() ? Written.WRITTEN : store.write(Kept.write(draft));
      while (written == Written.WRITTEN) {
        acknowledged.println(latest.revision() + WRITTEN);
        latest = Kept.running(latest);
        written = store.write(Kept.write(latest));
      }
    }
  }
}
