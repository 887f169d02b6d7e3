package dev.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.rollout.Report;
import dev.sluice.rollout.Rollout;
import dev.sluice.routing.Share;
import dev.sluice.routing.Split;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// What every split outside of the processes promises beyond obeying.
public abstract class OutsideContract extends ActuatorContract {
  protected static final Instant START = Instant.parse("2026-01-01T12:00:00Z");

  private final AtomicReference<Instant> now = new AtomicReference<>(START);

  /// What those of these tests go by.
  protected final InstantSource clock = now::get;

  @Override
  protected abstract Outside actuator() throws Exception;

  /// The one that [#actuator] made last.
  protected abstract Outside outside();

  /// Lets a version take traffic, if it cannot by itself.
  protected abstract void makeReady(String version) throws Exception;

  /// The name of a version that there is not.
  protected abstract String nobody();

  protected final void later() {
    now.updateAndGet(instant -> instant.plusSeconds(60));
  }

  @Test
  void isOfTheModelThatItIsFor() {
    assertThat(outside().model()).isEqualTo(MODEL);
  }

  @Test
  void saysThatAllTrafficIsWithStableAtFirst() throws Exception {
    Split split = outside().split();

    assertThat(split.stable()).isEqualTo(stable());
    assertThat(split.share(stable())).isEqualTo(Share.ALL);
  }

  @Test
  void saysWhatItMade() throws Exception {
    for (double percent : List.of(1.0, 10.0, 25.0, 50.0)) {
      outside().apply(at(percent));

      Split split = outside().split();

      assertThat(split.stable()).isEqualTo(stable());
      assertThat(split.canary()).contains(canary());
      assertThat(split.share(canary())).isEqualTo(Share.ofPercent(percent));
    }
  }

  @Test
  void saysThatAPromotedVersionIsStable() throws Exception {
    outside().apply(at(100));

    assertThat(outside().split().stable()).isEqualTo(canary());
    assertThat(outside().split().share(canary())).isEqualTo(Share.ALL);
  }

  @Test
  void saysWhatSomebodyElseMade() throws Exception {
    traffic().move(at(10), Share.ofPercent(70));

    Split split = outside().split();

    assertThat(split.stable()).isEqualTo(canary());
    assertThat(split.canary()).contains(stable());
    assertThat(split.share(stable())).isEqualTo(Share.ofPercent(30));
  }

  @Test
  void saysThatAVersionCanTakeTraffic() throws Exception {
    makeReady(canary());

    assertThat(outside().readiness(canary())).contains(new Report.Loaded());
  }

  @Test
  void saysThatAVersionThatThereIsNotNeverCan() throws Exception {
    assertThat(outside().readiness(nobody()))
        .containsInstanceOf(Report.LoadFailed.class)
        .get()
        .asString()
        .contains(nobody());
  }

  @Test
  void knowsOfNothingInEffectBeforeItLooked() {
    assertThat(outside().inEffectSince(at(0))).isEmpty();
  }

  @Test
  void aShareIsInEffectSinceItWasFirstFoundThere() throws Exception {
    outside().apply(at(10));
    later();

    outside().apply(at(10));

    assertThat(outside().inEffectSince(at(10))).contains(START);
    assertThat(outside().inEffectSince(at(25))).isEmpty();
  }

  @Test
  void aShareThatWasThereAlreadyIsInEffectSinceTheLook() throws Exception {
    later();

    outside().apply(at(0));

    assertThat(outside().inEffectSince(at(0))).contains(START.plusSeconds(60));
  }

  @Test
  void eachShareAndEachRolloutBeginsAnew() throws Exception {
    outside().apply(at(10));
    later();
    outside().apply(at(25));
    assertThat(outside().inEffectSince(at(10))).isEmpty();
    assertThat(outside().inEffectSince(at(25))).contains(START.plusSeconds(60));
    later();
    Rollout next = as("r2", Share.ofPercent(25));

    outside().apply(next);

    assertThat(outside().inEffectSince(at(25))).isEmpty();
    assertThat(outside().inEffectSince(next)).contains(START.plusSeconds(120));
  }

  @Test
  void movesNothingOnceSomethingElseWasDecided() throws Exception {
    assertThatThrownBy(() -> outside().apply(at(25), () -> false))
        .isInstanceOf(Actuator.Refused.class)
        .hasMessageContaining("decided meanwhile");

    assertThat(traffic().of(at(25))).isEqualTo(Share.NONE);
    assertThat(outside().inEffectSince(at(25))).isEmpty();
  }

  @Test
  void whatHadToBePutRightIsInEffectSinceThen() throws Exception {
    outside().apply(at(10));
    traffic().move(at(10), Share.ofPercent(70));
    later();

    outside().apply(at(10));

    assertThat(outside().inEffectSince(at(10))).contains(START.plusSeconds(60));
  }

  @Test
  void whatWasRefusedIsNotInEffect() throws Exception {
    outside().apply(at(10));

    assertThatThrownBy(() -> outside().apply(of("no such version", Share.ofPercent(10))))
        .isInstanceOf(Actuator.Refused.class);

    assertThat(outside().inEffectSince(at(10))).isEmpty();
    later();
    outside().apply(at(10));
    assertThat(outside().inEffectSince(at(10))).contains(START.plusSeconds(60));
  }
}
