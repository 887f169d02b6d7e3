package dev.sluice.e2e;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/// Asks again and again, for a bounded time, until something holds.
final class Poll {
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private Poll() {}

  /// A question to a world that may fail to answer, which counts as "not yet".
  interface Question {
    boolean holds() throws Exception;
  }

  static void until(Duration patience, Question question, Supplier<String> otherwise) {
    long end = System.nanoTime() + patience.toNanos();
    while (!holds(question)) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("not within " + patience + ": " + otherwise.get());
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private static boolean holds(Question question) {
    try {
      return question.holds();
    } catch (Exception notYet) {
      return false;
    }
  }
}
