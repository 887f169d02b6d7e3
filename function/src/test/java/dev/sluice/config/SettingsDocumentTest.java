package dev.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Holds what people read about the settings to the table that the program reads.
final class SettingsDocumentTest {
  private static final String BEGIN = "<!-- settings:begin -->\n";
  private static final String END = "<!-- settings:end -->\n";
  private static final String HINT =
      "made from SettingsTable; rewrite it with"
          + " scripts/test unit -Dtest=SettingsDocumentTest -Dsluice.regenerate=true";

  // Maven runs tests in the module's folder, which lies in the top one.
  private static final Path ROOT = Path.of("").toAbsolutePath().resolveSibling("");
  private static final Path PAGE = ROOT.resolve("function/docs/configuration.md");
  private static final Path EXAMPLE = ROOT.resolve(".env.example");

  @Test
  void thePageShowsTheTableByteForByte() throws IOException {
    String page = Files.readString(PAGE);
    String whole = before(page) + BEGIN + table() + END + after(page);

    regenerate(PAGE, whole);

    assertThat(Files.readString(PAGE)).as(HINT).isEqualTo(whole);
  }

  @Test
  void theExampleShowsTheTableByteForByte() throws IOException {
    String whole = example();

    regenerate(EXAMPLE, whole);

    assertThat(Files.readString(EXAMPLE)).as(HINT).isEqualTo(whole);
  }

  @Test
  void everyDefaultIsAllowedAndEverySettingIsListedOnce() throws Exception {
    assertThat(SettingsTable.ALL).extracting(Setting::variable).doesNotHaveDuplicates();
    for (Setting<?> setting : SettingsTable.ALL) {
      setting.parser().parse(setting.fallback());
      assertThat(setting.meaning()).as(setting.variable()).endsWith(".");
    }
  }

  private static void regenerate(Path file, String text) throws IOException {
    if (Boolean.getBoolean("sluice.regenerate")) {
      Files.writeString(file, text);
    }
  }

  private static String before(String page) {
    return page.substring(0, page.indexOf(BEGIN));
  }

  private static String after(String page) {
    return page.substring(page.indexOf(END) + END.length());
  }

  private static String table() {
    String head =
        """
        | variable | default | allowed | meaning | key in a file |
        |---|---|---|---|---|
        """;
    return SettingsTable.ALL.stream()
        .map(SettingsDocumentTest::row)
        .collect(Collectors.joining("", head, ""));
  }

  private static String row(Setting<?> setting) {
    String fallback = setting.fallback().isEmpty() ? "" : "`" + setting.fallback() + "`";
    return "| `"
        + setting.variable()
        + "` | "
        + fallback
        + " | "
        + setting.bounds()
        + " | "
        + setting.meaning()
        + " | `"
        + setting.key()
        + "` |\n";
  }

  private static String example() {
    String head =
        """
        # Copy this to .env and take the # away from what you want to set; scripts/serve reads it.
        # No quotes, no blanks around =, and no comment behind a value. The environment wins.
        """;
    return SettingsTable.ALL.stream()
        .map(SettingsDocumentTest::lines)
        .collect(Collectors.joining("", head, ""));
  }

  private static String lines(Setting<?> setting) {
    return """

        # %s
        # Allowed: %s
        #%s=%s
        """
        .formatted(setting.meaning(), setting.bounds(), setting.variable(), setting.fallback());
  }
}
