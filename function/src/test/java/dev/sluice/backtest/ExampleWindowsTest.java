package dev.sluice.backtest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.experiment.Window;
import dev.sluice.journal.Reading;
import dev.sluice.journal.WindowJson;
import dev.sluice.routing.Share;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/// The example of recorded windows that the documents show: twenty minutes of a canary with 5 % of
/// the traffic, which begins to fail five times as often after ten minutes.
class ExampleWindowsTest {
  // Maven runs tests in the module's folder.
  private static final Path FILE =
      Path.of("").toAbsolutePath().resolveSibling("function/docs/windows.jsonl");
  private static final Instant BEGAN = Instant.parse("2026-11-02T09:00:00Z");
  private static final int MINUTES = 20;

  @Test
  void theFileCanBeReadAndIsWrittenLikeThisToday() throws IOException {
    if (Boolean.getBoolean("sluice.regenerate")) {
      Files.writeString(FILE, lines());
    }

    assertThat(Files.readAllLines(FILE))
        .hasSize(MINUTES)
        .allSatisfy(
            line ->
                assertThat(WindowJson.read(line))
                    .isInstanceOfSatisfying(
                        Reading.Found.class,
                        found ->
                            assertThat(WindowJson.write((Window) found.value())).isEqualTo(line)));
  }

  private static String lines() {
    Traffic service =
        new Traffic(
            1200,
            Drift.NONE,
            0.01,
            Drift.NONE,
            new Traffic.Latency(20_000, 0.2, Drift.NONE),
            new Callers.Unknown(),
            Optional.empty());
    var chance = RandomGeneratorFactory.of("L64X128MixRandom").create(2);
    var good = new SimulatedTraffic(service, Effect.NONE, BEGAN, chance);
    var bad = new SimulatedTraffic(service, Effect.errors(5), BEGAN, chance);
    StringBuilder lines = new StringBuilder();
    for (int minute = 0; minute < MINUTES; minute++) {
      Instant start = BEGAN.plus(Duration.ofMinutes(minute));
      SimulatedTraffic now = minute < MINUTES / 2 ? good : bad;
      var window = now.window(start, start.plusSeconds(60), Share.ofPercent(5)).window();
      lines.append(WindowJson.write(window)).append('\n');
    }
    return lines.toString();
  }
}
