package dev.sluice.load;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;

import io.gatling.javaapi.core.Assertion;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.http.HttpProtocolBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/// One load test: what was ordered, what is counted, and what is written at its end.
final class Run {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final String name;
  private final Order order;
  private final Course course;
  private final Predictions predictions = new Predictions();
  private final Tally whole = new Tally();
  private final Map<String, Tally> phases = new LinkedHashMap<>();
  private final AtomicLong begun = new AtomicLong();

  Run(String name, Order order, Course course) {
    this.name = name;
    this.order = order;
    this.course = course;
    course.phases().forEach(phase -> phases.put(phase.name(), new Tally()));
  }

  /// Answers to everything that was measured.
  Tally whole() {
    return whole;
  }

  Tally phase(String phase) {
    return Optional.ofNullable(phases.get(phase)).orElseThrow();
  }

  Predictions predictions() {
    return predictions;
  }

  HttpProtocolBuilder protocol() {
    HttpProtocolBuilder protocol =
        http.baseUrl(order.base())
            .shareConnections()
            .disableWarmUp()
            .disableCaching()
            .userAgentHeader("sluice-load");
    if (Order.user().isPresent()) {
      String[] user = Order.user().get().split(":", 2);
      return protocol.basicAuth(user[0], user.length > 1 ? user[1] : "");
    }
    return Order.apiKey()
        .map(key -> protocol.authorizationHeader("Bearer " + key))
        .orElse(protocol);
  }

  /// The mixed traffic of the course, after a warm-up at its first rate.
  PopulationBuilder traffic() {
    var feeder = predictions.mixed();
    return afterWarmUp(
        scenario(name)
            .exec(
                session -> {
                  begun.compareAndSet(0, System.nanoTime());
                  return session.set(
                      "phase", course.at(Duration.ofNanos(System.nanoTime() - begun.get())).name());
                })
            .exec(Predictions.measured(feeder))
            .exec(
                session -> {
                  Predictions.count(session, whole);
                  Predictions.count(session, phase(String.valueOf(session.getString("phase"))));
                  return session;
                })
            .injectOpen(course.injection()));
  }

  PopulationBuilder afterWarmUp(PopulationBuilder main) {
    if (order.warmUp().isZero()) {
      return main;
    }
    return scenario("warm up")
        .exec(Predictions.silent(predictions.mixed()))
        .injectOpen(
            constantUsersPerSec(course.phases().getFirst().perSecond()).during(order.warmUp()))
        .andThen(main);
  }

  Duration longest() {
    return course.phases().stream()
        .map(Course.Phase::length)
        .reduce(order.warmUp(), Duration::plus)
        .plus(PATIENCE.multipliedBy(2));
  }

  /// What Gatling holds by itself, for its report. It takes 429 and 503 for answers, and reckons
  /// percentiles over them too: those gates are ours.
  Assertion assertion() {
    return global().failedRequests().percent().lte(order.maxErrorShare() * 100);
  }

  /// The measuring is over: all that is said of it is of one moment.
  void close() {
    whole.close();
    phases.values().forEach(Tally::close);
  }

  /// The gates for a tally: that there was something, errors, and latencies where they were
  /// ordered.
  List<Gate> gates(Tally tally, double expected, boolean refusalsToo) {
    var gates = new ArrayList<Gate>();
    gates.add(Gate.measured(tally, expected));
    gates.add(Gate.errors(tally, order.maxErrorShare(), refusalsToo));
    order.p95Ms().ifPresent(most -> gates.add(Gate.latency(tally, 95, most)));
    order.p99Ms().ifPresent(most -> gates.add(Gate.latency(tally, 99, most)));
    return gates;
  }

  /// Writes and prints what came of it. Who runs this looks at `passed` of what is written:
  /// Gatling itself knows nothing of our gates, and an exception here would cost its report.
  void finish(List<Gate> gates, Map<String, Object> more) {
    new Summary(name, order, whole, phases, gates, more).write();
  }
}
