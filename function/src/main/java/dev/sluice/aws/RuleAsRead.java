package dev.sluice.aws;

import dev.sluice.control.Actuator.Refused;
import dev.sluice.control.OutsideAddress.Rule;
import dev.sluice.routing.Share;
import dev.sluice.routing.Split;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2Client;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Action;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ActionTypeEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ForwardActionConfig;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroupTuple;

/// A rule as it was read: all it does, and the two groups that it forwards to.
///
/// @param groups by name, in their order
record RuleAsRead(
    Rule rule,
    List<Action> actions,
    Action forward,
    SequencedMap<String, TargetGroupTuple> groups) {
  private static final Pattern GROUP = Pattern.compile("arn:[^/]*:targetgroup/([^/]+)/[^/]+");

  /// @throws Refused where there is no such rule, or it forwards to other than two groups
  static RuleAsRead of(ElasticLoadBalancingV2Client client, Rule rule) throws Refused {
    List<Action> actions =
        client.describeRules(describe -> describe.ruleArns(rule.arn())).rules().stream()
            .findFirst()
            .orElseThrow(() -> new Refused("there is no " + rule))
            .actions();
    Action forward =
        actions.stream()
            .filter(action -> action.type() == ActionTypeEnum.FORWARD)
            .findFirst()
            .orElseThrow(() -> new Refused(rule + " forwards nothing"));
    return new RuleAsRead(rule, actions, forward, groups(rule, forward));
  }

  private static SequencedMap<String, TargetGroupTuple> groups(Rule rule, Action forward)
      throws Refused {
    SequencedMap<String, TargetGroupTuple> groups = new LinkedHashMap<>();
    List<String> names = new ArrayList<>();
    for (TargetGroupTuple group : tuples(forward)) {
      Matcher arn = GROUP.matcher(String.valueOf(group.targetGroupArn()));
      if (!arn.matches()) {
        throw new Refused(
            "%s forwards to what is no target group: %s".formatted(rule, group.targetGroupArn()));
      }
      groups.put(arn.group(1), group);
      names.add(arn.group(1));
    }
    if (groups.size() != 2 || names.size() != 2) {
      throw new Refused(
          "%s must forward to two target groups, and forwards to %d: %s"
              .formatted(rule, names.size(), String.join(", ", names)));
    }
    return groups;
  }

  private static List<TargetGroupTuple> tuples(Action forward) {
    return forward.forwardConfig() != null && forward.forwardConfig().hasTargetGroups()
        ? forward.forwardConfig().targetGroups()
        : List.of(TargetGroupTuple.builder().targetGroupArn(forward.targetGroupArn()).build());
  }

  /// The ARN of a group; empty for one that it does not forward to.
  Optional<String> group(String name) {
    return Optional.ofNullable(groups.get(name)).map(TargetGroupTuple::targetGroupArn);
  }

  /// Who there is and who was asked for, as a message.
  String without(String name) {
    return "%s forwards to %s, and to no target group %s"
        .formatted(rule, String.join(" and ", groups.keySet()), name);
  }

  private static int weight(TargetGroupTuple group) {
    // One that says nothing has as much as any other.
    return group.weight() == null ? 1 : group.weight();
  }

  /// As a rollout between its groups sees it.
  ///
  /// @throws Refused where one of them is none of the two
  GroupWeights weights(String stable, String canary) throws Refused {
    return new GroupWeights(weight(stable), weight(canary));
  }

  private int weight(String name) throws Refused {
    return Optional.ofNullable(groups.get(name))
        .map(RuleAsRead::weight)
        .orElseThrow(() -> new Refused(without(name)));
  }

  /// The group with the most is stable; of two with as much, the one that is named first.
  ///
  /// @throws Refused where neither has any
  Split split() throws Refused {
    String first = groups.sequencedKeySet().getFirst();
    String last = groups.sequencedKeySet().getLast();
    boolean inOrder = weight(first) >= weight(last);
    String stable = inOrder ? first : last;
    String canary = inOrder ? last : first;
    Share share =
        weights(stable, canary)
            .share()
            .orElseThrow(() -> new Refused(rule + " gives neither of its two groups a weight"));
    SequencedMap<String, Double> shares = new LinkedHashMap<>();
    shares.put(stable, share.rest().fraction());
    shares.put(canary, share.fraction());
    return Split.of(shares);
  }

  /// All it does, with these weights instead of its own.
  ///
  /// @param weights by the group's name
  List<Action> weighed(Map<String, Integer> weights) {
    List<Action> all = new ArrayList<>();
    for (Action action : actions) {
      all.add(action.equals(forward) ? forwarding(weights) : kept(action));
    }
    return all;
  }

  private Action forwarding(Map<String, Integer> weights) {
    ForwardActionConfig.Builder config =
        forward.forwardConfig() == null
            ? ForwardActionConfig.builder()
            : forward.forwardConfig().toBuilder();
    List<TargetGroupTuple> next = new ArrayList<>();
    groups.forEach(
        (name, group) -> next.add(group.toBuilder().weight(weights.getOrDefault(name, 0)).build()));
    return forward.toBuilder()
        // Beside a list of groups this one is refused.
        .targetGroupArn(null)
        .forwardConfig(config.targetGroups(next).build())
        .build();
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
