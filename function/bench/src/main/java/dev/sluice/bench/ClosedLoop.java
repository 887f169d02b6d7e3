package dev.sluice.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Callers who each send a request, wait for its answer, and send the next.
record ClosedLoop(int port, byte[] request, int status) {
  /// What came of it.
  ///
  /// @param requests that got the answer that was expected
  /// @param others that got another one, such as a refusal
  /// @param perSecond expected answers
  record Result(int requests, int others, double perSecond, Latencies latencies) {}

  /// @param requests of all callers together
  Result run(int callers, int requests) throws IOException, InterruptedException {
    int each = Math.max(1, requests / callers);
    long began = System.nanoTime();
    var times = new ArrayList<long[]>();
    try (var threads = Executors.newFixedThreadPool(callers)) {
      var running = new ArrayList<Future<long[]>>();
      for (int i = 0; i < callers; i++) {
        running.add(threads.submit(() -> call(each)));
      }
      for (Future<long[]> caller : running) {
        times.add(caller.get());
      }
    } catch (ExecutionException broken) {
      throw new IOException("a caller got no answer", broken.getCause());
    }
    long nanos = System.nanoTime() - began;
    long[] expected = joined(times);
    return new Result(
        expected.length,
        each * callers - expected.length,
        expected.length * 1e9 / nanos,
        new Latencies(expected));
  }

  private long[] call(int requests) throws IOException {
    long[] nanos = new long[requests];
    int expected = 0;
    try (var connection = new Connection(port)) {
      for (int i = 0; i < requests; i++) {
        long began = System.nanoTime();
        int answered = connection.ask(request);
        if (answered == status) {
          nanos[expected] = System.nanoTime() - began;
          expected++;
        }
      }
    }
    return Arrays.copyOf(nanos, expected);
  }

  private static long[] joined(List<long[]> parts) {
    return parts.stream().flatMapToLong(Arrays::stream).toArray();
  }
}
