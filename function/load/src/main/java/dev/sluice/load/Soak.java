package dev.sluice.load;

import io.gatling.javaapi.core.Simulation;
import java.util.Map;

/// One rate for long: whether the service needs more memory with time.
///
/// What it needs is asked for when the warm-up is over and at the end. It is shown and not
/// judged: a heap grows until it is collected, and only who knows the service's bounds can say
/// what is much.
public final class Soak extends Simulation {
  private final Order order = Order.given();
  private final Course course = Course.steady("soak", order);
  private final Run run = new Run("soak", order, course);
  private final Memory memory = new Memory(order);

  public Soak() {
    setUp(run.traffic())
        .protocols(run.protocol())
        .assertions(run.assertion())
        .maxDuration(run.longest());
  }

  @Override
  public void before() {
    memory.watch();
  }

  @Override
  public void after() {
    run.close();
    run.finish(run.gates(run.whole(), course.requests(), true), Map.of("memory", memory.seen()));
  }
}
