package dev.sluice.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.batching.CostCurve.End;
import dev.sluice.batching.CostCurve.Point;
import dev.sluice.inference.Deadline;
import dev.sluice.inference.Input;
import dev.sluice.inference.ModelError;
import dev.sluice.inference.PooledBuffers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class DispatcherTest {
  private static final Duration LONG = Duration.ofMinutes(5);

  private final Dispatcher dispatcher = Dispatcher.start(2);
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger closes = new AtomicInteger();

  @AfterEach
  void stop() {
    callers.shutdownNow();
    dispatcher.close();
  }

  private Batcher batcher(FakeModel model, BatchSettings settings) {
    return new Batcher(
        BatcherTest.VERSION,
        model,
        BatchPolicy.of(settings, BatchPolicyTest.cheapRows()),
        new PooledBuffers(1 << 20),
        dispatcher,
        (version, ran) -> {});
  }

  /// Deadlines are far away: where a test is about time, the clock is a puppet's.
  private static BatchSettings handedOver() {
    return BatchSettings.defaults().withRequestDeadline(LONG).withInlineBelow(Duration.ZERO);
  }

  private static BatchSettings inline() {
    return handedOver().withInlineBelow(Duration.ofSeconds(1));
  }

  private Input input(float value) {
    return FakeModel.input(value, 1, 4, closes::incrementAndGet);
  }

  private Deadline in(Duration time) {
    return new Deadline(dispatcher.nowNanos() + time.toNanos());
  }

  private List<Future<Answer>> submitAll(Batcher batcher, int count) {
    List<Future<Answer>> answers = new ArrayList<>();
    for (int value = 0; value < count; value++) {
      Input input = input(value);
      answers.add(callers.submit(() -> batcher.submit(input, in(LONG))));
    }
    return answers;
  }

  @Test
  void answersThousandsOfCallersEachWithItsOwn() throws Exception {
    for (BatchSettings settings : List.of(handedOver(), inline())) {
      closes.set(0);
      FakeModel model = FakeModel.poisonedBy(77);
      try (Batcher batcher = batcher(model, settings)) {
        List<Future<Answer>> answers = submitAll(batcher, 5000);

        for (int value = 0; value < 5000; value++) {
          Answer answer = answers.get(value).get();
          if (value == 77) {
            assertThat(answer).isInstanceOf(Answer.Failed.class);
          } else {
            assertThat(answer).isInstanceOf(Answer.Done.class);
            assertThat(FakeModel.values(((Answer.Done) answer).outputs().getFirst()))
                .containsExactly(value + 1f);
          }
        }
        assertThat(closes).hasValue(5000);
        assertThat(batcher.queuedRows()).isZero();
      }
    }
  }

  @Test
  void neverRunsMoreThanItHasRunners() throws Exception {
    var running = new AtomicInteger();
    var most = new AtomicInteger();
    var model =
        new FakeModel(
            (firsts, deadline) -> {
              most.accumulateAndGet(running.incrementAndGet(), Math::max);
              LockSupport.parkNanos(1000);
              running.decrementAndGet();
            });
    for (BatchSettings settings : List.of(handedOver().withMaxRows(1), inline())) {
      try (Batcher batcher = batcher(model, settings)) {
        for (Future<Answer> answer : submitAll(batcher, 2000)) {
          assertThat(answer.get()).isInstanceOf(Answer.Done.class);
        }
      }
    }

    assertThat(most.get()).isBetween(1, 2);
  }

  @Test
  void closesUnderLoadWithAnAnswerForEverybody() throws Exception {
    for (BatchSettings settings : List.of(handedOver(), inline())) {
      closes.set(0);
      var underWay = new CountDownLatch(300);
      var closed = new AtomicInteger();
      var late = new AtomicInteger();
      var model =
          new FakeModel(
              (firsts, deadline) -> {
                late.addAndGet(closed.get());
                firsts.forEach(value -> underWay.countDown());
              });
      Batcher batcher = batcher(model, settings);
      List<Future<Answer>> answers = submitAll(batcher, 3000);
      underWay.await();

      batcher.close();
      closed.set(1);

      int done = 0;
      for (Future<Answer> answer : answers) {
        switch (answer.get()) {
          case Answer.Done given -> done++;
          case Answer.Closed refused -> {}
          case Answer other -> throw new AssertionError("neither done nor refused: " + other);
        }
      }
      assertThat(done).isGreaterThanOrEqualTo(300);
      assertThat(late).as("runs after close").hasValue(0);
      assertThat(closes).hasValue(3000);
    }
  }

  @Test
  void aCallerThatIsInterruptedLeavesAndTheRestIsAnswered() throws Exception {
    var begun = new CountDownLatch(2);
    var go = new CountDownLatch(1);
    Batcher batcher = batcher(blocking(begun, go), handedOver().withMaxRows(1));
    List<Future<Answer>> busy = submitAll(batcher, 2);
    begun.await();
    var outcome = new AtomicInteger();
    var leaves =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    Answer unused = batcher.submit(input(9), in(LONG));
                  } catch (InterruptedException left) {
                    outcome.set(1);
                  }
                });
    while (batcher.queuedRows() == 0) {
      Thread.onSpinWait();
    }

    leaves.interrupt();
    leaves.join();

    assertThat(outcome).hasValue(1);
    assertThat(batcher.queuedRows()).isZero();
    assertThat(closes).hasValue(1);
    go.countDown();
    for (Future<Answer> answer : busy) {
      assertThat(answer.get()).isInstanceOf(Answer.Done.class);
    }
    batcher.close();
    assertThat(closes).hasValue(3);
  }

  @Test
  void aCallerGoesAtItsDeadlineAndItsInputIsClosedAfterTheRun() throws Exception {
    var begun = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    Batcher batcher = batcher(blocking(begun, go), handedOver());

    Future<Answer> answer =
        callers.submit(() -> batcher.submit(input(1), in(Duration.ofMillis(20))));

    assertThat(answer.get()).isInstanceOf(Answer.Expired.class);
    go.countDown();
    batcher.close();
    assertThat(closes).hasValue(1);
  }

  @Test
  void aCheapVersionIsAnsweredWhileASlowOneHasMoreWorkThanRunners() throws Exception {
    var begun = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    Batcher slow = batcher(blocking(begun, go), handedOver().withMaxRows(1));
    Future<Answer> first = callers.submit(() -> slow.submit(input(1), in(LONG)));
    begun.await();
    Batcher cheap = batcher(FakeModel.obedient(), handedOver());

    for (int round = 0; round < 100; round++) {
      Future<Answer> answer = callers.submit(() -> cheap.submit(input(2), in(LONG)));
      assertThat(answer.get()).isInstanceOf(Answer.Done.class);
    }

    assertThat(first.isDone()).isFalse();
    go.countDown();
    assertThat(first.get()).isInstanceOf(Answer.Done.class);
    slow.close();
    cheap.close();
  }

  @Test
  void aFaultInATurnCostsNoRunner() throws Exception {
    var faulty = new CountDownLatch(4);
    Runners.Lane lane =
        dispatcher.open(
            () -> {
              faulty.countDown();
              throw new QuietFault();
            });
    Thread.setDefaultUncaughtExceptionHandler((thread, fault) -> {});
    while (faulty.getCount() > 0) {
      lane.wake();
    }
    lane.close();

    try (Batcher batcher = batcher(FakeModel.obedient(), handedOver())) {
      for (Future<Answer> answer : submitAll(batcher, 50)) {
        assertThat(answer.get()).isInstanceOf(Answer.Done.class);
      }
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(null);
    }
  }

  @Test
  void waitsForCompanyOnTheRealClock() throws Exception {
    List<Point> points = List.of(new Point(1, 1_000_000_000L), new Point(2, 1_000_000_001L));
    var curve = new CostCurve(points, points, End.ALL_SIZES);
    FakeModel model = FakeModel.obedient();
    var settings = handedOver().withMaxDelay(Duration.ofMillis(50));
    try (Batcher batcher =
        new Batcher(
            BatcherTest.VERSION,
            model,
            BatchPolicy.of(settings, curve),
            new PooledBuffers(0),
            dispatcher,
            (version, ran) -> {})) {
      List<Future<Answer>> answers = submitAll(batcher, 3);

      int alone = 0;
      for (Future<Answer> answer : answers) {
        if (answer.get() instanceof Answer.Done done && done.batchRows() == 1) {
          assertThat(done.queueNanos()).isGreaterThanOrEqualTo(50_000_000);
          alone++;
        }
      }
      assertThat(alone).isPositive();
    }
  }

  private static FakeModel blocking(CountDownLatch begun, CountDownLatch go) {
    return new FakeModel(
        (firsts, deadline) -> {
          begun.countDown();
          try {
            go.await();
          } catch (InterruptedException stopped) {
            throw new ModelError(ModelError.Kind.FAILED, "interrupted", stopped);
          }
        });
  }

  private static final class QuietFault extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }
}
