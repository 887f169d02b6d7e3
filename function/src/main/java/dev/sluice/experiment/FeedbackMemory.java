package dev.sluice.experiment;

import java.time.Instant;
import java.util.Comparator;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;

/// The exposures of which somebody reported to this process, up to a number of them.
///
/// When there is no more room the one whose token is the oldest is forgotten. The others are all
/// newer, so when it is reported of again it is the oldest once more, and not a first one. Rather
/// than twice, a report is then counted not at all: nothing that is older than what is remembered
/// is. So memory is bounded without a clock, and nothing is ever counted twice. Thread-safe.
public final class FeedbackMemory implements FirstFeedback {
  private record Heard(long forgetSecond, ExposureId id) {}

  private final int most;
  private final ReentrantLock remembering = new ReentrantLock();
  // Guarded by remembering.
  private final TreeSet<Heard> heard =
      new TreeSet<>(Comparator.comparingLong(Heard::forgetSecond).thenComparing(Heard::id));

  /// @param most exposures that are remembered, about 100 bytes each
  public FeedbackMemory(int most) {
    if (most < 1) {
      throw new IllegalArgumentException("most must be at least 1: " + most);
    }
    this.most = most;
  }

  @Override
  public boolean first(ExposureId id, Instant forget) {
    var report = new Heard(forget.getEpochSecond(), id);
    remembering.lock();
    try {
      if (!heard.add(report)) {
        return false;
      }
      return heard.size() <= most || !heard.removeFirst().equals(report);
    } finally {
      remembering.unlock();
    }
  }
}
