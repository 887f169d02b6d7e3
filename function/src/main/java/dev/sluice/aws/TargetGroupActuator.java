package dev.sluice.aws;

import dev.sluice.control.Actuator;
import dev.sluice.rollout.Rollout;
import dev.sluice.routing.Share;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2Client;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Action;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ActionTypeEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ForwardActionConfig;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroupTuple;

/// Moves traffic between two target groups by the weights of a rule of a load balancer. One group
/// is where the stable version runs, the other where the canary does: whoever deploys puts them
/// there, and puts a promoted version into the group of the stable one before the next rollout.
///
/// Only the weights are written; what else the rule does, stickiness included, stays as it was
/// read. A rule has no revision, so of two who write at once the last one wins, and the next tick
/// puts it right. Belongs to one thread, but for [#inEffect].
public final class TargetGroupActuator implements Actuator, AutoCloseable {
  private final ElasticLoadBalancingV2Client client;
  private final ReadBack readBack;

  TargetGroupActuator(ElasticLoadBalancingV2Client client, Rule rule) {
    this.client = client;
    this.readBack = new ReadBack(new Weights(client, rule));
  }

  /// With what the environment says of region, endpoint and credentials.
  public static TargetGroupActuator of(Rule rule) {
    return new TargetGroupActuator(Clients.loadBalancing(), rule);
  }

  /// A rule of a listener, and its groups, by their ARNs.
  ///
  /// @param model the only one whose rollouts move it
  public record Rule(String model, String arn, String stableGroup, String canaryGroup) {
    @Override
    public String toString() {
      return "rule " + arn;
    }
  }

  @Override
  public void apply(Rollout rollout) throws Refused {
    readBack.apply(rollout);
  }

  /// The canary's part of the traffic as it was read last; empty where it could not be read.
  public Optional<Share> inEffect() {
    return readBack.inEffect();
  }

  @Override
  public void close() {
    client.close();
  }

  private record Weights(ElasticLoadBalancingV2Client client, Rule rule)
      implements ReadBack.Splitter {
    @Override
    public String name() {
      return rule.toString();
    }

    @Override
    public ReadBack.Split read(Rollout rollout) throws Refused {
      if (!rollout.model().equals(rule.model)) {
        throw new Refused(
            "%s is of model %s, not of %s".formatted(rule, rule.model, rollout.model()));
      }
      List<Action> actions =
          client.describeRules(describe -> describe.ruleArns(rule.arn)).rules().stream()
              .findFirst()
              .orElseThrow(() -> new Refused("there is no " + rule))
              .actions();
      Action forward =
          actions.stream()
              .filter(action -> action.type() == ActionTypeEnum.FORWARD)
              .findFirst()
              .orElseThrow(() -> new Refused(rule + " forwards nothing"));
      return new Found(client, rule, actions, forward, weights(forward));
    }

    private GroupWeights weights(Action forward) throws Refused {
      int stable = 0;
      int canary = 0;
      for (TargetGroupTuple group : groups(forward)) {
        // One that says nothing has all there is, or as much as any other.
        int weight = group.weight() == null ? 1 : group.weight();
        if (group.targetGroupArn().equals(rule.stableGroup)) {
          stable += weight;
        } else if (group.targetGroupArn().equals(rule.canaryGroup)) {
          canary += weight;
        } else {
          throw new Refused(
              "%s forwards to a group that is none of the two: %s"
                  .formatted(rule, group.targetGroupArn()));
        }
      }
      return new GroupWeights(stable, canary);
    }

    private static List<TargetGroupTuple> groups(Action forward) {
      return forward.forwardConfig() != null && forward.forwardConfig().hasTargetGroups()
          ? forward.forwardConfig().targetGroups()
          : List.of(TargetGroupTuple.builder().targetGroupArn(forward.targetGroupArn()).build());
    }
  }

  /// A rule as it was read.
  private record Found(
      ElasticLoadBalancingV2Client client,
      Rule rule,
      List<Action> actions,
      Action forward,
      GroupWeights weights)
      implements ReadBack.Split {

    @Override
    public Optional<Share> share() {
      return weights.share();
    }

    @Override
    public boolean is(Share wanted) {
      return GroupWeights.of(wanted).filter(weights::sameRatio).isPresent();
    }

    @Override
    public void move(Share wanted) throws Refused {
      GroupWeights next =
          GroupWeights.of(wanted)
              .orElseThrow(
                  () ->
                      new Refused(
                          "%s cannot have a share of %s %%: the smallest is 0.1 %%"
                              .formatted(rule, wanted.percent())));
      List<Action> all = new ArrayList<>();
      for (Action action : actions) {
        all.add(action.equals(forward) ? weighed(next) : kept(action));
      }
      client.modifyRule(modify -> modify.ruleArn(rule.arn).actions(all));
    }

    private Action weighed(GroupWeights next) {
      ForwardActionConfig.Builder config =
          forward.forwardConfig() == null
              ? ForwardActionConfig.builder()
              : forward.forwardConfig().toBuilder();
      return forward.toBuilder()
          // Beside a list of groups this one is refused.
          .targetGroupArn(null)
          .forwardConfig(
              config
                  .targetGroups(
                      group(rule.stableGroup, next.stable()),
                      group(rule.canaryGroup, next.canary()))
                  .build())
          .build();
    }

    private static TargetGroupTuple group(String arn, int weight) {
      return TargetGroupTuple.builder().targetGroupArn(arn).weight(weight).build();
    }

    /// A secret is never read back, so that it has to be said that it stays.
    private static Action kept(Action action) {
      return action.authenticateOidcConfig() == null
          ? action
          : action.toBuilder()
              .authenticateOidcConfig(
                  action.authenticateOidcConfig().toBuilder().useExistingClientSecret(true).build())
              .build();
    }
  }
}
