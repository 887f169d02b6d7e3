package dev.sluice.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.aws.LoadBalancerDouble.Group;
import dev.sluice.aws.TargetGroupActuator.Rule;
import dev.sluice.control.Actuator;
import dev.sluice.rollout.Rollout;
import dev.sluice.routing.Share;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2Client;

class TargetGroupActuatorTest extends FaultyActuatorContract {
  private final LoadBalancerDouble balancer = new LoadBalancerDouble();
  private final FaultyServer server = new FaultyServer(balancer);
  private final TargetGroupActuator actuator = actuator(LoadBalancerDouble.RULE);

  private TargetGroupActuator actuator(String rule) {
    return new TargetGroupActuator(
        TestAccount.at(server.endpoint(), Clients.once(ElasticLoadBalancingV2Client.builder()))
            .build(),
        new Rule(MODEL, rule, LoadBalancerDouble.STABLE, LoadBalancerDouble.CANARY));
  }

  @Override
  protected Actuator actuator() {
    return actuator;
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
    balancer.set(new Group(LoadBalancerDouble.STABLE, 1), new Group("arn:somebody-else", 1));

    assertThatThrownBy(() -> actuator.apply(at(10)))
        .isInstanceOf(Actuator.Refused.class)
        .hasMessageContaining("a group that is none of the two: arn:somebody-else");
    assertThat(balancer.updates()).isEmpty();
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
