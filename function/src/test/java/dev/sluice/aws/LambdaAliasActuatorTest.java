package dev.sluice.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.aws.FaultyServer.Fault;
import dev.sluice.control.Actuator;
import dev.sluice.control.Outside;
import dev.sluice.control.OutsideAddress.Alias;
import dev.sluice.rollout.Report;
import dev.sluice.rollout.Rollout;
import dev.sluice.routing.Share;
import dev.sluice.routing.Split;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.lambda.LambdaClient;

class LambdaAliasActuatorTest extends FaultyActuatorContract {
  private final LambdaDouble lambda = new LambdaDouble();
  private final FaultyServer server = new FaultyServer(lambda);
  private final LambdaAliasActuator actuator = actuator("live");

  private LambdaAliasActuator actuator(String alias) {
    return new LambdaAliasActuator(
        TestAccount.at(server.endpoint(), Clients.once(LambdaClient.builder())).build(),
        new Alias(MODEL, "served", alias),
        clock);
  }

  @Override
  protected Outside actuator() {
    return actuator;
  }

  @Override
  protected Outside outside() {
    return actuator;
  }

  @Override
  protected void makeReady(String version) {
    lambda.state(version, "Active");
  }

  @Override
  protected String nobody() {
    return "99";
  }

  @Override
  protected Traffic traffic() {
    return new Traffic() {
      @Override
      public Share of(Rollout rollout) {
        return lambda.version().equals(rollout.canary())
            ? Share.ALL
            : Share.ofFraction(lambda.weights().getOrDefault(rollout.canary(), 0.0));
      }

      @Override
      public void move(Rollout rollout, Share share) {
        if (share.equals(Share.ALL)) {
          lambda.set(rollout.canary(), Map.of());
        } else {
          lambda.set(rollout.stable(), Map.of(rollout.canary(), share.fraction()));
        }
      }
    };
  }

  @Override
  FaultyServer server() {
    return server;
  }

  @Override
  int moves() {
    return lambda.updates().size();
  }

  @Override
  Optional<Share> inEffect() {
    return actuator.inEffect();
  }

  @Test
  void promotesInOneCallThatLeavesNoWeights() throws Exception {
    actuator.apply(at(50));

    actuator.apply(at(100));

    assertThat(lambda.version()).isEqualTo("2");
    assertThat(lambda.weights()).isEmpty();
    assertThat(lambda.updates()).hasSize(2);
    assertThat(lambda.updates().getLast().path("RoutingConfig").has("AdditionalVersionWeights"))
        .isTrue();
    assertThat(lambda.updates().getLast().at("/FunctionVersion").asText()).isEqualTo("2");
  }

  @Test
  void namesTheRevisionThatItReadInEveryMove() throws Exception {
    actuator.apply(at(10));
    actuator.apply(at(50));
    actuator.apply(at(0));

    assertThat(lambda.updates())
        .extracting(update -> update.path("RevisionId").asText())
        .containsExactly("revision-1", "revision-2", "revision-3");
  }

  @Test
  void undoesNothingThatSomebodyElseDidSinceItRead() throws Exception {
    lambda.afterTheNextRead(() -> lambda.set("3", Map.of()));

    assertThatThrownBy(() -> actuator.apply(at(10)))
        .isInstanceOf(Actuator.Refused.class)
        .hasMessageContaining("should have 10.0 % and has 0.0 %: PreconditionFailedException");

    assertThat(lambda.version()).isEqualTo("3");
    assertThat(actuator.inEffect()).contains(Share.NONE);
    actuator.apply(at(10));
    assertThat(lambda.version()).isEqualTo("1");
    assertThat(lambda.weights()).isEqualTo(Map.of("2", 0.1));
  }

  @Test
  void isContentWhenSomebodyElseDidTheSame() throws Exception {
    lambda.afterTheNextRead(() -> lambda.set("1", Map.of("2", 0.1)));

    actuator.apply(at(10));

    assertThat(actuator.inEffect()).contains(Share.ofPercent(10));
  }

