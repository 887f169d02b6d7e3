package dev.sluice.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.GetByRoleOptions;
import com.microsoft.playwright.options.AriaRole;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every page, on every screen: nothing stands in anybody's way.
@ExtendWith(OnStage.class)
class PagesInBrowser {
  private Stage stage;
  // What each page has when it has been drawn: an empty one stands in nobody's way.
  private Map<String, String> drawn;

  @BeforeEach
  void release(Stage stage) throws Exception {
    this.stage = stage;
    Operated operated = stage.operated();
    operated.rollBackAll();
    String rollout =
        operated.release("{\"model\":\"sms\",\"version\":\"v2\",\"steps\":[10,50],\"start\":true}");
    drawn =
        Map.of(
            "#/",
            "[data-testid=model-sms]",
            "#/rollouts/" + rollout,
            "[data-testid=no-data]:visible",
            "#/new",
            "[data-testid=forecast]",
            "#/models",
            "[data-testid=version-sms-v1]",
            "#/history",
            ".history li",
            "#/system",
            "td code");
  }

  @AfterEach
  void tidy() throws Exception {
    stage.operated().rollBackAll();
  }

  @ParameterizedTest
  @EnumSource
  void nothingStandsInAnybodysWay(Screen screen) throws Exception {
    try (Visit visit = stage.operator(screen)) {
      for (String route : drawn.keySet()) {
        Page page = visit.at(route);
        assertThat(heading(page)).isVisible();
        assertThat(page.locator(drawn.get(route)).first()).isVisible();
        assertThat(page.locator("[data-live]")).hasAttribute("data-live", "live");

        assertThat(Barriers.of(page)).as("%s, %s", route, screen).isEmpty();
        assertThat(Barriers.sideways(page)).as("%s, %s", route, screen).isZero();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void norInTheWayIn(Screen screen) {
    try (Visit visit = stage.stranger(screen)) {
      Page page = visit.at("");
      assertThat(page.getByLabel("Token")).isVisible();

      assertThat(Barriers.of(page)).isEmpty();
      assertThat(Barriers.sideways(page)).isZero();
    }
  }

  private static Locator heading(Page page) {
    return page.getByRole(AriaRole.HEADING, new GetByRoleOptions().setLevel(1));
  }

  @Test
  void theOverviewShowsWhatRunsThoughADraftIsNewer() throws Exception {
    stage.operated().release("{\"model\":\"sms\",\"version\":\"v2\",\"steps\":[10]}");
    try (Visit visit = stage.operator(Screen.LIGHT)) {
      Locator row = visit.at("#/").getByTestId("model-sms");

      assertThat(row).containsText("v1 → v2");
      assertThat(row.getByText("running", new Locator.GetByTextOptions().setExact(true)))
          .isVisible();
    }
  }

  @Test
  void theHistoryNamesTheVersions() throws Exception {
    try (Visit visit = stage.operator(Screen.LIGHT)) {
      assertThat(visit.at("#/history?model=sms").locator(".history li").first())
          .containsText("v1 → v2");
    }
  }

  @Test
  void theSystemIsShownWithoutItsSecrets() throws Exception {
    try (Visit visit = stage.operator(Screen.LIGHT)) {
      Page page = visit.at("#/system");

      assertThat(page.getByText("TICK_SECONDS")).isVisible();
      assertThat(page.getByText("ADMIN_TOKEN", new Page.GetByTextOptions().setExact(true)))
          .isVisible();
      assertThat(page.content())
          .doesNotContain(RunningService.ADMIN, RunningService.VIEWER, Hook.SECRET);
    }
  }

  @Test
  void theOverviewHasEveryModelAndThoseWithARolloutFirst() throws Exception {
    try (Visit visit = stage.operator(Screen.LIGHT)) {
      Page page = visit.at("#/");

      assertThat(page.getByTestId("model-digits")).containsText("A");
      assertThat(page.getByTestId("model-sms")).containsText("running");
      assertThat(page.locator("tbody tr").first()).containsText("sms");
    }
  }
}
