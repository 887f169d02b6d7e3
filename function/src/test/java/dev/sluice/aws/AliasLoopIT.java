package dev.sluice.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aws.AliasWorld.Behaviour;
import dev.sluice.aws.FaultyServer.Fault;
import dev.sluice.e2e.RunningFunction;
import dev.sluice.rollout.RolloutId;
import dev.sluice.rollout.State;
import dev.sluice.routing.Share;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The loop on AWS, closed: the packaged controller, woken by the schedule's event, judges what
/// CloudWatch counted of an alias' traffic and moves that traffic.
class AliasLoopIT {
  private static final String ROLE = "arn:aws:iam::123456789012:role/loop";
  private static final int MINUTES = 90;

  @TempDir static Path folder;
  private static Path task;

  private AliasWorld world;

  @BeforeAll
  static void unpack() throws Exception {
    MotoServer.required();
    MotoServer.ask(
        "iam",
        "Action=CreateRole&Version=2010-05-08&AssumeRolePolicyDocument=%7B%7D&RoleName=loop");
    task = RunningFunction.unpacked(folder);
  }

  @BeforeEach
  void start() throws Exception {
    world = new AliasWorld(folder, task, ROLE);
    world.tick();
  }

  @AfterEach
  void stop() {
    world.close();
  }

  /// Minutes of traffic until a rollout is over. In none of them may the version have more than is
  /// written, once a move has come through.
  private State end(RolloutId id, String version) throws Exception {
    for (int minute = 0; minute < MINUTES; minute++) {
      Share before = world.record(id).rollout().share();
      world.minute();
      Share now = world.record(id).rollout().share();
      assertThat(world.share(version))
          .isLessThanOrEqualTo(now.compareTo(before) > 0 ? now : before);
      if (world.record(id).rollout().state().isFinal()) {
        break;
      }
    }
    return world.record(id).rollout().state();
  }

  private static boolean moves(FaultyServer.Request request) {
    return request.method().equals("PUT");
  }

  @Test
  void promotesAGoodVersionAndThenTakesTheNextBadOneBack() throws Exception {
    RolloutId good = world.release("2");
    assertThat(end(good, "2")).as(() -> world.sentence(good)).isInstanceOf(State.Promoted.class);
    assertThat(world.main()).isEqualTo("2");
    assertThat(world.share("2")).isEqualTo(Share.ALL);

    world.behave("3", Behaviour.FAILING);
    RolloutId bad = world.release("3");

    assertThat(end(bad, "3")).isInstanceOf(State.RolledBack.class);
    assertThat(world.record(bad).rollout().stable()).isEqualTo("2");
    assertThat(world.share("2")).isEqualTo(Share.ALL);
  }

  @ParameterizedTest
  @EnumSource(names = {"THROTTLED", "LOST_REQUEST", "LOST_ANSWER", "DONE_AND_BROKEN"})
  void aMoveThatFailsLeavesAtMostTheRecordedShareAndComesThroughLater(Fault fault)
      throws Exception {
    world.behave("2", Behaviour.DYING);
    world.lambda.next(AliasLoopIT::moves, fault, fault, fault);
    RolloutId id = world.release("2");
    while (world.share("2").equals(Share.NONE)) {
      world.minute();
      assertThat(world.share("2")).isLessThanOrEqualTo(world.record(id).rollout().share());
    }
    world.lambda.next(AliasLoopIT::moves, fault, fault);

    assertThat(end(id, "2")).isInstanceOf(State.RolledBack.class);
    world.minute();
    world.minute();
    world.minute();

    assertThat(world.share("1")).isEqualTo(Share.ALL);
  }

  @Test
  void whatAnotherMovesBetweenALookAndAMoveIsPutRight() throws Exception {
    RolloutId id = world.release("2");
    world.minute();
    Share share = world.record(id).rollout().share();
    world.move("1", Map.of("2", 0.9));

    world.minute();

    assertThat(world.share("2")).isEqualTo(share);
  }

  @Test
  void aControllerThatDiesBeforeItsMoveIsFollowedByOneThatMakesIt() throws Exception {
    world.behave("2", Behaviour.SLOW);
    RolloutId id = world.release("2");
    world.minute();
    assertThat(world.share("2")).isGreaterThan(Share.NONE);
    world.lambda.next(
        AliasLoopIT::moves, Fault.LOST_REQUEST, Fault.LOST_REQUEST, Fault.LOST_REQUEST);
    Share before = world.share("2");

    assertThat(end(id, "2")).isInstanceOf(State.RolledBack.class);
    assertThat(world.share("2")).isEqualTo(before);
    world.killController();
    world.lambda.next();
    world.minute();

    assertThat(world.share("1")).isEqualTo(Share.ALL);
  }

  @Test
  void aDeadControllerLeavesTheShareWhereItIs() throws Exception {
    RolloutId id = world.release("2");
    world.minute();
    Share share = world.share("2");
    world.killController();

    assertThat(world.share("2")).isEqualTo(share).isEqualTo(world.record(id).rollout().share());
    assertThat(end(id, "2")).isInstanceOf(State.Promoted.class);
  }
}
