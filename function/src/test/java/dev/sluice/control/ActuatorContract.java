package dev.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.rollout.Plan;
import dev.sluice.rollout.Presets;
import dev.sluice.rollout.Rollout;
import dev.sluice.rollout.RolloutId;
import dev.sluice.rollout.State;
import dev.sluice.rollout.Stay;
import dev.sluice.routing.Share;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every actuator promises.
public abstract class ActuatorContract {
  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

  /// What the actuators of these tests are for.
  protected static final String MODEL = "digits";

  private Actuator actuator;
  private Traffic traffic;

  /// Where traffic goes, as somebody else sees it and changes it.
  protected interface Traffic {
    /// The part of a rollout's canary.
    Share of(Rollout rollout) throws Exception;

    /// Somebody else moves it.
    void move(Rollout rollout, Share share) throws Exception;
  }

  /// The actuator of this test. All traffic is with version [#stable] at first.
  protected abstract Actuator actuator() throws Exception;

  protected abstract Traffic traffic() throws Exception;

  protected String stable() {
    return "1";
  }

  protected String canary() {
    return "2";
  }

  @BeforeEach
  void open() throws Exception {
    actuator = actuator();
    traffic = traffic();
  }

  /// A rollout of a share.
  protected final Rollout at(Share share) {
    return as("r1", share);
  }

  /// With another canary.
  protected final Rollout of(String canary, Share share) {
    return rollout("r1", MODEL, canary, share);
  }

  /// Another rollout, between the same versions.
  protected final Rollout as(String id, Share share) {
    return rollout(id, MODEL, canary(), share);
  }

  protected final Rollout at(double percent) {
    return at(Share.ofPercent(percent));
  }

  private Rollout rollout(String id, String model, String canary, Share share) {
    Plan preset = Presets.fast();
    boolean step = !share.equals(Share.NONE) && !share.equals(Share.ALL);
    Plan plan = step ? Plan.of(List.of(Plan.Step.of(share)), preset.guards()) : preset;
    Rollout draft = Rollout.draft(new RolloutId(id), model, stable(), canary, preset);
    return new Rollout(
        draft.id(),
        draft.model(),
        draft.stable(),
        draft.canary(),
        plan,
        state(share),
        draft.sight(),
        draft.term(),
        draft.troubles(),
        draft.notes(),
        1);
  }

  private static State state(Share share) {
    if (share.equals(Share.NONE)) {
      return new State.RolledBack(NOW, Kept.CAUSE);
    }
    return share.equals(Share.ALL)
        ? new State.Promoted(NOW, Kept.CAUSE)
        : new State.Running(new Stay(0, NOW, 0, 0));
  }

  @Test
  void movesTrafficToEachShareOfARollout() throws Exception {
    for (double percent : List.of(1.0, 5.0, 25.0, 50.0, 100.0)) {
      actuator.apply(at(percent));

      assertThat(traffic.of(at(percent))).isEqualTo(Share.ofPercent(percent));
    }
  }

  @Test
  void takesAllOfItBackFromACanaryThatIsRolledBack() throws Exception {
    actuator.apply(at(50));

    actuator.apply(at(0));

    assertThat(traffic.of(at(0))).isEqualTo(Share.NONE);
  }

  @Test
  void takesItBackFromAPromotedOneToo() throws Exception {
    actuator.apply(at(100));

    actuator.apply(at(0));

    assertThat(traffic.of(at(0))).isEqualTo(Share.NONE);
  }

  @Test
  void leavesTrafficWhereItIsWhenToldTheSameAgain() throws Exception {
    for (int again = 0; again < 3; again++) {
      actuator.apply(at(10));

      assertThat(traffic.of(at(10))).isEqualTo(Share.ofPercent(10));
    }
  }

  @Test
  void putsRightWhatSomebodyElseChanged() throws Exception {
    actuator.apply(at(10));
    for (double percent : List.of(0.0, 70.0, 100.0)) {
      traffic.move(at(10), Share.ofPercent(percent));
      assertThat(traffic.of(at(10))).isEqualTo(Share.ofPercent(percent));

      actuator.apply(at(10));

      assertThat(traffic.of(at(10))).isEqualTo(Share.ofPercent(10));
    }
  }

  @Test
  void movesNothingForAnotherModel() {
    assertThatThrownBy(() -> actuator.apply(rollout("r1", "texts", canary(), Share.ofPercent(10))))
        .isInstanceOf(Actuator.Refused.class)
        .hasMessageContaining("of model digits, not of texts");
  }
}
