package dev.sluice.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.control.Outside;
import dev.sluice.control.OutsideAddress.Rule;
import dev.sluice.control.OutsideContract;
import dev.sluice.rollout.Rollout;
import dev.sluice.routing.Share;
import java.util.List;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2Client;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Action;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ActionTypeEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ForwardActionConfig;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ProtocolEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.RuleCondition;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetDescription;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroupTuple;

class TargetGroupOnMotoTest extends OutsideContract {
  private static final Pattern SUBNET = Pattern.compile("<subnetId>([^<]+)</subnetId>");
  private static final Pattern VPC = Pattern.compile("<vpcId>([^<]+)</vpcId>");

  private final ElasticLoadBalancingV2Client client =
      TestAccount.at(MotoServer.endpoint(), Clients.once(ElasticLoadBalancingV2Client.builder()))
          .build();
  private final String name = "b" + UUID.randomUUID().toString().substring(0, 20);
  private Rule rule = new Rule(MODEL, "");
  private String stableGroup = "";
  private String canaryGroup = "";
  private Outside outside = actuator(rule);

  @BeforeAll
  static void findMoto() {
    MotoServer.required();
  }

  @AfterEach
  void close() {
    client.close();
  }

  /// With a rule of a new load balancer in front of the default network, which forwards all there
  /// is to the stable group.
  @Override
  protected Outside actuator() throws Exception {
    String network = MotoServer.ask("ec2", "Action=DescribeSubnets&Version=2016-11-15");
    List<String> subnets =
        SUBNET.matcher(network).results().map(found -> found.group(1)).limit(2).toList();
    String vpc = VPC.matcher(network).results().map(MatchResult::group).findFirst().orElseThrow();
    String vpcId = vpc.replaceAll("<[^>]+>", "");
    String balancer =
        client
            .createLoadBalancer(create -> create.name(name).subnets(subnets))
            .loadBalancers()
            .getFirst()
            .loadBalancerArn();
    stableGroup = group(stable(), vpcId);
    canaryGroup = group(canary(), vpcId);
    String listener =
        client
            .createListener(
                create ->
                    create
                        .loadBalancerArn(balancer)
                        .port(80)
                        .protocol(ProtocolEnum.HTTP)
                        .defaultActions(
                            Action.builder()
                                .type(ActionTypeEnum.FIXED_RESPONSE)
                                .fixedResponseConfig(fixed -> fixed.statusCode("404"))
                                .build()))
            .listeners()
            .getFirst()
            .listenerArn();
    String arn =
        client
            .createRule(
                create ->
                    create
                        .listenerArn(listener)
                        .priority(1)
                        .conditions(
                            RuleCondition.builder().field("path-pattern").values("/*").build())
                        .actions(to(stableGroup, 100, canaryGroup, 0)))
            .rules()
            .getFirst()
            .ruleArn();
    rule = new Rule(MODEL, arn);
    outside = actuator(rule);
    return outside;
  }

  private TargetGroupActuator actuator(Rule of) {
    return new TargetGroupActuator(client, of, clock);
  }

  @Override
  protected Outside outside() {
    return outside;
  }

  @Override
  protected void makeReady(String version) {
    client.registerTargets(
        register ->
            register
                .targetGroupArn(canaryGroup)
                .targets(TargetDescription.builder().id("10.0.0.1").port(8080).build()));
  }

  @Override
  protected String stable() {
    return "s" + name;
  }

  @Override
  protected String canary() {
    return "c" + name;
  }

  @Override
  protected String nobody() {
    return "nobody";
  }

  private String group(String name, String vpc) {
    return client
        .createTargetGroup(
            create -> create.name(name).vpcId(vpc).port(8080).protocol(ProtocolEnum.HTTP))
        .targetGroups()
        .getFirst()
        .targetGroupArn();
  }

  private static Action to(String stable, int rest, String canary, int weight) {
    ForwardActionConfig groups =
        ForwardActionConfig.builder()
            .targetGroups(
                TargetGroupTuple.builder().targetGroupArn(stable).weight(rest).build(),
                TargetGroupTuple.builder().targetGroupArn(canary).weight(weight).build())
            .targetGroupStickinessConfig(sticky -> sticky.enabled(true).durationSeconds(60))
            .build();
    return Action.builder().type(ActionTypeEnum.FORWARD).forwardConfig(groups).build();
  }

  private ForwardActionConfig forward() {
    return client
        .describeRules(describe -> describe.ruleArns(rule.arn()))
        .rules()
        .getFirst()
        .actions()
        .getFirst()
        .forwardConfig();
  }

  @Override
  protected Traffic traffic() {
    return new Traffic() {
      @Override
      public Share of(Rollout rollout) {
        List<TargetGroupTuple> groups = forward().targetGroups();
        double all = groups.stream().mapToInt(TargetGroupTuple::weight).sum();
        int canary =
            groups.stream()
                .filter(group -> group.targetGroupArn().equals(canaryGroup))
                .mapToInt(TargetGroupTuple::weight)
                .sum();
        return Share.ofFraction(canary / all);
      }

      @Override
      public void move(Rollout rollout, Share share) {
        int percent = (int) share.percent();
        client.modifyRule(
            modify ->
                modify
                    .ruleArn(rule.arn())
                    .actions(to(stableGroup, 100 - percent, canaryGroup, percent)));
      }
    };
  }

  @Test
  void leavesCallersWhereTheyAreIfTheRuleDoesSo() throws Exception {
    outside.apply(at(10));

    assertThat(forward().targetGroupStickinessConfig().enabled()).isTrue();
    assertThat(forward().targetGroupStickinessConfig().durationSeconds()).isEqualTo(60);
  }
}
