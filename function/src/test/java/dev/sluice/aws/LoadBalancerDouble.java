package dev.sluice.aws;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.aws.FaultyServer.Answer;
import dev.sluice.aws.FaultyServer.Request;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One rule of a load balancer: what it forwards, after it has asked who is there, and the health
/// of what it forwards to.
final class LoadBalancerDouble implements FaultyServer.World {
  static final String RULE = "arn:aws:elasticloadbalancing:us-east-1:0:listener-rule/app/a/b/c/d";
  static final String STABLE = "arn:aws:elasticloadbalancing:us-east-1:0:targetgroup/stable/1";
  static final String CANARY = "arn:aws:elasticloadbalancing:us-east-1:0:targetgroup/canary/2";

  private final List<Map<String, String>> updates = new ArrayList<>();
  private final Map<String, List<String>> health = new HashMap<>();
  private List<Group> groups = List.of(new Group(STABLE, 100), new Group(CANARY, 0));

  record Group(String arn, int weight) {}

  synchronized List<Group> groups() {
    return groups;
  }

  synchronized List<Map<String, String>> updates() {
    return List.copyOf(updates);
  }

  synchronized void set(Group... next) {
    groups = List.of(next);
  }

  /// The states of the targets of a group; no other group is there.
  synchronized void health(String group, String... states) {
    health.put(group, List.of(states));
  }

  synchronized int weight(String arn) {
    return groups.stream().filter(group -> group.arn.equals(arn)).mapToInt(Group::weight).sum();
  }

  @Override
  public synchronized Answer to(Request request) {
    Map<String, String> form = form(new String(request.body(), UTF_8));
    String action = form.getOrDefault("Action", "");
    if (action.equals("DescribeTargetHealth")) {
      return Optional.ofNullable(health.get(form.getOrDefault("TargetGroupArn", "")))
          .map(LoadBalancerDouble::targets)
          .orElseGet(
              () -> error(400, "TargetGroupNotFound", "One or more target groups not found"));
    }
    if (!RULE.equals(form.get("RuleArn")) && !RULE.equals(form.get("RuleArns.member.1"))) {
      return error(400, "RuleNotFound", "One or more rules not found");
    }
    if (action.equals("ModifyRule")) {
      updates.add(form);
      String list = "Actions.member.2.ForwardConfig.TargetGroups.member.";
      List<Group> next = new ArrayList<>();
      for (int i = 1; form.containsKey(list + i + ".TargetGroupArn"); i++) {
        next.add(
            new Group(
                form.getOrDefault(list + i + ".TargetGroupArn", ""),
                Integer.parseInt(form.getOrDefault(list + i + ".Weight", "0"))));
      }
      groups = next;
    }
    return xml(
        200,
        "<%1$sResponse><%1$sResult>%2$s</%1$sResult></%1$sResponse>".formatted(action, rules()));
  }

  private static Answer targets(List<String> states) {
    String all =
        String.join(
            "",
            states.stream()
                .map("<member><TargetHealth><State>%s</State></TargetHealth></member>"::formatted)
                .toList());
    return xml(
        200,
        """
        <DescribeTargetHealthResponse><DescribeTargetHealthResult>
        <TargetHealthDescriptions>%s</TargetHealthDescriptions>
        </DescribeTargetHealthResult></DescribeTargetHealthResponse>"""
            .formatted(all));
  }

  private String rules() {
    String tuples =
        String.join(
            "",
            groups.stream()
                .map(
                    group ->
                        "<member><TargetGroupArn>%s</TargetGroupArn><Weight>%d</Weight></member>"
                            .formatted(group.arn, group.weight))
                .toList());
    return """
        <Rules><member><RuleArn>%s</RuleArn><Actions>
        <member><Type>authenticate-oidc</Type><Order>1</Order><AuthenticateOidcConfig>
        <Issuer>https://who.example</Issuer><ClientId>sluice</ClientId>
        </AuthenticateOidcConfig></member>
        <member><Type>forward</Type><Order>2</Order><ForwardConfig>
        <TargetGroups>%s</TargetGroups>
        <TargetGroupStickinessConfig><Enabled>true</Enabled><DurationSeconds>60</DurationSeconds>
        </TargetGroupStickinessConfig></ForwardConfig></member>
        </Actions></member></Rules>"""
        .formatted(RULE, tuples);
  }

  private static Map<String, String> form(String body) {
    Map<String, String> form = new HashMap<>();
    for (String each : body.split("&")) {
      String[] pair = each.split("=", 2);
      form.put(pair[0], pair.length == 2 ? URLDecoder.decode(pair[1], UTF_8) : "");
    }
    return form;
  }

  private static Answer xml(int status, String body) {
    return new Answer(status, "text/xml", body.getBytes(UTF_8), Map.of());
  }

  @Override
  public Answer error(int status, String code, String message) {
    return xml(
        status,
        "<ErrorResponse><Error><Type>Sender</Type><Code>%s</Code><Message>%s</Message></Error></ErrorResponse>"
            .formatted(code, message));
  }
}
