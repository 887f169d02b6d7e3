package dev.sluice.api;

import java.util.Optional;

/// One admitted request. The shell calls `reserve` while the body comes in, then `begin`,
/// or `answer`, at most once, and `close` exactly once when the response is written or the caller
/// is gone: it gives back what was taken. One thread at a time.
public interface Exchange extends AutoCloseable {
  /// Bytes that the body may have; more is answered by [Problem#PAYLOAD_TOO_LARGE].
  long maxBodyBytes();

  /// What to say of a larger one.
  default String tooLarge() {
    return "the body may have " + maxBodyBytes() + " bytes";
  }

  /// Takes room for further bytes of the body; false when the service has no room for them now,
  /// which is answered by [Problem#OVERLOADED].
  boolean reserve(long bytes);

  /// Begins the answer on a thread that must not block; empty where reading the body alone would
  /// take too long for that, and [#answer] is to be asked instead.
  default Optional<Pending> begin(Content body) {
    return Optional.empty();
  }

  /// The answer to the whole request. Blocks; never throws for anything that a caller sent.
  Response answer(Content body);

  /// The answer when the request cannot be completed: body too large, too slow, no room.
  Response refuse(Problem problem, String detail);

  @Override
  void close();
}
