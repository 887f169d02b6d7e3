package dev.sluice.bench;

import java.io.IOException;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

/// Requests that arrive at fixed intervals, whatever becomes of those before them. Times count from
/// the moment at which a request should have been sent, so a client that falls behind does not make
/// the service look better.
final class OpenLoop {
  private static final int CONNECTIONS = 512;

  private final int port;
  private final byte[] request;
  private final Queue<Connection> idle = new ConcurrentLinkedQueue<>();
  private final Semaphore connections = new Semaphore(CONNECTIONS);

  OpenLoop(int port, byte[] request) {
    this.port = port;
    this.request = request;
  }

  /// What came of a load.
  ///
  /// @param goodput answers within the deadline, a second
  /// @param answered with 200, in time or not
  /// @param refused by 503
  /// @param expired requests that were given up at their deadline, with 504
  /// @param failed requests with any other answer or none
  record Result(
      int sent, double goodput, Latencies answered, Latencies refused, int expired, int failed) {}

  Result run(double perSecond, int seconds, long deadlineNanos)
      throws IOException, InterruptedException {
    int count = (int) Math.round(perSecond * seconds);
    long[] nanos = new long[count];
    int[] status = new int[count];
    var began = System.nanoTime() + 10_000_000;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < count; i++) {
        long due = began + (long) (i * 1e9 / perSecond);
        awaitUntil(due);
        int number = i;
        threads.execute(
            () -> {
              status[number] = ask();
              nanos[number] = System.nanoTime() - due;
            });
      }
    }
    for (Connection left : idle) {
      left.close();
    }
    return result(nanos, status, seconds, deadlineNanos);
  }

  private static void awaitUntil(long due) {
    for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  /// The answer's status; 0 without an answer.
  private int ask() {
    connections.acquireUninterruptibly();
    try {
      Connection kept = idle.poll();
      var connection = kept == null ? new Connection(port) : kept;
      int status = connection.ask(request);
      if (connection.kept()) {
        idle.add(connection);
      } else {
        connection.close();
      }
      return status;
    } catch (IOException cut) {
      return 0;
    } finally {
      connections.release();
    }
  }

  private static Result result(long[] nanos, int[] status, int seconds, long deadlineNanos) {
    long[] answered = times(nanos, status, 200);
    long[] refused = times(nanos, status, 503);
    int expired = times(nanos, status, 504).length;
    long good = Arrays.stream(answered).filter(time -> time <= deadlineNanos).count();
    return new Result(
        nanos.length,
        (double) good / seconds,
        new Latencies(answered),
        new Latencies(refused),
        expired,
        nanos.length - answered.length - refused.length - expired);
  }

  private static long[] times(long[] nanos, int[] status, int wanted) {
    long[] chosen = new long[nanos.length];
    int count = 0;
    for (int i = 0; i < nanos.length; i++) {
      if (status[i] == wanted) {
        chosen[count++] = nanos[i];
      }
    }
    return Arrays.copyOf(chosen, count);
  }
}
