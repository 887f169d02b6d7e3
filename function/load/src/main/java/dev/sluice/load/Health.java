package dev.sluice.load;

import static io.gatling.javaapi.core.CoreDsl.bodyString;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.responseTimeInMillis;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.gatling.javaapi.core.Simulation;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// What balancers, orchestrators and Prometheus ask, as often as many of them would.
public final class Health extends Simulation {
  private static final List<String> PATHS =
      List.of("/healthz", "/ready", "/health", "/v2/health/ready", "/metrics");

  private final Order order = Order.given();
  private final Course course = Course.steady("health", order);
  private final Run run = new Run("health", order, course);

  public Health() {
    Iterator<Map<String, Object>> paths =
        Stream.generate(() -> PATHS)
            .flatMap(List::stream)
            .map(path -> Map.<String, Object>of("path", path))
            .iterator();
    setUp(
            run.afterWarmUp(
                scenario("health")
                    .feed(paths)
                    .exec(
                        exec(
                            http("#{path}")
                                .get("#{path}")
                                .check(
                                    status().saveAs("status"),
                                    responseTimeInMillis().saveAs("milliseconds"),
                                    bodyString()
                                        .transformWithSession(
                                            (body, session) -> session.getInt("status"))
                                        .is(200))))
                    .exec(
                        session -> {
                          Predictions.count(session, run.whole());
                          return session;
                        })
                    .injectOpen(course.injection())))
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
