package dev.sluice.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.GetByRoleOptions;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Who gets in, as what, and for how long.
@ExtendWith(OnStage.class)
class LoginInBrowser {
  private static void logIn(Page page, String token) {
    page.getByLabel("Token").fill(token);
    page.getByRole(AriaRole.BUTTON, new GetByRoleOptions().setName("Log in")).click();
  }

  private static Locator heading(Page page, String name) {
    return page.getByRole(AriaRole.HEADING, new GetByRoleOptions().setName(name));
  }

  @Test
  void aWrongTokenIsToldWithTheRightOneToLookFor(Stage stage) {
    try (Visit visit = stage.stranger(Screen.LIGHT).refusedWith(401)) {
      Page page = visit.at("");

      logIn(page, "not-the-token-of-this-one");

      assertThat(page.getByRole(AriaRole.ALERT)).containsText("ADMIN_TOKEN");
      assertThat(page.getByLabel("Token")).isFocused();
    }
  }

  @Test
  void theRightTokenLetsInAndLoggingOutLetsOut(Stage stage) {
    try (Visit visit = stage.stranger(Screen.LIGHT)) {
      Page page = visit.at("#/models");
      page.getByLabel("Your name").fill("kim");
      logIn(page, RunningService.ADMIN);
      assertThat(heading(page, "Models")).isVisible();
      assertThat(page.getByTestId("who")).hasText("kim (admin)");

      page.getByRole(AriaRole.BUTTON, new GetByRoleOptions().setName("Log out")).click();

      assertThat(page.getByLabel("Token")).isVisible();
      page.reload();
      assertThat(page.getByLabel("Token")).isVisible();
    }
  }

  @Test
  void aReloadStaysLoggedIn(Stage stage) throws Exception {
    try (Visit visit = stage.operator(Screen.LIGHT)) {
      Page page = visit.at("#/system");
      assertThat(heading(page, "System")).isVisible();

      page.reload();

      assertThat(heading(page, "System")).isVisible();
    }
  }

  @Test
  void tooManyAttemptsSayHowLongToWait(Stage stage) {
    try (Visit visit = stage.stranger(Screen.LIGHT).refusedWith(401).refusedWith(429)) {
      Page page = visit.at("");
      for (int i = 0; i < 5; i++) {
        page.waitForResponse("**/console/session", () -> logIn(page, "guess"));
      }

      logIn(page, "guess");

      assertThat(page.getByRole(AriaRole.ALERT)).containsText("Too many attempts");
      assertThat(page.getByRole(AriaRole.BUTTON, new GetByRoleOptions().setName("Log in")))
          .isDisabled();
    }
  }

  @Test
  void aSessionThatEndsKeepsThePageAndGoesOnAfterALogin(Stage stage) throws Exception {
    try (Visit visit = stage.operator(Screen.LIGHT).refusedWith(401)) {
      Page page = visit.at("#/models");
      assertThat(page.getByText("sms").first()).isVisible();

      visit.context().clearCookies();

      Locator dialog = page.getByRole(AriaRole.DIALOG);
      assertThat(dialog).containsText("Your session has ended");
      assertThat(page.getByText("sms").first()).isVisible();
      logIn(page, RunningService.ADMIN);
      assertThat(dialog).hasCount(0);
      assertThat(page).hasURL(Pattern.compile(".*#/models"));
      assertThat(page.locator("[data-live]")).hasAttribute("data-live", "live");
    }
  }

  @Test
  void aBrowserThatKeepsNoSessionIsToldHow(Stage stage) {
    try (Visit visit = stage.stranger(Screen.LIGHT).refusedWith(401)) {
      Page page = visit.at("");
      page.route(
          "**/console/session",
          route -> {
            if (route.request().method().equals("POST")) {
              route.fulfill(
                  new Route.FulfillOptions()
                      .setBody("{\"role\":\"admin\",\"expires_at\":\"2100-01-01T00:00:00Z\"}"));
            } else {
              route.resume();
            }
          });

      logIn(page, RunningService.ADMIN);

      assertThat(page.getByRole(AriaRole.ALERT)).containsText("https");
    }
  }
}
