package dev.sluice.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.GetByRoleOptions;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Who gets in, as what, and for how long.
@ExtendWith(OnStage.class)
class LoginInBrowser {
  private static final int MOST_GUESSES = 60;

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
      visit.page().clock().install();
      Page page = visit.at("");
      Response answer = guess(page);
      // Five a minute, and one more every 12 s: on a slow machine it takes more than six.
      for (int i = 0; i < MOST_GUESSES && answer.status() != 429; i++) {
        answer = guess(page);
      }

      int seconds = Integer.parseInt(answer.headerValue("Retry-After"));
      Locator button = page.getByRole(AriaRole.BUTTON, new GetByRoleOptions().setName("Log in"));
      assertThat(page.getByRole(AriaRole.ALERT)).containsText("Too many attempts");
      assertThat(button).isDisabled();
      page.clock().runFor((seconds + 1) * 1000L);
      assertThat(button).isEnabled();
    }
  }

  private static Response guess(Page page) {
    return page.waitForResponse("**/console/session", () -> logIn(page, "guess"));
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
  void whoComesBackInAnotherRoleHasTheButtonsOfThatRole(Stage stage) throws Exception {
    try (Visit visit = stage.operator(Screen.LIGHT).refusedWith(401)) {
      Page page = visit.at("#/models");
      Locator validate = page.locator("form button[value=validate]");
      assertThat(validate).isEnabled();

      visit.context().clearCookies();
      assertThat(page.getByRole(AriaRole.DIALOG)).containsText("Your session has ended");
      logIn(page, RunningService.VIEWER);

      assertThat(validate).isDisabled();
      assertThat(page.getByTestId("who")).containsText("viewer");
      assertThat(page.locator("nav [aria-current=page]")).hasText("Models");
    }
  }

  @Test
  void anAnswerAfterLoggingOutSaysNothingToWhoIsNotLoggedIn(Stage stage) throws Exception {
    try (Visit visit = stage.operator(Screen.LIGHT)) {
      Page page = visit.page();
      List<Route> held = new ArrayList<>();
      page.route("**/admin/system", held::add);
      visit.at("#/models");
      assertThat(heading(page, "Models")).isVisible();
      page.waitForCondition(() -> !held.isEmpty());

      page.getByRole(AriaRole.BUTTON, new GetByRoleOptions().setName("Log out")).click();
      assertThat(page.getByLabel("Token")).isVisible();
      page.waitForResponse(
          "**/admin/system",
          () ->
              held.getFirst()
                  .fulfill(
                      new Route.FulfillOptions()
                          .setContentType("application/json")
                          .setBody("{\"controller\":{\"away\":true},\"store\":{\"up\":false}}")));

      assertThat(page.getByTestId("notice")).hasCount(0);
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
