package dev.sluice.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.aws.FaultyServer.Fault;
import dev.sluice.control.Actuator;
import dev.sluice.control.Actuator.Refused;
import dev.sluice.control.OutsideContract;
import dev.sluice.routing.Share;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What every actuator of AWS promises where calls fail. A move is three of them: it reads, it
/// moves, it reads again. A read whose connection ends is repeated once by the JDK, a move is not.
abstract class FaultyActuatorContract extends OutsideContract {
  private static final List<Fault> FAULTS = List.of(Fault.values());

  /// What the actuator talks to.
  abstract FaultyServer server();

  /// How many moves were asked for.
  abstract int moves();

  abstract Optional<Share> inEffect();

  @AfterEach
  void stop() {
    server().close();
  }

  @ParameterizedTest
  @EnumSource(names = {"LOST_ANSWER", "HALF_ANSWER", "DONE_AND_BROKEN"})
  void believesWhatItReadsAndNotTheAnswer(Fault fault) throws Exception {
    Actuator actuator = actuator();
    server().next(Fault.NONE, fault);

    actuator.apply(at(10));

    assertThat(inEffect()).contains(Share.ofPercent(10));
    assertThat(traffic().of(at(10))).isEqualTo(Share.ofPercent(10));
    assertThat(moves()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(names = {"THROTTLED", "BROKEN", "LOST_REQUEST", "DENIED"})
  void saysWhatThereIsWhenNothingWasDone(Fault fault) throws Exception {
    Actuator actuator = actuator();
    actuator.apply(at(5));
    int before = moves();
    server().next(Fault.NONE, fault);

    assertThatThrownBy(() -> actuator.apply(at(10)))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("version %s should have 10.0 %% and has 5.0 %%".formatted(canary()));

    assertThat(inEffect()).contains(Share.ofPercent(5));
    assertThat(traffic().of(at(10))).isEqualTo(Share.ofPercent(5));
    assertThat(moves() - before).isLessThanOrEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(
      names = {"THROTTLED", "BROKEN", "LOST_REQUEST", "DENIED", "LOST_ANSWER", "HALF_ANSWER"})
  void claimsNothingThatItCouldNotReadBack(Fault fault) {
    server().next(Fault.NONE, Fault.NONE, fault, fault);

    assertThatThrownBy(() -> actuator().apply(at(10)))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("cannot be read");

    assertThat(inEffect()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      names = {"THROTTLED", "BROKEN", "LOST_REQUEST", "DENIED", "LOST_ANSWER", "HALF_ANSWER"})
  void movesNothingThatItCouldNotRead(Fault fault) throws Exception {
    server().next(fault, fault);

    assertThatThrownBy(() -> actuator().apply(at(10)))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("cannot be read");

    assertThat(moves()).isZero();
    assertThat(traffic().of(at(10))).isEqualTo(Share.NONE);
  }

  @Test
  void namesThePermissionThatIsMissing() {
    server().next(Fault.NONE, Fault.DENIED);

    assertThatThrownBy(() -> actuator().apply(at(10)))
        .hasMessageContaining(
            "not allowed: x:Move; AccessDeniedException: not authorized to perform: x:Move");
  }

  @ParameterizedTest
  @EnumSource(
      names = {"THROTTLED", "BROKEN", "LOST_REQUEST", "DENIED", "LOST_ANSWER", "HALF_ANSWER"})
  void saysNothingOfASplitThatItCouldNotRead(Fault fault) {
    server().next(fault, fault);

    assertThatThrownBy(() -> outside().split())
        .isInstanceOf(Refused.class)
        .hasMessageContaining("cannot be read");
  }

  /// However many calls it takes: each of them fails once.
  @ParameterizedTest
  @EnumSource(
      names = {"THROTTLED", "BROKEN", "LOST_REQUEST", "DENIED", "LOST_ANSWER", "HALF_ANSWER"})
  void saysNothingOfAVersionThatItCouldNotReadOf(Fault fault) throws Exception {
    makeReady(canary());
    int before = server().seen().size();
    assertThat(outside().readiness(canary())).isPresent();
    int calls = server().seen().size() - before;

    for (int call = 0; call < calls; call++) {
      var faults = new ArrayList<>(Collections.nCopies(call, Fault.NONE));
      faults.addAll(List.of(fault, fault));
      server().next(faults.toArray(Fault[]::new));

      assertThatThrownBy(() -> outside().readiness(canary()))
          .as("call %s", call)
          .isInstanceOf(Refused.class)
          .hasMessageContaining("cannot be read");
    }
  }

  @Test
  void namesThePermissionToReadThatIsMissing() {
    server().next(Fault.DENIED);
    assertThatThrownBy(() -> outside().split()).hasMessageContaining("not allowed: x:Move");

    server().next(Fault.DENIED);
    assertThatThrownBy(() -> outside().readiness(canary()))
        .hasMessageContaining("not allowed: x:Move");
  }

  @ParameterizedTest
  @EnumSource(
      names = {"THROTTLED", "BROKEN", "LOST_REQUEST", "DENIED", "LOST_ANSWER", "HALF_ANSWER"})
  void whatCouldNotBeReadIsInEffectSinceItIsReadAgain(Fault fault) throws Exception {
    outside().apply(at(10));
    server().next(fault, fault);
    assertThatThrownBy(() -> outside().apply(at(10))).isInstanceOf(Refused.class);
    assertThat(outside().inEffectSince(at(10))).isEmpty();
    server().next();
    later();

    outside().apply(at(10));

    assertThat(outside().inEffectSince(at(10))).contains(START.plusSeconds(60));
  }

  @Test
  void asksForNothingWhereNothingIsToBeMoved() throws Exception {
    actuator().apply(at(10));

    actuator().apply(at(10));

    assertThat(moves()).isEqualTo(1);
  }

  /// Whatever fails, the canary never has more than the most that was recorded since it was last
  /// seen to have less, and who was told that it obeyed was told the truth.
  @Test
  void neverGivesTheCanaryMoreThanIsRecorded() throws Exception {
    var random = new Random(7);
    Actuator actuator = actuator();
    Share most = Share.NONE;
    int obeyed = 0;
    for (int tick = 0; tick < 400; tick++) {
      Share recorded = Share.ofPercent(List.of(0, 1, 5, 10, 25, 50, 100).get(random.nextInt(7)));
      most = recorded.compareTo(most) > 0 ? recorded : most;
      server().next(any(random), any(random), any(random));

      boolean refused = false;
      try {
        actuator.apply(at(recorded));
      } catch (Refused expected) {
        refused = true;
      }

      Share now = traffic().of(at(recorded));
      assertThat(now).as("tick %s", tick).isLessThanOrEqualTo(most);
      if (!refused) {
        obeyed++;
        assertThat(now).as("tick %s", tick).isEqualTo(recorded);
        most = recorded;
      }
      inEffect().ifPresent(said -> assertThat(said).isEqualTo(now));
    }
    assertThat(obeyed).isBetween(50, 350);
  }

  private static Fault any(Random random) {
    return random.nextBoolean() ? Fault.NONE : FAULTS.get(random.nextInt(FAULTS.size()));
  }
}
