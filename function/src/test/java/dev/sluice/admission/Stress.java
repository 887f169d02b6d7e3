package dev.sluice.admission;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;

/// Calls one thing from many threads at once.
final class Stress {
  private Stress() {}

  /// The sum of all results.
  static long sum(int threads, int callsEach, LongSupplier call) throws Exception {
    CyclicBarrier start = new CyclicBarrier(threads);
    List<Future<Long>> sums = new ArrayList<>();
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      for (int i = 0; i < threads; i++) {
        sums.add(
            pool.submit(
                () -> {
                  start.await();
                  long sum = 0;
                  for (int n = 0; n < callsEach; n++) {
                    sum += call.getAsLong();
                  }
                  return sum;
                }));
      }
      long total = 0;
      for (Future<Long> sum : sums) {
        total += sum.get();
      }
      return total;
    }
  }
}
