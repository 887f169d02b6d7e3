package dev.sluice.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Versions that come and go by somebody's hand.
@ExtendWith(OnStage.class)
class ModelsInBrowser {
  private static void put(Stage stage, String version, byte[] bytes) throws Exception {
    Path folder = Files.createDirectories(stage.models().resolve(version));
    Files.write(folder.resolve("model.onnx"), bytes);
  }

  private static Locator button(Locator row, String name) {
    return row.getByRole(
        AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(name).setExact(true));
  }

  /// A row of the files that are not loaded.
  private static Locator file(Page page, String version) {
    return page.locator("tr").filter(new Locator.FilterOptions().setHasText(version));
  }

  @Test
  void aVersionIsLoadedAndUnloadedByItsName(Stage stage) throws Exception {
    put(stage, "digits/late", Files.readAllBytes(stage.models().resolve("digits/C/model.onnx")));
    try (Visit visit = stage.operator(Screen.LIGHT)) {
      Page page = visit.at("#/models");

      button(file(page, "late"), "Load").click();

      assertThat(page.getByTestId("outcome")).containsText("digits/late is loaded");
      Locator loaded = page.getByTestId("version-digits-late");
      assertThat(loaded).containsText("healthy");
      button(loaded, "Unload").click();
      assertThat(page.getByTestId("outcome")).containsText("digits/late is unloaded");
      assertThat(loaded).hasCount(0);
    }
  }

  @Test
  void aFileThatIsNoModelIsRefusedWithWhatToDo(Stage stage) throws Exception {
    put(stage, "digits/torn", "no model".getBytes(StandardCharsets.UTF_8));
    try (Visit visit = stage.operator(Screen.LIGHT).refusedWith(422)) {
      Page page = visit.at("#/models");

      button(file(page, "torn"), "Validate").click();
      assertThat(page.getByTestId("outcome")).containsText("Mend the file");
      button(file(page, "torn"), "Load").click();

      assertThat(page.getByTestId("outcome")).containsText("Nothing has changed");
    }
  }

  @Test
  void whoServesCannotBeUnloaded(Stage stage) throws Exception {
    try (Visit visit = stage.operator(Screen.LIGHT)) {
      Page page = visit.at("#/models");

      assertThat(button(page.getByTestId("version-sms-v1"), "Unload")).isDisabled();
    }
  }

  @Test
  void aViewerLoadsNothing(Stage stage) throws Exception {
    try (Visit visit = stage.viewer(Screen.LIGHT)) {
      Page page = visit.at("#/models");

      assertThat(button(page.getByTestId("version-digits-C"), "Unload")).isDisabled();
      assertThat(page.getByText("You are a viewer").first()).isVisible();
    }
  }
}
