package dev.sluice.inference;

/// The moment after which nobody waits for the answer, on the clock of `System.nanoTime()`.
public record Deadline(long atNanos) {
  public boolean passed(long nowNanos) {
    return nowNanos - atNanos >= 0;
  }

  /// Nanoseconds left; zero or negative when passed.
  public long remainingNanos(long nowNanos) {
    return atNanos - nowNanos;
  }

  /// The later of two moments.
  public Deadline orLater(Deadline other) {
    return other.atNanos - atNanos > 0 ? other : this;
  }
}
