package dev.sluice.load;

import io.gatling.javaapi.core.Simulation;
import java.util.Map;

/// Eight steps up to the rate that was ordered: where the service is full.
///
/// It is full where it refuses (503), or where answers are few enough that they cannot have kept
/// up. It may refuse, and must not fail: other errors count against it at every step.
public final class Ramp extends Simulation {
  private static final double KEEPS_UP = 0.99;

  private final Order order = Order.given();
  private final Course course = Course.ramp(order);
  private final Run run = new Run("ramp", order, course);

  public Ramp() {
    setUp(run.traffic())
        .protocols(run.protocol())
        .assertions(run.assertion())
        .maxDuration(run.longest());
  }

  @Override
  public void after() {
    run.close();
    String kept =
        course.phases().stream()
            .takeWhile(phase -> keptUp(run.phase(phase.name())))
            .reduce((first, second) -> second)
            .map(Course.Phase::name)
            .orElse("none");
    Course.Phase first = course.phases().getFirst();
    var gates = run.gates(run.phase(first.name()), first.requests(), true);
    gates.replaceAll(gate -> gate.of(first.name()));
    gates.add(Gate.errors(run.whole(), order.maxErrorShare(), false).of("all, without 503"));
    run.finish(gates, Map.of("keeps_up_at", kept));
  }

  private static boolean keptUp(Tally tally) {
    return tally.all() > 0 && tally.of(Tally.End.ANSWERED) >= KEEPS_UP * tally.all();
  }
}
