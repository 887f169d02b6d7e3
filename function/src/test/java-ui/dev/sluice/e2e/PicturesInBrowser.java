package dev.sluice.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions.HasAttributeOptions;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;

/// Writes the pictures of the documents, of rollouts that really happen:
///
///     mvn verify -Pui -Dsluice.pictures=true -Dit.test=PicturesInBrowser
@ExtendWith(OnStage.class)
@EnabledIfSystemProperty(named = "sluice.pictures", matches = "true")
class PicturesInBrowser {
  private static final double ENOUGH_MS = 300_000;
  private static final String DRAWN = "path[data-name=canary][d]";
  private static final int TALL = 1180;
  private static final int PHONE_TALL = 844;
  private static final String PLAN =
      """
      {"model":"digits","version":"%s","name":"%s","start":true,"promotion":"manual",
       "units":"request","steps":[10,25,50],"window_seconds":10,
       "min_windows_per_step":2,"min_windows_total":6,"min_units_per_step":50,
       "guards":[
         {"name":"wrong_digits","metric":"loss","score":"reward","kind":"ratio",
          "harm":1.2,"safe":1.5,"floor":0.05},
         {"metric":"error_rate","kind":"ratio","harm":1.5,"safe":2,"floor":0.02},
         {"metric":"slower_than","limit_ms":100,"kind":"ratio","harm":1.5,"safe":2,
          "floor":0.05}]}""";
  private static final String NOBODY_CALLS =
      "{\"model\":\"sms\",\"version\":\"v2\",\"name\":\"spam of this year\",\"start\":true}";

  private Stage stage;
  private Operated operated;

  @BeforeEach
  void come(Stage stage) throws Exception {
    this.stage = stage;
    operated = stage.operated();
    operated.rollBackAll();
  }

  @AfterEach
  void leave() throws Exception {
    operated.rollBackAll();
    if (!operated.stable().equals("A")) {
      // What the next picture is held against.
      stage.service().operate("POST", "/admin/promote", "{\"reason\":\"the next picture\"}");
    }
  }

  @Test
  void aRollback() throws Exception {
    stage.read(Map.of("A", 0.964, "B", 0.992, "C", 0.95));
    String rollout = operated.release(PLAN.formatted("C", "a smaller network"));
    try (Visit visit = stage.operator(Screen.LIGHT)) {
      RolloutPage seen = RolloutPage.at(visit, rollout);
      assertThat(seen.page().getByText("25 %").first()).isVisible();
      awaitShare(seen, 25);
      stage.read(Map.of("A", 0.964, "B", 0.992, "C", 0.91));
      awaitState(seen, "rolled_back");
    }
    shoot(Screen.LIGHT, "#/rollouts/" + rollout, TALL, DRAWN, "console-rollback-light");
    shoot(Screen.DARK, "#/rollouts/" + rollout, TALL, DRAWN, "console-rollback-dark");
    shoot(Screen.PHONE, "#/rollouts/" + rollout, PHONE_TALL, DRAWN, "console-phone");
  }

  @Test
  void aPromotion() throws Exception {
    stage.read(Map.of("A", 0.964, "B", 0.992, "C", 0.674));
    String quiet = operated.release(NOBODY_CALLS);
    String rollout = operated.release(PLAN.formatted("B", "trained on more sevens"));
    try (Visit visit = stage.operator(Screen.LIGHT)) {
      RolloutPage seen = RolloutPage.at(visit, rollout);
      awaitShare(seen, 25);
      shoot(Screen.LIGHT, "#/", 800, "[data-testid=model-sms]", "console-overview");
      awaitState(seen, "completed");
      seen.control("Promote").click();
      seen.say("better at sevens");
      awaitState(seen, "promoted");
    }
    shoot(Screen.LIGHT, "#/rollouts/" + rollout, TALL, DRAWN, "console-promotion-light");
    shoot(Screen.DARK, "#/rollouts/" + rollout, TALL, DRAWN, "console-promotion-dark");
    shoot(
        Screen.LIGHT,
        "#/rollouts/" + quiet,
        800,
        "[data-testid=no-data]:visible",
        "console-no-data");
  }

  private static void awaitState(RolloutPage seen, String state) {
    assertThat(seen.rollout())
        .hasAttribute("data-state", state, new HasAttributeOptions().setTimeout(ENOUGH_MS));
  }

  private static void awaitShare(RolloutPage seen, int share) {
    seen.page()
        .waitForFunction(
            "share => document.querySelector('[aria-current=step]')?.textContent.startsWith(share)",
            String.valueOf(share),
            new Page.WaitForFunctionOptions().setTimeout(ENOUGH_MS));
  }

  /// @param drawn what the page has when it has been drawn
  private void shoot(Screen screen, String route, int height, String drawn, String name)
      throws Exception {
    try (Visit visit = stage.operator(screen)) {
      Page page = visit.page();
      page.setViewportSize(page.viewportSize().width, height);
      visit.at(route);
      assertThat(page.locator("[data-live]")).hasAttribute("data-live", "live");
      assertThat(page.locator(drawn).first()).isVisible();
      page.screenshot(
          new Page.ScreenshotOptions()
              .setPath(RunningService.home().resolve(Path.of("function/docs/img", name + ".png"))));
    }
  }
}
