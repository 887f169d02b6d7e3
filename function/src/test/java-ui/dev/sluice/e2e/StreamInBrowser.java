package dev.sluice.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What somebody sees who watches a rollout on a line that is not always there.
@ExtendWith(OnStage.class)
class StreamInBrowser {
  private static final Page.GetByTextOptions EXACTLY = new Page.GetByTextOptions().setExact(true);
  private static final String LOST = "error: Failed to load resource: net::ERR.*";

  private Operated operated;
  private CutLine line;
  private Visit visit;
  private String rollout;

  @BeforeEach
  void watch(Stage stage) throws Exception {
    operated = stage.operated();
    operated.rollBackAll();
    rollout =
        operated.run("{\"model\":\"sms\",\"version\":\"v2\",\"steps\":[10,50],\"start\":true}");
    line = CutLine.to(stage.service().port());
    visit = stage.operator(Screen.LIGHT, line.port()).meaning(LOST);
  }

  @AfterEach
  void leave() throws Exception {
    visit.close();
    line.close();
    operated.rollBackAll();
  }

  private Locator chip() {
    return visit.page().locator("[data-live]");
  }

  @Test
  void aDroppedStreamIsSaidAndTakenUpWithNothingMissed() throws Exception {
    Page page = visit.at("#/rollouts/" + rollout);
    assertThat(chip()).hasAttribute("data-live", "live");

    line.become(CutLine.State.CUT);
    assertThat(chip()).hasAttribute("data-live", "reconnecting");
    operated.say(rollout, "pause");
    line.become(CutLine.State.WHOLE);

    assertThat(chip()).hasAttribute("data-live", "live");
    assertThat(page.locator("[data-state]")).hasAttribute("data-state", "paused");
    assertThat(page.getByTestId("history")).containsText("a test");
  }

  @Test
  void aLineThatFellSilentMakesNumbersStale() {
    visit.page().clock().install();
    visit.at("#/rollouts/" + rollout);
    assertThat(chip()).hasAttribute("data-live", "live");

    line.become(CutLine.State.SILENT);
    visit.page().clock().runFor("00:45");

    assertThat(chip()).hasAttribute("data-live", "stale");
    assertThat(visit.page().locator("main[data-stale]")).isAttached();
    line.become(CutLine.State.WHOLE);
    visit.page().clock().resume();
    assertThat(chip()).hasAttribute("data-live", "live");
    assertThat(visit.page().locator("main[data-stale]")).hasCount(0);
  }

  @Test
  void numbersThatAreAskedForAreNotCalledOld() {
    Page page = visit.page();
    // Somebody in between keeps the stream to himself.
    page.route("**/admin/events", held -> {});
    page.clock().install();
    visit.at("#/rollouts/" + rollout);
    assertThat(page.getByTestId("no-data")).isVisible();

    page.clock().runFor("00:45");
    page.clock().resume();

    assertThat(chip()).hasAttribute("data-live", "polling");
    assertThat(page.getByText("The stream of news is silent", EXACTLY)).isVisible();
    assertThat(page.locator("main[data-stale]")).hasCount(0);
  }

  @Test
  void aStreamIsTakenUpAfterTheLastEventOfBefore() throws Exception {
    Page page = visit.at("#/rollouts/" + rollout);
    assertThat(chip()).hasAttribute("data-live", "live");
    operated.say(rollout, "pause");
    assertThat(page.locator("[data-state]")).hasAttribute("data-state", "paused");

    Request again =
        page.waitForRequest(
            "**/admin/events",
            () -> {
              line.become(CutLine.State.CUT);
              line.become(CutLine.State.WHOLE);
            });

    assertThat(again.headerValue("Last-Event-ID")).matches("\\d+");
  }
}
