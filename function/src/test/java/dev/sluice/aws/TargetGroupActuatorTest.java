package dev.sluice.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.aws.LoadBalancerDouble.Group;
import dev.sluice.control.Actuator;
import dev.sluice.control.Outside;
import dev.sluice.control.OutsideAddress.Rule;
import dev.sluice.rollout.Report;
import dev.sluice.rollout.Rollout;
import dev.sluice.routing.Share;
import dev.sluice.routing.Split;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2Client;

class TargetGroupActuatorTest extends FaultyActuatorContract {
  private static final String OTHER =
      "arn:aws:elasticloadbalancing:us-east-1:0:targetgroup/other/3";

  private final LoadBalancerDouble balancer = new LoadBalancerDouble();
  private final FaultyServer server = new FaultyServer(balancer);
  private final TargetGroupActuator actuator = actuator(LoadBalancerDouble.RULE);

  private TargetGroupActuator actuator(String rule) {
    return new TargetGroupActuator(
        TestAccount.at(server.endpoint(), Clients.once(ElasticLoadBalancingV2Client.builder()))
            .build(),
        new Rule(MODEL, rule),
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
    balancer.health(LoadBalancerDouble.CANARY, "healthy");
  }

  @Override
  protected String stable() {
    return "stable";
  }

  @Override
  protected String canary() {
    return "canary";
  }

  @Override
  protected String nobody() {
    return "nobody";
  }

  @Override
  protected Traffic traffic() {
    return new Traffic() {
      @Override
      public Share of(Rollout rollout) {
        int stable = balancer.weight(LoadBalancerDouble.STABLE);
        int canary = balancer.weight(LoadBalancerDouble.CANARY);
        return Share.ofFraction(canary / (double) (stable + canary));
      }

      @Override
      public void move(Rollout rollout, Share share) {
        int percent = (int) share.percent();
        balancer.set(
            new Group(LoadBalancerDouble.STABLE, 100 - percent),
            new Group(LoadBalancerDouble.CANARY, percent));
      }
    };
  }

  @Override
  FaultyServer server() {
    return server;
  }

  @Override
  int moves() {
    return balancer.updates().size();
  }

  @Override
  Optional<Share> inEffect() {
    return actuator.inEffect();
  }

  @Test
  void leavesAllElseThatTheRuleDoes() throws Exception {
    actuator.apply(at(10));

    Map<String, String> update = balancer.updates().getFirst();
    assertThat(update)
        .containsEntry("Actions.member.1.Type", "authenticate-oidc")
        .containsEntry("Actions.member.1.AuthenticateOidcConfig.ClientId", "sluice")
        .containsEntry("Actions.member.1.AuthenticateOidcConfig.UseExistingClientSecret", "true")
        .containsEntry(
            "Actions.member.2.ForwardConfig.TargetGroupStickinessConfig.DurationSeconds", "60")
        .doesNotContainKey("Actions.member.2.TargetGroupArn");
  }

  @Test
  void isContentWithAnotherSpellingOfTheSameSplit() throws Exception {
    balancer.set(new Group(LoadBalancerDouble.CANARY, 3), new Group(LoadBalancerDouble.STABLE, 27));

    actuator.apply(at(10));

    assertThat(balancer.updates()).isEmpty();
  }

  @Test
  void refusesARuleThatForwardsElsewhereToo() {
    balancer.set(new Group(LoadBalancerDouble.STABLE, 1), new Group(OTHER, 1));

    assertThatThrownBy(() -> actuator.apply(at(10)))
        .isInstanceOf(Actuator.Refused.class)
        .hasMessage(
            "rule %s forwards to stable and other, and to no target group canary"
                .formatted(LoadBalancerDouble.RULE));
    assertThat(balancer.updates()).isEmpty();
  }

  @Test
  void refusesARuleThatForwardsToOtherThanTwoGroups() {
    balancer.set(new Group(LoadBalancerDouble.STABLE, 1));
    assertRefused("must forward to two target groups, and forwards to 1: stable");

    balancer.set(
        new Group(LoadBalancerDouble.STABLE, 1),
        new Group(LoadBalancerDouble.CANARY, 1),
        new Group(OTHER, 1));
    assertRefused("must forward to two target groups, and forwards to 3: stable, canary, other");

    balancer.set(new Group(LoadBalancerDouble.STABLE, 1), new Group(LoadBalancerDouble.STABLE, 1));
    assertRefused("must forward to two target groups, and forwards to 2: stable, stable");

    balancer.set(new Group(LoadBalancerDouble.STABLE, 1), new Group("arn:nameless", 1));
    assertRefused("forwards to what is no target group: arn:nameless");

    assertThat(balancer.updates()).isEmpty();
  }

  private void assertRefused(String why) {
    assertThatThrownBy(actuator::split)
        .isInstanceOf(Actuator.Refused.class)
        .hasMessageContaining(why);
    assertThatThrownBy(() -> actuator.apply(at(10)))
        .isInstanceOf(Actuator.Refused.class)
        .hasMessageContaining(why);
  }

  @Test
  void refusesToCallASplitWhatHasNoWeights() throws Exception {
    balancer.set(new Group(LoadBalancerDouble.STABLE, 0), new Group(LoadBalancerDouble.CANARY, 0));

    assertThatThrownBy(actuator::split)
        .isInstanceOf(Actuator.Refused.class)
        .hasMessageContaining("gives neither of its two groups a weight");
    actuator.apply(at(10));
    assertThat(actuator.split().share("canary")).isEqualTo(Share.ofPercent(10));
  }

  @Test
  void ofTwoGroupsWithAsMuchTheFirstIsStable() throws Exception {
    balancer.set(new Group(LoadBalancerDouble.CANARY, 5), new Group(LoadBalancerDouble.STABLE, 5));

    assertThat(actuator.split().stable()).isEqualTo("canary");
    assertThat(actuator.split().share("stable")).isEqualTo(Share.ofPercent(50));
  }

  @Test
  void nextItGoesTheOtherWay() throws Exception {
    actuator.apply(at(100));
    balancer.set(new Group(LoadBalancerDouble.STABLE, 1), new Group(LoadBalancerDouble.CANARY, 9));

    Split split = actuator.split();

    assertThat(split.stable()).isEqualTo("canary");
    assertThat(split.share("stable")).isEqualTo(Share.ofPercent(10));
  }

  @Test
  void aGroupWaitsForItsFirstHealthyTarget() throws Exception {
    balancer.health(LoadBalancerDouble.CANARY);
    assertThat(actuator.readiness("canary")).isEmpty();

    balancer.health(LoadBalancerDouble.CANARY, "initial", "unhealthy", "draining");
    assertThat(actuator.readiness("canary")).isEmpty();

    balancer.health(LoadBalancerDouble.CANARY, "unhealthy", "healthy");
    assertThat(actuator.readiness("canary")).contains(new Report.Loaded());
  }

  @Test
  void aGroupThatIsGoneNeverCanTakeTraffic() throws Exception {
    balancer.set(new Group(LoadBalancerDouble.STABLE, 1), new Group(OTHER, 0));

    assertThat(actuator.readiness("other"))
        .containsInstanceOf(Report.LoadFailed.class)
        .get()
        .asString()
        .contains("there is no target group other: TargetGroupNotFound");
  }

  @Test
  void refusesAShareThatNoWeightsHave() {
    assertThatThrownBy(() -> actuator.apply(at(Share.of(9))))
        .isInstanceOf(Actuator.Refused.class)
        .hasMessageContaining("cannot have a share of 0.09 %: the smallest is 0.1 %");
  }

  @Test
  void saysThatThereIsNoSuchRule() {
    try (TargetGroupActuator other = actuator("arn:no-rule")) {
      assertThatThrownBy(() -> other.apply(at(10)))
          .isInstanceOf(Actuator.Refused.class)
          .hasMessageContaining("rule arn:no-rule cannot be read: RuleNotFound");
    }
  }
}
