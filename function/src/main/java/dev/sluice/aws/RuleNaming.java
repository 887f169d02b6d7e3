package dev.sluice.aws;

import dev.sluice.control.Observations.Unreadable;
import dev.sluice.rollout.Rollout;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2Client;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Action;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroupTuple;

/// Finds what CloudWatch calls a load balancer and its target groups: the ends of their ARNs. The
/// balancer's is in that of the rule; those of the groups are in what the rule forwards to, looked
/// up at each question, since a group that was made anew has another one.
record RuleNaming(ElasticLoadBalancingV2Client client, String rule)
    implements CloudWatchObservations.Naming {
  private static final Pattern RULE = Pattern.compile(".*:listener-rule/(app/[^/]+/[^/]+)/.+");
  private static final Pattern GROUP = Pattern.compile(".*:(targetgroup/([^/]+)/[^/]+)");

  @Override
  public CloudWatchObservations.Pair of(Rollout rollout) throws Unreadable {
    Matcher balancer = RULE.matcher(rule);
    if (!balancer.matches()) {
      throw new Unreadable("%s is no rule of an application load balancer".formatted(rule));
    }
    Map<String, String> groups = groups();
    return new CloudWatchObservations.Pair(
        arm(balancer.group(1), groups, rollout.stable()),
        arm(balancer.group(1), groups, rollout.canary()));
  }

  private Arm arm(String balancer, Map<String, String> groups, String name) throws Unreadable {
    return Optional.ofNullable(groups.get(name))
        .map(suffix -> Arm.ofGroup(balancer, suffix))
        .orElseThrow(
            () -> new Unreadable("rule %s forwards to no target group %s".formatted(rule, name)));
  }

  /// The ends of the groups' ARNs by their names.
  private Map<String, String> groups() throws Unreadable {
    try {
      var groups = new HashMap<String, String>();
      client.describeRules(describe -> describe.ruleArns(rule)).rules().stream()
          .flatMap(found -> found.actions().stream())
          .map(Action::forwardConfig)
          .flatMap(forward -> Optional.ofNullable(forward).stream())
          .flatMap(forward -> forward.targetGroups().stream())
          .map(TargetGroupTuple::targetGroupArn)
          .map(GROUP::matcher)
          .filter(Matcher::matches)
          .forEach(group -> groups.put(group.group(2), group.group(1)));
      return groups;
    } catch (SdkException failed) {
      throw new Unreadable("rule %s cannot be read: %s".formatted(rule, Said.by(failed)), failed);
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
