package dev.sluice.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Keyboard;
import com.microsoft.playwright.Locator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What people do to a rollout, and what stops them. Nobody calls this model, so a rollout goes
/// where a person sends it.
@ExtendWith(OnStage.class)
class ControlsInBrowser {
  private static final int MOST_TABS = 60;

  private Stage stage;
  private Operated operated;
  private String rollout;

  @BeforeEach
  void release(Stage stage) throws Exception {
    this.stage = stage;
    operated = stage.operated();
    operated.rollBackAll();
    rollout =
        operated.run("{\"model\":\"sms\",\"version\":\"v2\",\"steps\":[10,50],\"start\":true}");
  }

  @AfterEach
  void tidy() throws Exception {
    operated.rollBackAll();
  }

  @Test
  void noDataIsSaidToBeNoHealth() throws Exception {
    try (Visit visit = stage.operator(Screen.LIGHT)) {
      RolloutPage seen = RolloutPage.at(visit, rollout);

      assertThat(seen.rollout()).hasAttribute("data-state", "running");
      assertThat(seen.noData().last()).containsText("not health");
    }
  }

  @Test
  void aReasonIsAskedForBeforeAnythingIsDone() throws Exception {
    try (Visit visit = stage.operator(Screen.LIGHT)) {
      RolloutPage seen = RolloutPage.at(visit, rollout);
      seen.control("Pause").click();

      seen.page().getByTestId("confirm").click();

      assertThat(seen.dialog()).isVisible();
      assertThat(seen.dialog().getByLabel("Reason")).isFocused();
      seen.say("a look at the logs");
      assertThat(seen.dialog()).hasCount(0);
      assertThat(seen.rollout()).hasAttribute("data-state", "paused");
      assertThat(seen.history()).containsText("a look at the logs");
    }
  }

  @ParameterizedTest
  @EnumSource
  void theDialogStandsInNobodysWay(Screen screen) throws Exception {
    try (Visit visit = stage.operator(screen)) {
      RolloutPage seen = RolloutPage.at(visit, rollout);
      seen.control("Roll back").click();
      assertThat(seen.dialog()).isVisible();

      assertThat(Barriers.of(seen.page())).as("%s", screen).isEmpty();
      assertThat(Barriers.sideways(seen.page())).as("%s", screen).isZero();
    }
  }

  @Test
  void focusStaysWhereItIsWhenADecisionComesIn() throws Exception {
    try (Visit visit = stage.operator(Screen.LIGHT)) {
      RolloutPage seen = RolloutPage.at(visit, rollout);
      Locator copy = seen.page().getByTestId("event-running").getByText("Copy as JSON").last();
      copy.focus();

      operated.say(rollout, "pause");

      assertThat(seen.page().getByTestId("event-paused")).isVisible();
      assertThat(copy).isFocused();
    }
  }

  @Test
  void aViewerLooksAndIsToldWhyNothingCanBeDone() throws Exception {
    try (Visit visit = stage.viewer(Screen.LIGHT)) {
      RolloutPage seen = RolloutPage.at(visit, rollout);

      assertThat(seen.control("Roll back")).isDisabled();
      assertThat(seen.page().getByTestId("viewer")).containsText("admin token");
      assertThat(seen.page().getByTestId("who")).containsText("viewer");
    }
  }

  @Test
  void whatHasMovedMeanwhileIsSaidWithWhatIsPossible() throws Exception {
    try (Visit visit = stage.operator(Screen.LIGHT).refusedWith(409)) {
      RolloutPage seen = RolloutPage.at(visit, rollout);
      seen.control("Pause").click();
      seen.dialog().getByLabel("Reason").fill("a look at the logs");
      operated.say(rollout, "rollback");

      seen.page().getByTestId("confirm").click();

      assertThat(seen.dialog()).containsText("this one is rolled back");
      assertThat(seen.dialog()).containsText("Nothing can be done to it any more");
      assertThat(seen.page().getByTestId("confirm")).isDisabled();
    }
  }

  @Test
  void theKeyboardAloneLogsInAndRollsBack() {
    try (Visit visit = stage.stranger(Screen.LIGHT)) {
      RolloutPage seen = RolloutPage.at(visit, rollout);
      Keyboard keys = seen.page().keyboard();
      assertThat(seen.page().getByLabel("Token")).isFocused();
      keys.type(RunningService.ADMIN);
      keys.press("Enter");

      assertThat(seen.control("Roll back")).isVisible();
      tabTo(seen.control("Roll back"), keys);
      keys.press("Enter");
      assertThat(seen.dialog().getByLabel("Reason")).isFocused();
      keys.type("customers complain");
      tabTo(seen.page().getByTestId("confirm"), keys);
      keys.press("Enter");

      assertThat(seen.rollout()).hasAttribute("data-state", "rolled_back");
      assertThat(seen.history()).containsText("customers complain");
    }
  }

  private static void tabTo(Locator wanted, Keyboard keys) {
    for (int i = 0; i < MOST_TABS; i++) {
      if ((Boolean) wanted.evaluate("node => node === document.activeElement")) {
        return;
      }
      keys.press("Tab");
    }
    assertThat(wanted).isFocused();
  }

  @Test
  void aRolloutThatIsNotThereSaysSo() throws Exception {
    try (Visit visit = stage.operator(Screen.LIGHT).refusedWith(404)) {
      visit.at("#/rollouts/0000000000");

      assertThat(visit.page().getByTestId("screen")).containsText("Not found");
    }
  }

  @Test
  void anAddressThatIsBrokenSaysSo() throws Exception {
    try (Visit visit = stage.operator(Screen.LIGHT)) {
      visit.at("#/rollouts/%E0%A4%A");

      assertThat(visit.page().getByTestId("screen")).containsText("Nothing is here");
    }
  }
}
