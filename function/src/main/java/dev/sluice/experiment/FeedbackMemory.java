package dev.sluice.experiment;

import java.time.Instant;
import java.util.Comparator;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;

/// The exposures of which somebody reported to this process, up to a number of them.
///
/// When there is no more room the one whose token is the oldest is forgotten, and from then on
/// no token of that age or older is a first one: rather than twice, such a report is counted not at
/// all. So memory is bounded without a clock, and nothing is ever counted twice. Thread-safe.
public final class FeedbackMemory implements FirstFeedback {
  private record Heard(long forgetSecond, ExposureId id) {}

  private final int most;
  private final ReentrantLock remembering = new ReentrantLock();
  // Both guarded by remembering.
  private final TreeSet<Heard> heard =
      new TreeSet<>(Comparator.comparingLong(Heard::forgetSecond).thenComparing(Heard::id));
  private long forgottenSecond = Long.MIN_VALUE;

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
      if (report.forgetSecond() <= forgottenSecond || !heard.add(report)) {
        return false;
      }
      if (heard.size() <= most) {
        return true;
      }
      Heard oldest = heard.removeFirst();
      forgottenSecond = oldest.forgetSecond();
      return !oldest.equals(report);
    } finally {
      remembering.unlock();
    }
  }
}
