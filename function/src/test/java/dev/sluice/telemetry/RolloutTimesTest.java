package dev.sluice.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.control.RolloutRecord;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RolloutTimesTest {
  private static final String USED = "sluice_rollout_time_used_ratio";
  private static final String WAITING = "sluice_rollout_waiting_since_timestamp_seconds";

  private final Watching service = Watching.start();

  @Test
  void saysWhichPartOfTheTimeForTheProofIsOver() {
    RolloutRecord running = Rolled.running();

    service.rollouts().seen(List.of(running));

    Duration since = Duration.between(running.rollout().term().orElseThrow().since(), Watching.NOW);
    Duration allowed = running.rollout().plan().terms().deadline();
    assertThat(service.scraped().value(USED, "model", "digits"))
        .isCloseTo((double) since.toMillis() / allowed.toMillis(), within(1e-9))
        .isBetween(0.001, 0.1);
  }

  @Test
  void saysSinceWhenAPersonIsWaitedFor() {
    RolloutRecord running = Rolled.running();
    service.rollouts().seen(List.of(running));
    assertThat(service.scraped().labels(WAITING)).isEmpty();

    service.rollouts().seen(List.of(Rolled.paused(running)));

    assertThat(service.scraped().value(WAITING, "model", "digits"))
        .isEqualTo((double) Rolled.START.plus(Duration.ofMinutes(1)).getEpochSecond());
  }

  @Test
  void waitsForNobodyOnceItIsResumed() {
    RolloutRecord paused = Rolled.paused(Rolled.running());
    service.rollouts().seen(List.of(paused));

    service.rollouts().seen(List.of(Rolled.resumed(paused)));

    assertThat(service.scraped().labels(WAITING)).isEmpty();
    assertThat(service.scraped().labels(USED)).isNotEmpty();
  }

  @Test
  void bothGoWithTheRollout() {
    service.rollouts().seen(List.of(Rolled.paused(Rolled.running())));

    service.rollouts().seen(List.of());

    assertThat(service.scraped().labels(WAITING)).isEmpty();
    assertThat(service.scraped().labels(USED)).isEmpty();
  }
}
