package dev.sluice.load;

import static io.gatling.javaapi.core.CoreDsl.StringBody;
import static io.gatling.javaapi.core.CoreDsl.atOnceUsers;
import static io.gatling.javaapi.core.CoreDsl.bodyString;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.repeat;
import static io.gatling.javaapi.core.CoreDsl.responseTimeInMillis;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.header;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.Simulation;
import io.gatling.javaapi.http.HttpRequestActionBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/// What the service must refuse, and how: a version that one may not choose, a body that is too
/// large, a caller that asks too often. One caller, one request after the other.
public final class Limits extends Simulation {
  private static final int BURST = 400;
  private static final String TEXT = "{\"sentence\":\"I love this!\"}";

  private final Order order = Order.given();
  private final Run run = new Run("limits", order, Course.steady("limits", order));
  private final List<Gate> seen = new CopyOnWriteArrayList<>();

  public Limits() {
    var steps = new ArrayList<ChainBuilder>();
    steps.add(
        expect("debug header is answered", predict().header("X-Experiment-Group", "debug"), 200));
    steps.add(
        expect(
            "a version without a token is refused",
            predict().header("X-Model-Variant", "canary"),
            403));
    Order.adminToken()
        .ifPresent(
            token -> {
              String bearer = "Bearer " + token;
              steps.add(
                  expect(
                      "a version with the token is answered",
                      predict().header("X-Model-Variant", "stable").header("Authorization", bearer),
                      200));
              steps.add(
                  expect(
                      "a version that is not there is not found",
                      predict().header("X-Model-Variant", "nobody").header("Authorization", bearer),
                      404));
            });
    steps.add(
        expect(
            "a body of " + (order.maxBodyBytes() + 1) + " bytes is too large",
            http("too large")
                .post("/predict")
                .header("Content-Type", "application/json")
                .body(
                    StringBody("{\"sentence\":\"" + "a".repeat(order.maxBodyBytes() - 14) + "\"}")),
            413));
    setUp(scenario("limits").exec(exec(steps)).exec(burst()).injectOpen(atOnceUsers(1)))
        .protocols(run.protocol())
        .maxDuration(run.longest());
  }

  private static HttpRequestActionBuilder predict() {
    return http("override")
        .post("/predict")
        .header("Content-Type", "application/json")
        .body(StringBody(TEXT));
  }

  private ChainBuilder expect(String what, HttpRequestActionBuilder request, int expected) {
    return exec(session -> session.remove("status"))
        .exec(request.check(status().saveAs("status"), bodyString().saveAs("answer")))
        .exec(
            session -> {
              String status = session.contains("status") ? session.getString("status") : "none";
              seen.add(
                  new Gate(
                      what + " (" + expected + ")",
                      String.valueOf(status),
                      Integer.toString(expected).equals(status)));
              return session;
            });
  }

  /// As fast as they are answered; what is refused has to say until when, and be a problem.
  private ChainBuilder burst() {
    return repeat(BURST)
        .on(
            exec(session -> session.removeAll("status", "milliseconds", "retry", "answer"))
                .exec(
                    http("burst")
                        .post("/predict")
                        .header("Content-Type", "application/json")
                        .body(StringBody(TEXT))
                        .check(
                            status().saveAs("status"),
                            responseTimeInMillis().saveAs("milliseconds"),
                            header("Retry-After").optional().saveAs("retry"),
                            bodyString().saveAs("answer")))
                .exec(
                    session -> {
                      Predictions.count(session, run.whole());
                      if (session.contains("status") && session.getInt("status") == 429) {
                        boolean says =
                            session.contains("retry")
                                && String.valueOf(session.getString("answer"))
                                    .contains("urn:sluice:problem:rate-limited");
                        if (!says) {
                          seen.add(
                              new Gate(
                                  "429 has Retry-After and is a problem", "it does not", false));
                        }
                      }
                      return session;
                    }));
  }

  @Override
  public void after() {
    run.close();
    var gates = new ArrayList<>(seen);
    gates.add(
        new Gate(
            "some of " + BURST + " requests are answered",
            Long.toString(run.whole().of(Tally.End.ANSWERED)),
            run.whole().of(Tally.End.ANSWERED) > 0));
    gates.add(
        new Gate(
            "some of them are one too many (429; with RATE_LIMIT_RPS=0 none is)",
            Long.toString(run.whole().of(Tally.End.LIMITED)),
            run.whole().of(Tally.End.LIMITED) > 0));
    gates.add(Gate.errors(run.whole(), order.maxErrorShare(), true));
    run.finish(gates, Map.of());
  }
}
