package dev.sluice.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;

/// The body that creates a rollout.
final class Plan {
  private Plan() {}

  /// The plan that was ordered, for the version that was ordered, to be started at once.
  static String of(Order order) {
    try {
      var plan = (ObjectNode) new ObjectMapper().readTree(order.plan().toFile());
      plan.put("version", order.version());
      plan.put("name", "load test: " + order.version());
      plan.put("start", true);
      // The text is one of Gatling's expressions.
      return plan.toString().replace("#{", "##{");
    } catch (IOException unread) {
      throw new UncheckedIOException("the plan cannot be read: " + order.plan(), unread);
    }
  }
}
