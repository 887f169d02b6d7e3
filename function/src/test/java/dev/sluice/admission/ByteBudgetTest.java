package dev.sluice.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class ByteBudgetTest {
  @Test
  void takesAllOrNone() {
    ByteBudget budget = new ByteBudget(100);

    assertThat(budget.tryTake(60)).isTrue();
    assertThat(budget.tryTake(41)).isFalse();
    assertThat(budget.tryTake(Long.MAX_VALUE)).isFalse();
    assertThat(budget.tryTake(40)).isTrue();
    assertThat(budget.used()).isEqualTo(100);
    budget.give(100);
    assertThat(budget.used()).isZero();
  }

  @Test
  void takesNothingBackThatWasNotTaken() {
    ByteBudget budget = new ByteBudget(100);
    budget.tryTake(10);

    assertThatThrownBy(() -> budget.give(11)).hasMessage("gave back 11 bytes of 10 taken");
    assertThatThrownBy(() -> budget.give(-1)).hasMessageContaining("negative");
    assertThatThrownBy(() -> budget.tryTake(-1)).hasMessageContaining("negative");
    assertThat(budget.used()).isEqualTo(10);
  }

  @Test
  void neverLendsMoreThanItsBoundToManyThreads() throws Exception {
    ByteBudget budget = new ByteBudget(1000);
    AtomicLong lent = new AtomicLong();

    long above =
        Stress.sum(
            4,
            50_000,
            () -> {
              long bytes = ThreadLocalRandom.current().nextLong(500);
              if (!budget.tryTake(bytes)) {
                return 0;
              }
              long together = lent.addAndGet(bytes);
              lent.addAndGet(-bytes);
              budget.give(bytes);
              return together > 1000 ? 1 : 0;
            });

    assertThat(above).isZero();
    assertThat(budget.used()).isZero();
  }
}
