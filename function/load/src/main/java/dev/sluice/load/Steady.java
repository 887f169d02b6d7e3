package dev.sluice.load;

import io.gatling.javaapi.core.Simulation;
import java.util.Map;

/// One rate, from the beginning to the end.
public final class Steady extends Simulation {
  private final Order order = Order.given();
  private final Course course = Course.steady("steady", order);
  private final Run run = new Run("steady", order, course);

  public Steady() {
    setUp(run.traffic())
        .protocols(run.protocol())
        .assertions(run.assertion())
        .maxDuration(run.longest());
  }

  @Override
  public void after() {
    run.close();
    run.finish(run.gates(run.whole(), course.requests(), true), Map.of());
  }
}
