package dev.sluice.aws;

import dev.sluice.control.StoreUnavailable;
import java.util.concurrent.ThreadLocalRandom;

/// A short rest between two tries, of a length by chance: two who failed for each other's sake
/// should not come back together.
final class Pause {
  /// So many tries at most: a second or two.
  static final int MOST = 60;

  private static final int LONGEST_MILLIS = 40;

  private Pause() {}

  static void between() throws StoreUnavailable {
    try {
      Thread.sleep(ThreadLocalRandom.current().nextInt(1, LONGEST_MILLIS));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new StoreUnavailable("interrupted between two tries", interrupted);
    }
  }
}
