package dev.sluice.aws;

import dev.sluice.control.Outside;
import dev.sluice.control.OutsideAddress.Rule;
import dev.sluice.control.ReadBack;
import dev.sluice.rollout.Report;
import dev.sluice.rollout.Rollout;
import dev.sluice.routing.Share;
import dev.sluice.routing.Split;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2Client;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Action;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroupNotFoundException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetHealthStateEnum;

/// Moves traffic between the two target groups of a rule of a load balancer, by their weights. The
/// versions of the model are called what the groups are: whoever deploys a release puts it into the
/// group that has no traffic, and a rollout gives that one a share. Promoted, it has all of it, and
/// the next release goes into the other group.
///
/// Only the weights are written; what else the rule does, stickiness included, stays as it was
/// read. A rule has no revision, so of two who write at once the last one wins, and the next tick
/// puts it right. Belongs to one thread, but for [#inEffect].
public final class TargetGroupActuator implements Outside, AutoCloseable {
  private final ElasticLoadBalancingV2Client client;
  private final Rule rule;
  private final ReadBack readBack;

  TargetGroupActuator(ElasticLoadBalancingV2Client client, Rule rule, InstantSource clock) {
    this.client = client;
    this.rule = rule;
    this.readBack = new ReadBack(new Weights(client, rule), clock);
  }

  /// With what the environment says of region, endpoint and credentials.
  public static TargetGroupActuator of(Rule rule, InstantSource clock) {
    return new TargetGroupActuator(Clients.loadBalancing(), rule, clock);
  }

  @Override
  public String model() {
    return rule.model();
  }

  @Override
  public Split split() throws Refused {
    return Said.asked(rule.toString(), () -> RuleAsRead.of(client, rule).split());
  }

  /// A group is ready as soon as one of its targets is: how many there should be is known to
  /// whoever deploys, and a share should follow only when they are there.
  @Override
  public Optional<Report> readiness(String version) throws Refused {
    RuleAsRead read = Said.asked(rule.toString(), () -> RuleAsRead.of(client, rule));
    Optional<String> group = read.group(version);
    return group.isEmpty()
        ? Optional.of(new Report.LoadFailed(read.without(version)))
        : Said.asked("target group " + version, () -> health(version, group.get()));
  }

  private Optional<Report> health(String version, String arn) {
    try {
      return client
              .describeTargetHealth(describe -> describe.targetGroupArn(arn))
              .targetHealthDescriptions()
              .stream()
              .filter(target -> target.targetHealth() != null)
              .anyMatch(target -> target.targetHealth().state() == TargetHealthStateEnum.HEALTHY)
          ? Optional.of(new Report.Loaded())
          : Optional.empty();
    } catch (TargetGroupNotFoundException none) {
      return Optional.of(
          new Report.LoadFailed("there is no target group " + version + ": " + Said.by(none)));
    }
  }

  @Override
  public Optional<Instant> inEffectSince(Rollout rollout) {
    return readBack.inEffectSince(rollout);
  }

  @Override
  public void apply(Rollout rollout, Current current) throws Refused {
    readBack.apply(rollout, current);
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
      if (!rollout.model().equals(rule.model())) {
        throw new Refused(
            "%s is of model %s, not of %s".formatted(rule, rule.model(), rollout.model()));
      }
      RuleAsRead read = Said.asked(name(), () -> RuleAsRead.of(client, rule));
      GroupWeights weights = read.weights(rollout.stable(), rollout.canary());
      return new Found(client, read, rollout.stable(), rollout.canary(), weights);
    }
  }

  /// A rule between the two groups of a rollout.
  private record Found(
      ElasticLoadBalancingV2Client client,
      RuleAsRead read,
      String stable,
      String canary,
      GroupWeights weights)
      implements ReadBack.Split {

    @Override
    public Optional<Share> share() {
      return weights.share();
    }

    // A rule has none.
    @Override
    public String revision() {
      return "";
    }

    @Override
    public boolean is(Share wanted) {
      return GroupWeights.of(wanted).filter(weights::sameRatio).isPresent();
    }

    @Override
    public Optional<String> move(Share wanted) throws Refused {
      GroupWeights next =
          GroupWeights.of(wanted)
              .orElseThrow(
                  () ->
                      new Refused(
                          "%s cannot have a share of %s %%: the smallest is 0.1 %%"
                              .formatted(read.rule(), wanted.percent())));
      List<Action> all = read.weighed(Map.of(stable, next.stable(), canary, next.canary()));
      return Said.against(
          () -> client.modifyRule(modify -> modify.ruleArn(read.rule().arn()).actions(all)));
    }
  }
}
