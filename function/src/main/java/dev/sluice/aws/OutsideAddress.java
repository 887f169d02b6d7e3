package dev.sluice.aws;

import dev.sluice.aws.LambdaAliasActuator.Alias;
import dev.sluice.aws.TargetGroupActuator.Rule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What splits a deployment's traffic, and what rollouts call that deployment.
///
///     lambda:sluice:live                    an alias; called sluice, as its function is
///     alb:arn:aws:…:listener-rule/app/web/… a rule; called web, as its load balancer is
///     api=lambda:sluice:live                the same alias, called api
public sealed interface OutsideAddress permits Alias, Rule {
  /// What a text of addresses must be, for messages.
  String FORM =
      "[NAME=]lambda:FUNCTION:ALIAS or [NAME=]alb:RULE_ARN, by commas, each with another name";

  // What a model and a rollout's path take as a name.
  String NAME = "(?:(?<name>[A-Za-z0-9][A-Za-z0-9._-]{0,127})=)?";
  // A number as an alias would be a version.
  Pattern OF_FUNCTION =
      Pattern.compile(
          NAME
              + "lambda:(?<function>[A-Za-z0-9][A-Za-z0-9_-]{0,63})"
              + ":(?<alias>(?![0-9]+$)[A-Za-z0-9_-]{1,128})");
  Pattern OF_RULE =
      Pattern.compile(
          NAME
              + "alb:(?<arn>arn:[a-z0-9-]+:elasticloadbalancing:[a-z0-9-]+:[0-9]{12}"
              + ":listener-rule/app/(?<balancer>[A-Za-z0-9][A-Za-z0-9-]{0,31})"
              + "/[a-z0-9]+/[a-z0-9]+/[a-z0-9]+)");

  /// What rollouts call it.
  String model();

  /// Reads addresses, with commas between them. No text is none of them.
  ///
  /// @throws IllegalArgumentException when one is none, or a name or a place comes twice; the
  ///     message begins with [#FORM]
  static List<OutsideAddress> parse(String text) {
    List<OutsideAddress> addresses = new ArrayList<>();
    Set<String> names = new HashSet<>();
    Set<String> places = new HashSet<>();
    for (String each : text.isBlank() ? new String[0] : text.split(",", -1)) {
      OutsideAddress address = address(each.strip());
      if (!names.add(address.model())) {
        throw wrong(
            "two are called %s, so put another name and = before one".formatted(address.model()));
      }
      // Two rollouts would move it to and fro. Its text is where it is, without what it is called.
      if (!places.add(address.toString())) {
        throw wrong(address + " is there twice");
      }
      addresses.add(address);
    }
    return List.copyOf(addresses);
  }

  private static OutsideAddress address(String text) {
    Matcher alias = OF_FUNCTION.matcher(text);
    if (alias.matches()) {
      String function = alias.group("function");
      return new Alias(name(alias).orElse(function), function, alias.group("alias"));
    }
    Matcher rule = OF_RULE.matcher(text);
    if (rule.matches()) {
      return new Rule(name(rule).orElse(rule.group("balancer")), rule.group("arn"));
    }
    throw wrong("one is neither");
  }

  private static Optional<String> name(Matcher address) {
    return Optional.ofNullable(address.group("name"));
  }

  private static IllegalArgumentException wrong(String what) {
    return new IllegalArgumentException(FORM + ": " + what);
  }
}
