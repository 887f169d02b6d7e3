package dev.sluice.load;

import io.gatling.javaapi.core.Simulation;
import java.util.Map;

/// Five times as much for a fifth of the time: whether the service is itself again afterwards.
///
/// During the spike it may refuse (503); before and after it may not.
public final class Spike extends Simulation {
  private final Order order = Order.given();
  private final Course course = Course.spike(order);
  private final Run run = new Run("spike", order, course);

  public Spike() {
    setUp(run.traffic())
        .protocols(run.protocol())
        .assertions(run.assertion())
        .maxDuration(run.longest());
  }

  @Override
  public void after() {
    run.close();
    Course.Phase after = course.phases().getLast();
    var gates = run.gates(run.phase(after.name()), after.requests(), true);
    gates.replaceAll(gate -> gate.of(after.name()));
    gates.add(Gate.errors(run.phase("before"), order.maxErrorShare(), true).of("before"));
    gates.add(Gate.errors(run.whole(), order.maxErrorShare(), false).of("all, without 503"));
    run.finish(gates, Map.of());
  }
}
