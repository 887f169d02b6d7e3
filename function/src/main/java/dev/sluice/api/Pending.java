package dev.sluice.api;

import java.time.Duration;

/// A response on its way. Whoever holds it asks for the response exactly once, even when nobody is
/// left to read it. One thread at a time.
public interface Pending {
  /// Sees to it that the work begins: on this thread where that takes microseconds. Requests that
  /// are begun one after the other and pushed then share the work.
  void push();

  /// Whether the response can be had on a thread that must not block: within microseconds.
  boolean ready();

  /// Calls back once when [#ready] is worth asking: on a thread that has other work, or at once on
  /// this one. For one listener, which does not throw.
  void whenReady(Runnable then);

  /// The response; blocks until it is known, at most until the deadline. Never throws for anything
  /// that a caller sent.
  Response response();

  /// How long it is until the response can be had at once, whatever [#ready] says.
  Duration remaining();

  /// A response that is known already.
  static Pending of(Response response) {
    return new Pending() {
      @Override
      public void push() {}

      @Override
      public boolean ready() {
        return true;
      }

      @Override
      public void whenReady(Runnable then) {
        then.run();
      }

      @Override
      public Response response() {
        return response;
      }

      @Override
      public Duration remaining() {
        return Duration.ZERO;
      }
    };
  }
}
