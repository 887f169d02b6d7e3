package dev.sluice.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.GetByRoleOptions;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Answers that are not what the console has asked for: it says so, and goes on.
@ExtendWith(OnStage.class)
class BetweenInBrowser {
  private static final String MODELS = "**/admin/models";

  private Stage stage;

  @BeforeEach
  void come(Stage stage) throws Exception {
    this.stage = stage;
    stage.operated().rollBackAll();
  }

  @AfterEach
  void leave() throws Exception {
    stage.operated().rollBackAll();
  }

  private static Locator notice(Page page) {
    return page.getByTestId("notice");
  }

  private static void answer(Page page, String url, String type, String body) {
    page.route(
        url, route -> route.fulfill(new Route.FulfillOptions().setContentType(type).setBody(body)));
  }

  @Test
  void thePageOfAProxyIsSaidToBeOneAndSurvived() throws Exception {
    try (Visit visit = stage.operator(Screen.LIGHT)) {
      Page page = visit.page();
      answer(page, MODELS, "text/html", "<!doctype html><title>Log in to the proxy</title>");
      visit.at("#/models");

      assertThat(notice(page)).containsText("Something in between answers");
      assertThat(page.getByRole(AriaRole.STATUS).last()).containsText("Something in between");
      page.unroute(MODELS);

      assertThat(page.getByTestId("version-sms-v1")).isVisible();
      assertThat(notice(page)).hasCount(0);
    }
  }

  @Test
  void thePageOfAProxyLetsNobodyIn() {
    try (Visit visit = stage.stranger(Screen.LIGHT)) {
      Page page = visit.at("");
      answer(page, "**/console/session", "text/html", "<!doctype html><title>Welcome</title>");
      page.getByLabel("Token").fill(RunningService.ADMIN);
      page.getByRole(AriaRole.BUTTON, new GetByRoleOptions().setName("Log in")).click();

      assertThat(page.getByRole(AriaRole.ALERT)).containsText("no answer of Sluice");
    }
  }

  @Test
  void anAnswerThatBreaksAPageIsSaidAndThePageGoesOn() throws Exception {
    try (Visit visit = stage.operator(Screen.LIGHT).meaning("error: TypeError.*")) {
      Page page = visit.page();
      answer(page, MODELS, "application/json", "{\"models\":[null]}");
      visit.at("#/models");

      assertThat(notice(page)).containsText("This page has a fault");
      page.unroute(MODELS);

      assertThat(page.getByTestId("version-sms-v1")).isVisible();
    }
  }

  @Test
  void aPageDoesNotWaitForTheOneBefore() throws Exception {
    try (Visit visit = stage.operator(Screen.LIGHT)) {
      Page page = visit.page();
      page.route(MODELS, held -> {});
      page.waitForRequest(MODELS, () -> visit.at("#/models"));

      page.getByRole(AriaRole.LINK, new GetByRoleOptions().setName("System")).click();

      assertThat(page.getByText("TICK_SECONDS")).isVisible();
      assertThat(page).hasTitle("System · Sluice");
    }
  }
}
