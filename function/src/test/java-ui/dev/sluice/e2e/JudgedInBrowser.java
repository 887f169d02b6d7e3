package dev.sluice.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Page;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Rollouts that are judged while somebody watches, by the traffic that comes in meanwhile.
@ExtendWith(OnStage.class)
class JudgedInBrowser {
  private static final double ENOUGH_MS = 120_000;

  private Stage stage;
  private Operated operated;
  private Visit visit;

  @BeforeEach
  void come(Stage stage) throws Exception {
    this.stage = stage;
    operated = stage.operated();
    operated.rollBackAll();
    visit = stage.operator(Screen.LIGHT);
  }

  @AfterEach
  void leave() throws Exception {
    visit.close();
    operated.rollBackAll();
    if (!operated.stable().equals("A")) {
      // What other tests are held against.
      stage.service().operate("POST", "/admin/promote", "{\"reason\":\"a test\"}");
    }
  }

  private static void awaitState(RolloutPage seen, String state) {
    // Looked at in every frame, as its moment is measured.
    seen.page()
        .waitForFunction(
            "state => document.querySelector('[data-state]')?.dataset.state === state",
            state,
            new Page.WaitForFunctionOptions().setTimeout(ENOUGH_MS));
  }

  @Test
  void aHarmfulCanaryIsSeenRolledBackWithoutAReload() throws Exception {
    Page page = visit.at("#/new?digits");
    page.evaluate("() => { window.neverReloaded = true }");
    page.getByLabel("Version on trial").selectOption("C");
    page.getByLabel("Preset").selectOption("fast");
    page.getByLabel("Steps, percent").fill("50");
    assertThat(page.getByTestId("forecast")).containsText("Promotion in");
    page.getByTestId("start").click();

    RolloutPage seen = new RolloutPage(page);
    assertThat(seen.headline()).containsText("no data yet");
    String rollout = page.url().replaceAll(".*/", "");

    awaitState(seen, "rolled_back");
    Instant shown = Instant.now();

    assertThat(seen.headline()).containsText("rolled back by judge");
    assertThat(seen.headline()).containsText("latency_p95 proven slower");
    assertThat(seen.banner().first()).containsText("C was rolled back");
    assertThat(seen.history()).containsText("running");
    assertThat(page.getByTestId("event-rolled_back")).containsText("latency_p95 proven slower");
    for (String name : new String[] {"stable", "canary", "harm", "canary-errors", "canary-p95"}) {
      assertThat(seen.drawn(name)).hasAttribute("d", Pattern.compile("M.+"));
    }
    assertThat(seen.control("Roll back")).hasCount(0);
    assertThat((Boolean) page.evaluate("() => window.neverReloaded")).isTrue();
    report(rollout, shown);
    page.getByText("Show numbers").first().click();
    assertThat(page.getByText("Share of traffic, numbers")).isAttached();
    assertThat(Barriers.of(page)).as("with plots").isEmpty();
    for (Screen screen : Screen.values()) {
      page.setViewportSize(screen.width(), screen.height());
      assertThat(Barriers.sideways(page)).as("with plots, %s", screen).isZero();
    }
  }

  /// Prints how long it took from the decision to those who are to know of it.
  private void report(String rollout, Instant shown) throws Exception {
    JsonNode end = operated.history(rollout).getLast();
    Instant decided = Instant.parse(end.path("at").asText());
    Poll.until(
        Duration.ofSeconds(10),
        () -> stage.hook().about(rollout, "rolled_back").isPresent(),
        () -> "no webhook of " + rollout);
    Instant told = stage.hook().about(rollout, "rolled_back").orElseThrow().at();
    System.out.printf(
        "from rollback to console %d ms, to webhook %d ms%n",
        Duration.between(decided, shown).toMillis(), Duration.between(decided, told).toMillis());
  }

  @Test
  void aProvenCanaryWaitsForAPersonAndIsPromotedWithAReason() throws Exception {
    String rollout =
        operated.release(
            """
          {"model":"digits","version":"B","start":true,"promotion":"manual","units":"request",
           "steps":[50],"window_seconds":10,
           "min_windows_per_step":1,"min_windows_total":2,"min_units_per_step":50,
           "guards":[
             {"metric":"error_rate","kind":"ratio","harm":1.5,"safe":2,"floor":0.02},
             {"name":"wrong","metric":"loss","score":"reward","kind":"ratio",
              "harm":1.2,"safe":1.5,"floor":0.05}]}""");
    RolloutPage seen = RolloutPage.at(visit, rollout);

    awaitState(seen, "completed");

    assertThat(seen.banner()).containsText("waits for a person");
    // More than one window has been drawn meanwhile.
    assertThat(seen.drawn("canary-requests")).hasAttribute("d", Pattern.compile("M.+L.+"));
    seen.control("Promote").click();
    assertThat(seen.dialog()).containsText("B becomes stable");
    assertThat(seen.dialog()).containsText("100");
    seen.say("better at sevens");
    assertThat(seen.rollout()).hasAttribute("data-state", "promoted");
    assertThat(seen.banner()).containsText("B was promoted");
    assertThat(seen.history()).containsText("better at sevens");
    assertThat(seen.history()).containsText(Session.ACTOR);
    assertThat(operated.stable()).isEqualTo("B");
  }
}
