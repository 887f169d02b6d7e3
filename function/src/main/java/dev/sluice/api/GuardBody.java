package dev.sluice.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.experiment.Guard;
import dev.sluice.experiment.Rule;
import java.util.Map;
import java.util.Optional;

/// A guard as JSON: a metric, a kind of rule with its margins, and what its harm does.
///
///     {"metric": "error_rate", "kind": "ratio", "harm": 1.1, "safe": 1.5, "floor": 0.001}
///     {"metric": "latency_p95", "kind": "percentage", "tolerance": 0.1, "action": "alert"}
///
/// What is written reads back as the same guard.
final class GuardBody {
  private static final Map<String, Guard.Role> ROLES = WireWords.map(Guard.Role.values());
  private static final Map<String, Guard.Action> ACTIONS = WireWords.map(Guard.Action.values());
  private static final int LONGEST_NAME = 64;
  private static final double LEAST_WEIGHT = 0.001;
  private static final double LARGEST_WEIGHT = 1_000;

  private GuardBody() {}

  /// Reads a guard; none where something is wrong with it, which is named then.
  static Optional<Guard> read(Members guard) {
    Optional<String> metric = guard.text("metric", LONGEST_NAME);
    Optional<String> name = name(guard);
    double weight = guard.number("weight", LEAST_WEIGHT, LARGEST_WEIGHT).orElse(1);
    Guard.Role role = guard.choice("role", ROLES).orElse(Guard.Role.PACING);
    Guard.Action action = guard.choice("action", ACTIONS).orElse(Guard.Action.ROLL_BACK);
    guard.demand("metric");
    Optional<Rule> rule = metric.flatMap(known -> RuleBody.read(known, guard));
    guard.nothingElse();
    return rule.map(
        found ->
            new Guard(
                name.orElseGet(() -> metric.orElse("guard").replace('.', '_')),
                found,
                weight,
                role,
                action));
  }

  private static Optional<String> name(Members guard) {
    Optional<String> name = guard.text("name", LONGEST_NAME);
    if (name.isPresent() && !name.get().matches("[a-z][a-z0-9_]{0,63}")) {
      guard.fault("name", "must match [a-z][a-z0-9_]{0,63}");
      return Optional.empty();
    }
    return name;
  }

  static ObjectNode write(Guard guard) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("name", guard.name());
    RuleBody.write(guard.rule(), node);
    node.put("action", WireWords.of(guard.action()));
    node.put("role", WireWords.of(guard.role()));
    node.set("weight", Decimals.node(guard.weight()));
    return node;
  }
}
