package dev.sluice.e2e;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.GetByRoleOptions;
import com.microsoft.playwright.options.AriaRole;

/// A rollout, as the console shows it.
record RolloutPage(Page page) {
  static RolloutPage at(Visit visit, String rollout) {
    return new RolloutPage(visit.at("#/rollouts/" + rollout));
  }

  /// Its `data-state` is the rollout's state.
  Locator rollout() {
    return page.getByTestId("rollout");
  }

  Locator headline() {
    return page.getByTestId("headline");
  }

  Locator banner() {
    return page.getByTestId("banner");
  }

  Locator history() {
    return page.getByTestId("history");
  }

  Locator noData() {
    return page.getByTestId("no-data");
  }

  /// A line or a band of a plot, by its name.
  Locator drawn(String name) {
    return page.locator("path[data-name=" + name + "]");
  }

  Locator live() {
    return page.locator("[data-live]");
  }

  Locator control(String word) {
    return page.getByTestId("controls")
        .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(word));
  }

  Locator dialog() {
    return page.getByRole(AriaRole.DIALOG);
  }

  /// Fills the dialog of a control, and sends it.
  void say(String reason) {
    dialog().getByLabel("Reason").fill(reason);
    page.getByTestId("confirm").click();
  }

  Locator heading(String name) {
    return page.getByRole(AriaRole.HEADING, new GetByRoleOptions().setName(name));
  }
}
