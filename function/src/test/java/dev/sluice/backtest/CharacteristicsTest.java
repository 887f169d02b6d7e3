package dev.sluice.backtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Holds the figures of the document on statistics to what our code really does.
///
/// The quick tables are computed anew each time, all of them with `-Dsluice.characteristics=all`,
/// as `scripts/test simulation` does.
class CharacteristicsTest {
  private static final int RUNS = 2000;
  private static final Pattern FIGURE = Pattern.compile("[0-9][0-9,]*(\\.[0-9]+)?");
  // Maven runs tests in the module's folder.
  private static final Path PAGE =
      Path.of("").toAbsolutePath().resolveSibling("function/docs/statistics.md");
  private static final String HINT =
      "rewrite it with scripts/test unit -Dtest=CharacteristicsTest -Dsluice.regenerate=true";

  enum Cost {
    QUICK,
    SLOW
  }

  enum Table {
    ERRORS(Cost.SLOW),
    DELAYS(Cost.QUICK),
    HEALTH(Cost.SLOW),
    P95(Cost.SLOW),
    CALLERS(Cost.SLOW),
    STEPS(Cost.SLOW),
    ROLLOUTS(Cost.SLOW),
    SPLIT(Cost.QUICK),
    BOUND(Cost.SLOW),
    MEAN(Cost.QUICK);

    private final Cost cost;

    Table(Cost cost) {
      this.cost = cost;
    }

    List<String> lines() {
      IntFunction<List<String>> simulation =
          switch (this) {
            case ERRORS -> CountCharacteristics::errors;
            case DELAYS -> CountCharacteristics::delays;
            case HEALTH -> CountCharacteristics::health;
            case P95 -> LatencyCharacteristics::p95;
            case CALLERS -> CallerCharacteristics::errors;
            case STEPS -> StepCharacteristics::wrongAdvances;
            case ROLLOUTS -> RolloutCharacteristics::rollouts;
            case SPLIT -> OtherCharacteristics::split;
            case BOUND -> OtherCharacteristics::bound;
            case MEAN -> OtherCharacteristics::mean;
          };
      return simulation.apply(RUNS);
    }

    String begin() {
      return "<!-- simulated:" + name().toLowerCase(Locale.ROOT) + " -->\n";
    }
  }

  private static final String END = "<!-- end -->\n";

  @ParameterizedTest
  @EnumSource(Table.class)
  void thePageShowsWhatIsSimulated(Table table) throws IOException {
    assumeTrue(table.cost == Cost.QUICK || regenerates() || all(), "slow: " + table);
    String fresh = String.join("\n", table.lines()) + "\n";

    if (regenerates()) {
      replace(table.begin(), END, fresh);
    }

    assertThat(between(table.begin(), END)).as(HINT).satisfies(shown -> same(shown, fresh));
  }

  /// Another processor may round an exponential differently in its last bit, and then a run of
  /// 2,000 may end otherwise; nothing else may differ.
  private static void same(String shown, String fresh) {
    assertThat(words(shown)).isEqualTo(words(fresh));
    List<Double> before = figures(shown);
    List<Double> now = figures(fresh);
    for (int i = 0; i < now.size(); i++) {
      assertThat(before.get(i))
          .as(fresh)
          .isCloseTo(now.get(i), within(Math.max(0.1501, 0.05 * now.get(i))));
    }
  }

  private static String words(String table) {
    return FIGURE.matcher(table).replaceAll("#");
  }

  private static List<Double> figures(String table) {
    return FIGURE
        .matcher(table)
        .results()
        .map(figure -> Double.valueOf(figure.group().replace(",", "")))
        .toList();
  }

  @Test
  void thePageSaysWhenAndHow() throws IOException {
    if (regenerates()) {
      replace("<!-- simulated:when -->\n", END, when(LocalDate.now(ZoneOffset.UTC)));
    }

    String said = between("<!-- simulated:when -->\n", END);
    assertThat(said).startsWith("2,000 runs for each figure, seeds fixed, computed on 20");
  }

  private static String when(LocalDate day) {
    return "2,000 runs for each figure, seeds fixed, computed on " + day + ".\n";
  }

  private static boolean regenerates() {
    return Boolean.getBoolean("sluice.regenerate");
  }

  private static boolean all() {
    return "all".equals(System.getProperty("sluice.characteristics"));
  }

  private static String between(String begin, String end) throws IOException {
    String page = Files.readString(PAGE);
    int from = page.indexOf(begin) + begin.length();
    assertThat(from).as(begin).isGreaterThanOrEqualTo(begin.length());
    return page.substring(from, page.indexOf(end, from));
  }

  private static void replace(String begin, String end, String text) throws IOException {
    String page = Files.readString(PAGE);
    int from = page.indexOf(begin) + begin.length();
    String rest = page.substring(page.indexOf(end, from));
    Files.writeString(PAGE, page.substring(0, from) + text + rest);
  }
}
