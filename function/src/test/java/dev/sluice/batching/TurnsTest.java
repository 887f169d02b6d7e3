package dev.sluice.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.batching.Turns.Place;
import org.junit.jupiter.api.Test;

final class TurnsTest {
  private final Place slow = new Place(() -> {});
  private final Place cheap = new Place(() -> {});

  private Turns turns(int runners) {
    var turns = new Turns(runners);
    turns.add(slow);
    turns.add(cheap);
    return turns;
  }

  private static void wake(Turns turns, Place... places) {
    for (Place place : places) {
      boolean unused = turns.wake(place, 0);
    }
  }

  @Test
  void versionsTakeTurns() {
    Turns turns = turns(1);

    for (int round = 0; round < 3; round++) {
      wake(turns, slow, cheap);
      assertThat(turns.next(0)).contains(slow);
      turns.ended(slow);
      wake(turns, slow);
      assertThat(turns.next(0)).contains(cheap);
      turns.ended(cheap);
    }
  }

  @Test
  void theLastRunnerIsForAnotherVersionIfItHasWork() {
    Turns turns = turns(2);
    wake(turns, slow);
    assertThat(turns.next(0)).contains(slow);
    // The slow one is first in the order again, for the other has had its turn after it.
    wake(turns, cheap);
    assertThat(turns.next(0)).contains(cheap);
    turns.ended(cheap);

    wake(turns, slow, cheap);

    assertThat(turns.next(0)).contains(cheap);
  }

  @Test
  void oneVersionHasAllRunnersWhenNobodyElseHasWork() {
    Turns turns = turns(2);

    wake(turns, slow);
    assertThat(turns.next(0)).contains(slow);
    wake(turns, slow);
    assertThat(turns.next(0)).contains(slow);
    wake(turns, slow);
    assertThat(turns.next(0)).isEmpty();
  }

  @Test
  void aLaterTurnWaitsForItsMoment() {
    Turns turns = turns(1);

    assertThat(turns.wake(slow, 50)).isTrue();
    assertThat(turns.wake(slow, 70)).isFalse();
    assertThat(turns.next(49)).isEmpty();
    assertThat(turns.nextDueNanos(0)).hasValue(50);
    assertThat(turns.spare(49)).isTrue();
    assertThat(turns.spare(50)).isFalse();
    assertThat(turns.next(50)).contains(slow);
  }

  @Test
  void runsElsewhereTakeARunner() {
    Turns turns = turns(1);
    turns.beganElsewhere(cheap);
    wake(turns, slow);

    assertThat(turns.next(0)).isEmpty();
    turns.ended(cheap);
    assertThat(turns.next(0)).contains(slow);
  }

  @Test
  void aVersionThatLeftGetsNoTurn() {
    Turns turns = turns(1);
    wake(turns, slow);

    turns.remove(slow);

    assertThat(turns.next(0)).isEmpty();
  }
}