  @Test
  void takesTrafficFromAVersionThatIsNoneOfTheTwo() throws Exception {
    lambda.set("1", Map.of("3", 0.5));

    actuator.apply(at(0));

    assertThat(lambda.weights()).isEmpty();
  }

  @Test
  void leavesAVersionWeighedAgainstItselfToNobody() throws Exception {
    lambda.set("2", Map.of("2", 0.5));

    actuator.apply(at(100));

    assertThat(lambda.version()).isEqualTo("2");
    assertThat(lambda.weights()).isEmpty();
  }

  @Test
  void saysThatThereIsNoSuchAlias() {
    try (LambdaAliasActuator other = actuator("dead")) {
      assertThatThrownBy(() -> other.apply(at(10)))
          .isInstanceOf(Actuator.Refused.class)
          .hasMessageContaining("alias dead of function served cannot be read")
          .hasMessageContaining("ResourceNotFoundException");
    }
  }

  @Test
  void aVersionWaitsForItsSnapshot() throws Exception {
    lambda.state("2", "Pending");

    assertThat(actuator.readiness("2")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Failed", "Inactive"})
  void saysWhyAVersionNeverCanTakeTraffic(String state) throws Exception {
    lambda.state("2", state);

    assertThat(actuator.readiness("2"))
        .contains(
            new Report.LoadFailed("version 2 of function served is %s: because".formatted(state)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"$LATEST", "live", "0", "B"})
  void whatIsNoNumberNeverCanTakeTraffic(String version) throws Exception {
    assertThat(actuator.readiness(version))
        .contains(
            new Report.LoadFailed(
                "version %s must be called what the function's version is, a number"
                    .formatted(version)));
    assertThat(server.seen()).isEmpty();
  }

  @Test
  void refusesToCallASplitWhatIsNone() {
    lambda.set("1", Map.of("2", 0.1, "3", 0.1));
    assertThatThrownBy(actuator::split)
        .isInstanceOf(Actuator.Refused.class)
        .hasMessage(
            "alias live of function served must have one weight of 0..1 at most beside version 1,"
                + " and has {2=0.1, 3=0.1}");

    lambda.set("1", Map.of("2", 1.5));
    assertThatThrownBy(actuator::split).isInstanceOf(Actuator.Refused.class);

    lambda.set("$LATEST", Map.of());
    assertThatThrownBy(actuator::split)
        .isInstanceOf(Actuator.Refused.class)
        .hasMessage(
            "alias live of function served must name published versions, which are numbers, and"
                + " names $LATEST");
  }

  @Test
  void aVersionWeighedAgainstItselfHasAllTraffic() throws Exception {
    lambda.set("2", Map.of("2", 0.5));

    assertThat(actuator.split()).isEqualTo(Split.single("2"));
    server.next(Fault.NONE, Fault.BROKEN);
    assertThatThrownBy(() -> actuator.apply(at(10)))
        .hasMessageContaining("version 2 should have 10.0 % and has 100.0 %");
  }

  @Test
  void ofTwoWithAsMuchTheOneThatIsNoWeightIsStable() throws Exception {
    lambda.set("7", Map.of("8", 0.5));

    assertThat(actuator.split().stable()).isEqualTo("7");
    assertThat(actuator.split().canary()).contains("8");
  }

  @Test
  void refusesVersionsThatNoFunctionHas() {
    assertThatThrownBy(() -> actuator.apply(of("$LATEST", Share.ofPercent(10))))
        .isInstanceOf(Actuator.Refused.class)
        .hasMessage("version $LATEST must be called what the function's version is, a number");
    assertThat(lambda.updates()).isEmpty();
  }

  @Test
  void whatWasMovedAndPutBackBetweenTwoLooksIsInEffectSinceTheSecond() throws Exception {
    actuator.apply(at(10));
    later();
    traffic().move(at(10), Share.ALL);
    traffic().move(at(10), Share.ofPercent(10));

    actuator.apply(at(10));

    assertThat(actuator.inEffectSince(at(10))).contains(clock.instant());
  }
}
