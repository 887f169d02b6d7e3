package dev.sluice.load;

import static io.gatling.javaapi.core.CoreDsl.StringBody;
import static io.gatling.javaapi.core.CoreDsl.asLongAs;
import static io.gatling.javaapi.core.CoreDsl.atOnceUsers;
import static io.gatling.javaapi.core.CoreDsl.bodyString;
import static io.gatling.javaapi.core.CoreDsl.doIf;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.jmesPath;
import static io.gatling.javaapi.core.CoreDsl.nothingFor;
import static io.gatling.javaapi.core.CoreDsl.pause;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.core.CoreDsl.stopLoadGenerator;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.ScenarioBuilder;
import io.gatling.javaapi.core.Session;
import io.gatling.javaapi.core.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A rollout under load: how long until it is decided, and what a bad canary costs callers until
/// then.
///
/// Callers send pictures of digits of which it is known what they are, and report how many were
/// read right. Beside them an operator creates the rollout by the admin API and looks at it twice
/// a second; when it has ended nothing more is sent.
public final class Rollout extends Simulation {
  private static final int PICTURES = 24;
  private static final Duration LOOKS = Duration.ofMillis(500);

  private final Order order = Order.given();
  private final Course course = Course.steady("rollout", order);
  private final Run run = new Run("rollout", order, course);
  private final Verdict verdict = new Verdict();

  public Rollout() {
    ScenarioBuilder callers =
        scenario("rollout")
            .exec(Predictions.measured(run.predictions().pictures(PICTURES)))
            .exec(this::judge)
            .exec(feedback());
    ScenarioBuilder operator =
        scenario("operator").exec(create()).exec(follow()).exec(stopLoadGenerator("it has ended"));
    setUp(
            run.afterWarmUp(callers.injectOpen(course.injection())),
            operator.injectOpen(nothingFor(order.warmUp().plusSeconds(1)), atOnceUsers(1)))
        .protocols(run.protocol())
        .assertions(run.assertion())
        .maxDuration(run.longest());
  }

  private Session judge(Session session) {
    Predictions.count(session, run.whole());
    if (session.contains("answer") && session.getInt("status") == 200) {
      Digits.Sheet sheet = session.get("sheet");
      if (sheet != null) {
        int right = sheet.right(String.valueOf(session.getString("answer")));
        String version = String.valueOf(session.getString("version"));
        verdict.answered(version, version.equals(order.version()), PICTURES, right);
        return session.set("reward", (double) right / PICTURES);
      }
    }
    return session;
  }

  private static ChainBuilder feedback() {
    return doIf(session -> session.contains("reward") && session.contains("token"))
        .then(
            exec(
                http("feedback")
                    .post("/v1/feedback")
                    .header("Content-Type", "application/json")
                    .body(StringBody("{\"token\":\"#{token}\",\"reward\":#{reward}}"))
                    .check(status().in(202, 429, 503))));
  }

  private ChainBuilder create() {
    return exec(http("create the rollout")
            .post("/admin/rollouts")
            .header("Authorization", "Bearer " + Order.adminToken().orElse(""))
            .header("X-Sluice-Actor", "load")
            .header("Content-Type", "application/json")
            .body(StringBody(Plan.of(order)))
            .check(
                bodyString().saveAs("created"), jmesPath("id").saveAs("rollout"), status().is(201)))
        .exec(
            session -> {
              if (session.contains("rollout")) {
                verdict.begun(String.valueOf(session.getString("rollout")));
              } else {
                verdict.refused(
                    session.contains("created")
                        ? String.valueOf(session.getString("created"))
                        : "no answer");
              }
              return session;
            });
  }

  private ChainBuilder follow() {
    return asLongAs(session -> verdict.open())
        .on(
            pause(LOOKS)
                .exec(
                    http("look at the rollout")
                        .get("/admin/rollouts/#{rollout}")
                        .header("Authorization", "Bearer " + Order.adminToken().orElse(""))
                        .check(
                            jmesPath("state").saveAs("state"),
                            jmesPath("headline").saveAs("headline")))
                .exec(
                    session -> {
                      if (session.contains("state")) {
                        verdict.looked(
                            String.valueOf(session.getString("state")),
                            String.valueOf(session.getString("headline")));
                      }
                      return session;
                    }));
  }

  @Override
  public void after() {
    run.close();
    List<Gate> gates = new ArrayList<>(run.gates(run.whole(), 1, true));
    gates.addFirst(verdict.gate(order.harmful() ? "rolled_back" : "promoted"));
    run.finish(gates, verdict.members());
  }
}
