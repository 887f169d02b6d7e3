package dev.sluice.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// How a rollout is made, and what is said before it is.
@ExtendWith(OnStage.class)
class CreateInBrowser {
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

  @Test
  void theForecastFollowsWhatIsTyped() throws Exception {
    try (Visit visit = stage.operator(Screen.LIGHT)) {
      Page page = visit.at("#/new?digits");
      page.getByLabel("Version on trial").selectOption("B");
      assertThat(page.getByTestId("forecast")).containsText("Promotion in");
      assertThat(page.getByTestId("preview")).containsText("25 %");

      page.getByLabel("Steps, percent").fill("2, 30");

      assertThat(page.getByTestId("preview")).containsText("30 %");
      assertThat(page.getByTestId("forecast")).containsText("Promotion in");
    }
  }

  @Test
  void aFaultIsSaidBesideItsField() throws Exception {
    try (Visit visit = stage.operator(Screen.LIGHT).refusedWith(400)) {
      Page page = visit.at("#/new?digits");

      page.getByLabel("Steps, percent").fill("50, 10");

      assertThat(page.locator("[data-fault='/steps']")).containsText("shares must grow");
      assertThat(page.getByLabel("Steps, percent")).hasAttribute("aria-invalid", "true");
    }
  }

  @Test
  void whatIsTypedIntoAGuardStaysWhileItIsTried() throws Exception {
    try (Visit visit = stage.operator(Screen.LIGHT).refusedWith(400)) {
      Page page = visit.at("#/new?digits");
      page.getByLabel("Version on trial").selectOption("B");
      assertThat(page.getByTestId("forecast")).containsText("Promotion in");
      Locator guards = page.getByTestId("guards");
      guards.getByText("Change guards").click();
      Locator floor = guards.getByLabel("floor").first();

      floor.fill("");
      page.waitForResponse("**/admin/rollouts", () -> floor.pressSequentially("0."));
      page.waitForResponse("**/admin/models", () -> {});

      assertThat(floor).isFocused();
      assertThat(floor).hasValue("0.");
      floor.pressSequentially("05");
      assertThat(floor).hasValue("0.05");
      assertThat(page.getByTestId("preview")).containsText("or 5 %");
    }
  }

  @Test
  void guardsComeAndGo() throws Exception {
    try (Visit visit = stage.operator(Screen.LIGHT)) {
      Page page = visit.at("#/new?digits");
      page.getByLabel("Version on trial").selectOption("B");
      assertThat(page.getByTestId("forecast")).containsText("Promotion in");
      Locator guards = page.getByTestId("guards");
      guards.getByText("Change guards").click();
      int before = guards.locator(".guard").count();

      guards.getByText("Add a guard").click();
      assertThat(guards.locator(".guard")).hasCount(before + 1);
      assertThat(guards.getByText("Add a guard")).isFocused();
      assertThat(page.getByTestId("preview")).containsText("at most 1 %");
      guards.getByText("Remove").last().click();

      assertThat(guards.locator(".guard")).hasCount(before);
      assertThat(page.getByTestId("preview")).not().containsText("at most 1 %");
    }
  }

  @Test
  void aVersionThatHasGoneStaysChosenAndIsNotStarted() throws Exception {
    Path late = Files.createDirectories(stage.models().resolve("digits/brief"));
    Files.copy(
        stage.models().resolve("digits/C/model.onnx"),
        late.resolve("model.onnx"),
        StandardCopyOption.REPLACE_EXISTING);
    String version = "{\"model\":\"digits\",\"version\":\"brief\"}";
    stage.service().operate("POST", "/admin/models/load", version);
    try (Visit visit = stage.operator(Screen.LIGHT)) {
      Page page = visit.at("#/new?digits");
      page.getByLabel("Version on trial").selectOption("brief");
      assertThat(page.getByTestId("preview")).containsText("brief against A");

      stage.service().operate("POST", "/admin/models/unload", version);

      assertThat(page.getByTestId("gone")).containsText("brief is not loaded any more");
      assertThat(page.getByLabel("Version on trial")).hasValue("brief");
      assertThat(page.getByTestId("start")).isDisabled();
      page.getByLabel("Version on trial").selectOption("B");
      assertThat(page.getByTestId("start")).isEnabled();
    }
  }

  @Test
  void theFrameSaysWhereOneIs() throws Exception {
    try (Visit visit = stage.operator(Screen.LIGHT)) {
      Page page = visit.at("#/new?digits");

      assertThat(page.locator("nav [aria-current=page]")).hasText("New rollout");
    }
  }

  @Test
  void aDraftIsKeptUntilItIsStarted() throws Exception {
    try (Visit visit = stage.operator(Screen.LIGHT)) {
      Page page = visit.at("#/new?sms");
      page.getByLabel("Version on trial").selectOption("v2");
      page.getByLabel("Name", new Page.GetByLabelOptions().setExact(true))
          .fill("spam of this year");
      assertThat(page.getByTestId("preview")).containsText("v2 against v1");
      page.getByText("Save as draft").click();
      RolloutPage seen = new RolloutPage(page);
      assertThat(seen.rollout()).hasAttribute("data-state", "draft");
      assertThat(page).hasTitle(Pattern.compile("sms: draft.*"));

      seen.control("Start").click();
      page.getByTestId("confirm").click();

      assertThat(seen.rollout()).hasAttribute("data-state", "running");
    }
  }

  @Test
  void aSecondRolloutOfAModelIsRefusedWithTheOneInTheWay() throws Exception {
    String first =
        stage
            .operated()
            .release("{\"model\":\"sms\",\"version\":\"v2\",\"steps\":[10],\"start\":true}");
    try (Visit visit = stage.operator(Screen.LIGHT).refusedWith(409)) {
      Page page = visit.at("#/new?sms");
      page.getByLabel("Version on trial").selectOption("v2");
      assertThat(page.getByTestId("preview")).containsText("v2 against v1");

      page.getByTestId("start").click();

      assertThat(page.getByTestId("preview").locator("a"))
          .hasAttribute("href", "#/rollouts/" + first);
    }
  }
}
