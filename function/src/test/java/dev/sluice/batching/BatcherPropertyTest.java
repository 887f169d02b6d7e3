package dev.sluice.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.inference.Deadline;
import dev.sluice.inference.ModelError;
import dev.sluice.inference.PooledBuffers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/// Whatever comes, in whatever order, from submission to answer.
final class BatcherPropertyTest {
  sealed interface Step {}

  record Come(int rows, int width, int leftMillis, boolean poisoned) implements Step {}

  record Turn() implements Step {}

  record Pass(int millis) implements Step {}

  record Leave(int which) implements Step {}

  record Submitted(Ticket ticket, AtomicInteger closes, float value) {}

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Step> come =
        Combinators.combine(
                Arbitraries.integers().between(1, 40),
                Arbitraries.integers().between(1, 3),
                Arbitraries.integers().between(-1, 40),
                Arbitraries.frequencyOf(
                    Tuple.of(9, Arbitraries.just(false)), Tuple.of(1, Arbitraries.just(true))))
            .as(Come::new);
    return Arbitraries.frequencyOf(
            Tuple.of(6, come),
            Tuple.of(2, Arbitraries.just(new Turn())),
            Tuple.of(1, Arbitraries.integers().between(0, 10).map(Pass::new)),
            Tuple.of(1, Arbitraries.integers().between(0, 50).map(Leave::new)))
        .list()
        .ofMaxSize(60);
  }

  @Property(seed = "5", tries = 500)
  void everyInputIsAnsweredAndClosedOnceAndTheQueueStaysWithinItsBound(
      @ForAll("steps") List<Step> steps) {
    new World().live(steps);
  }

  /// A batcher of its own for each try: jqwik uses one instance of this class for all.
  private static final class World {
    private final PuppetDispatcher puppet = new PuppetDispatcher(2);
    private final List<Submitted> all = new ArrayList<>();
    private final FakeModel model =
        new FakeModel(
            (firsts, deadline) -> {
              puppet.advance(Duration.ofMillis(1));
              if (firsts.stream().anyMatch(value -> value < 0)) {
                throw new ModelError(ModelError.Kind.FAILED, "poisoned");
              }
            });
    private final Batcher batcher =
        new Batcher(
            BatcherTest.VERSION,
            model,
            BatchPolicy.of(
                BatchSettings.defaults()
                    .withMaxDelay(Duration.ofMillis(2))
                    .withRequestDeadline(Duration.ofMillis(5)),
                BatchPolicyTest.cheapRows()),
            new PooledBuffers(1 << 16),
            puppet,
            (version, ran) -> {});

    void live(List<Step> steps) {
      for (Step step : steps) {
        act(step);
        assertThat(all).allSatisfy(World::isClosedOnceIfAnswered);
      }
      batcher.stopTaking();
      puppet.turns();
      batcher.close();

      assertThat(batcher.queuedRows()).isZero();
      assertThat(all).allSatisfy(one -> assertThat(one.ticket().answer()).isPresent());
      assertThat(all).allSatisfy(World::isClosedOnceIfAnswered);
      assertThat(all).allSatisfy(World::isAnsweredWithItsOwnRows);
      assertRunsInOrderOfComing();
    }

    private void act(Step step) {
      switch (step) {
        case Come come -> come(come);
        case Turn turn -> {
          boolean unused = puppet.turn();
        }
        case Pass(int millis) -> puppet.advance(Duration.ofMillis(millis));
        case Leave(int which) when which < all.size() -> {
          Answer unused = batcher.leave(all.get(which).ticket());
        }
        case Leave nobody -> {}
      }
    }

    private void come(Come come) {
      puppet.advance(Duration.ofNanos(1));
      float value = come.poisoned() ? -1 - all.size() : 1 + all.size();
      var closes = new AtomicInteger();
      int before = batcher.queuedRows();
      long bound = batcher.boundRows();
      Ticket ticket =
          batcher.place(
              FakeModel.input(value, come.rows(), come.width(), closes::incrementAndGet),
              new Deadline(puppet.nowNanos() + Duration.ofMillis(come.leftMillis()).toNanos()));
      all.add(new Submitted(ticket, closes, value));
      int after = batcher.queuedRows();
      assertThat(after == before || after <= bound || before == 0)
          .as("%s rows and %s more, bound %s", before, come.rows(), bound)
          .isTrue();
    }

    private static void isClosedOnceIfAnswered(Submitted one) {
      assertThat(one.closes().get()).isEqualTo(one.ticket().answer().isPresent() ? 1 : 0);
    }

    private static void isAnsweredWithItsOwnRows(Submitted one) {
      if (one.ticket().answer().orElseThrow() instanceof Answer.Done done) {
        assertThat(FakeModel.values(done.outputs().getFirst()))
            .hasSize(one.ticket().input().rows())
            .containsOnly(one.value() + 1);
      }
    }

    /// By shape; a run that is tried again in halves repeats its values, so first sights count.
    private void assertRunsInOrderOfComing() {
      List<Long> widths = List.copyOf(model.widths);
      for (long width = 1; width <= 3; width++) {
        List<Float> seen = new ArrayList<>();
        for (int run = 0; run < widths.size(); run++) {
          if (widths.get(run) == width) {
            model.runs.get(run).stream()
                .map(Math::abs)
                .filter(value -> !seen.contains(value))
                .forEach(seen::add);
          }
        }
        assertThat(seen).isSorted();
      }
    }
  }
}
