package dev.sluice.control;

import java.nio.file.Path;
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
///     nginx:/etc/nginx/web.conf             a file that nginx includes; called web, as the file is
///     api=lambda:sluice:live                the same alias, called api
public sealed interface OutsideAddress {
  /// What a text of addresses must be, for messages.
  String FORM =
      "[NAME=]lambda:FUNCTION:ALIAS, [NAME=]alb:RULE_ARN or [NAME=]nginx:/FILE, by commas, each"
          + " with another name";

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

  // Without commas, and without what would go up again.
  Pattern OF_FILE =
      Pattern.compile(
          NAME
              + "nginx:(?<path>/(?:[^/,\\p{Cntrl}]+/)*"
              + "(?<file>[A-Za-z0-9][A-Za-z0-9_-]{0,127})(?:\\.[A-Za-z0-9._-]{1,64})?)");

  /// What rollouts call it.
  String model();

  /// An alias of a function.
  record Alias(String model, String function, String name) implements OutsideAddress {
    @Override
    public String toString() {
      return "alias " + name + " of function " + function;
    }
  }

  /// A rule of a listener, by its ARN.
  record Rule(String model, String arn) implements OutsideAddress {
    @Override
    public String toString() {
      return "rule " + arn;
    }
  }

  /// A file that nginx includes, with one upstream.
  ///
  /// @param file its absolute path
  record Include(String model, Path file) implements OutsideAddress {
    @Override
    public String toString() {
      return "file " + file;
    }
  }

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
    Matcher file = OF_FILE.matcher(text);
    if (file.matches()) {
      return new Include(
          name(file).orElse(file.group("file")), Path.of(file.group("path")).normalize());
    }
    throw wrong("one is none of these");
  }

  private static Optional<String> name(Matcher address) {
    return Optional.ofNullable(address.group("name"));
  }

  private static IllegalArgumentException wrong(String what) {
    return new IllegalArgumentException(FORM + ": " + what);
  }
}
