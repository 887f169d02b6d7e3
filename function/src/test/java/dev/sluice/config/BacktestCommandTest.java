package dev.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.experiment.Groups;
import dev.sluice.experiment.Sums;
import dev.sluice.experiment.Tally;
import dev.sluice.experiment.Window;
import dev.sluice.journal.WindowJson;
import dev.sluice.routing.Share;
import dev.sluice.statistics.Counts;
import dev.sluice.statistics.Doubles;
import dev.sluice.statistics.Histogram;
import dev.sluice.statistics.LatencyBuckets;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BacktestCommandTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private record Result(int status, String out, String progress) {
    JsonNode json() throws IOException {
      return new JsonMapper().readTree(out);
    }
  }

  private static Result run(String... arguments) {
    var out = new ByteArrayOutputStream();
    var progress = new ByteArrayOutputStream();
    int status =
        new BacktestCommand(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(progress, true, StandardCharsets.UTF_8))
            .run(List.of(arguments));
    return new Result(
        status, out.toString(StandardCharsets.UTF_8), progress.toString(StandardCharsets.UTF_8));
  }

  private static Result quick(String... more) {
    return run(
        Stream.concat(
                Stream.of("--runs", "12", "--rate", "3000/min", "--hours", "2", "--quiet"),
                Stream.of(more))
            .toArray(String[]::new));
  }

  @Test
  void explainsItself() {
    Result result = run("--help");

    assertThat(result.status()).isZero();
    assertThat(result.out()).startsWith("Usage: scripts/backtest").contains("--preset NAME");
  }

  @Test
  void printsATableForEveryPreset() {
    Result all = run("--preset", "all", "--runs", "1", "--hours", "0.2", "--quiet");

    assertThat(all.status()).isZero();
    assertThat(all.out().lines())
        .filteredOn(line -> line.contains(" % of the traffic, "))
        .extracting(line -> line.substring(0, line.indexOf(':')))
        .containsExactlyElementsOf(BacktestOptions.PRESETS);
    assertThat(all.progress()).isEmpty();
  }

  @Test
  void theNumberOfThreadsChangesNothing() {
    Result alone = threads("1");

    assertThat(threads("8")).isEqualTo(alone);
    assertThat(threads("3")).isEqualTo(alone);
  }

  // Many batches, so that the order in which threads take them would show.
  private static Result threads(String count) {
    return run(
        "--runs", "150", "--hours", "0.5", "--effect", "errors=2x", "--quiet", "--threads", count);
  }

  @Test
  void anotherSeedGivesOtherRuns() {
    assertThat(quick("--seed", "2", "--effect", "errors=2x").out())
        .isNotEqualTo(quick("--seed", "3", "--effect", "errors=2x").out());
  }

  @Test
  void jsonHasAllOptionsAndFigures() throws IOException {
    JsonNode json = quick("--output", "json", "--effect", "errors=5x").json();

    assertThat(json.path("schema").intValue()).isEqualTo(1);
    assertThat(json.path("seed").intValue()).isEqualTo(1);
    assertThat(json.path("runs").intValue()).isEqualTo(12);
    assertThat(json.path("traffic").path("requests_per_minute").doubleValue()).isEqualTo(3000);
    JsonNode row = json.path("presets").path(0).path("scenarios").path(0);
    assertThat(row.path("effect").path("error_ratio").doubleValue()).isEqualTo(5);
    assertThat(row.path("rolled_back").path("part").doubleValue()).isEqualTo(1);
    assertThat(row.path("canary_requests_to_rollback").path("median").doubleValue()).isPositive();
    assertThat(row.path("minutes_to_promotion").isNull()).isTrue();
  }

  @Test
  void gatesThatHoldEndWell() {
    Result result = quick("--effect", "errors=5x", "--max-wrong-promotions", "5%");

    assertThat(result.status()).isZero();
  }

  @Test
  void aGateThatFailsIsAnExitCodeOfItsOwn() {
    // Just within what both guards call harmless: each of them may be wrong now and then.
    Result result =
        run(
            "--preset",
            "fast",
            "--effect",
            "errors=1.1x,latency=+9.05%",
            "--rate",
            "3000/min",
            "--hours",
            "4",
            "--runs",
            "120",
            "--quiet",
            "--max-false-rollbacks",
            "0");

    assertThat(result.progress()).contains("gate failed: fast, as asked for: false rollbacks in ");
    assertThat(result.status()).isEqualTo(BacktestCommand.GATE_FAILED);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--nonsense | unknown argument: --nonsense",
        "--preset | --preset needs a value",
        "--preset other | --preset must be all, canary, cautious, fast, ab-test, latency-check, error-ceiling, thresholds: other",
        "--runs 5 --runs 6 | --runs is there twice",
        "--runs 0 | --runs must be 1..1000000: 0",
        "--runs many | --runs must be a whole number: many",
        "--rate 600 | --rate must be like 600/min or 10/s: 600",
        "--rate 0/min | requests a minute must be above 0 and at most 100000: 0.0",
        "--errors 200% | --errors must be a part like 0.5% or 0.005: 200%",
        "--latency 20 | --latency must be like 20ms or 1.5s: 20",
        "--drift 100% | a drift must be 0 up to 1: 1.0",
        "--callers some | --callers must be none, fixed:2000 or new:5: some",
        "--icc 0.2 | --icc needs callers: --callers fixed:2000 or new:5",
        "--effect errors | --effect must be like errors=3x,latency=+20%,score=+2%: errors",
        "--effect errors=3x,errors=4x | --effect must be like errors=3x,latency=+20%,score=+2%: errors=3x,errors=4x",
        "--output xml | --output must be text or json: xml",
        "--hours 0 | --hours must be above 0 and at most 720: 0",
        "--preset thresholds --latency 0.5ms | preset thresholds: a latency factor must be 0.001..1000: 1846.232692773271",
        "--runs 1 --hours 0.1 --preset thresholds --p99 100s | preset thresholds: plan: latency_p99: proves neither harm nor safety: the longest limit that latencies are counted against is 67 seconds",
        "--runs 1 --hours 0.1 --preset all --latency 14s | preset thresholds: plan: latency_p99: proves neither harm nor safety: the longest limit that latencies are counted against is 67 seconds",
        "--runs 1 --hours 0.1 --effect errors=5x --max-false-rollbacks 5% | no row to hold --max-false-rollbacks against",
        "--runs 1 --hours 0.1 --effect errors=1x --max-wrong-promotions 5% | no row to hold --max-wrong-promotions against",
        "--windows w --runs 5 | no meaning beside --windows: --runs",
        "--windows w --seed 5 | no meaning beside --windows: --seed",
        "--windows w --effect errors=2x | no meaning beside --windows: --effect",
        "--windows w --rate 10/s | no meaning beside --windows: --rate",
        "--windows w --errors 1% --latency 9ms | no meaning beside --windows: --errors, --latency",
        "--windows w --max-false-rollbacks 5% | no meaning beside --windows: --max-false-rollbacks",
        "--max-false-rollbacks NaN | --max-false-rollbacks must be a part like 0.5% or 0.005: NaN",
      })
  void wrongUseIsOneLineThatSaysWhatWouldBeRight(String arguments, String message) {
    Result result = run(arguments.strip().split(" "));

    assertThat(result.status()).isEqualTo(BacktestCommand.WRONG_USE);
    assertThat(result.progress())
        .isEqualTo("backtest: " + message + " (see --help)" + System.lineSeparator());
    assertThat(result.out()).isEmpty();
  }

  @Test
  void tellsProgressInLinesWhereThereIsNoTerminal() {
    Result result = run("--runs", "20", "--hours", "0.1", "--effect", "errors=1x");

    assertThat(result.progress().lines())
        .hasSize(10)
        .last()
        .isEqualTo("backtest: 100 % of 20 runs");
  }

  @Test
  void playsRecordedWindowsOnce(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("windows.jsonl");
    Files.writeString(file, lines(40, 0.05));

    Result result = run("--windows", file.toString(), "--preset", "fast");

    assertThat(result.status()).isZero();
    assertThat(result.out()).contains("rolled back at 0 %: harmful (error_rate)");
    assertThat(result.out()).contains("    error_rate proven worse: ");
    assertThat(result.out()).contains("At the end: rolled back at 0 %, ");
  }

  @Test
  void recordedWindowsAsJsonSayWhatWouldHaveBeenDecided(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("windows.jsonl");
    Files.writeString(file, lines(40, 0.05));

    JsonNode json =
        run("--windows", file.toString(), "--preset", "fast", "--output", "json").json();

    List<JsonNode> windows = json.path("presets").path(0).path("windows").valueStream().toList();
    assertThat(windows.getLast().path("decision").path("state").textValue())
        .isEqualTo("rolled_back");
    assertThat(windows.getFirst().path("verdict").textValue()).isNotBlank();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "nonsense", "{\"schema\": 9}"})
  void aFileThatIsNoWindowsIsOneLine(String text, @TempDir Path folder) throws IOException {
    Path file = folder.resolve("windows.jsonl");
    Files.writeString(file, text);

    Result result = run("--windows", file.toString());

    assertThat(result.status()).isEqualTo(BacktestCommand.FAILED);
    assertThat(result.progress().lines()).hasSize(1).first().asString().contains("line 1: ");
    assertThat(result.out()).isEmpty();
  }

  @Test
  void aFileThatIsNotThereIsOneLine(@TempDir Path folder) {
    Result result = run("--windows", folder.resolve("none").toString());

    assertThat(result.status()).isEqualTo(BacktestCommand.FAILED);
    assertThat(result.progress().lines()).hasSize(1).first().asString().contains("no such file");
  }

  @Test
  void windowsThatAreLeftOutAreCountedAndNotSummed(@TempDir Path folder) throws IOException {
    String clean = lines(3, 0.01);
    String misfit = WindowJson.write(window(START.plusSeconds(180), 600, 0.01));
    Path file = folder.resolve("windows.jsonl");
    Files.writeString(file, clean);
    String ofClean = ending(run("--windows", file.toString()));
    Files.writeString(file, clean + "\n" + clean + "\n" + misfit);

    String ofBoth = ending(run("--windows", file.toString()));

    assertThat(ofBoth)
        .isEqualTo(ofClean + "; left out: 3 repeated windows, 1 of a wrong length or overlapping");
  }

  private static String ending(Result result) {
    return result.out().lines().filter(line -> line.startsWith("At the end: ")).findFirst().get();
  }

  @Test
  void jsonOfWindowsCountsWhatWasLeftOut(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("windows.jsonl");
    Files.writeString(file, lines(3, 0.01) + "\n" + lines(3, 0.01));

    JsonNode json = run("--windows", file.toString(), "--output", "json").json();

    JsonNode preset = json.path("presets").path(0);
    assertThat(preset.path("repeated").intValue()).isEqualTo(3);
    assertThat(preset.path("misfits").intValue()).isZero();
    assertThat(preset.path("windows").size()).isEqualTo(6);
  }

  @Test
  void jsonOfWindowsIsWrittenWhileTheyArePlayed(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("windows.jsonl");
    Files.writeString(file, lines(3, 0.01) + "\nnonsense");

    Result result = run("--windows", file.toString(), "--output", "json");

    assertThat(result.status()).isEqualTo(BacktestCommand.FAILED);
    assertThat(result.out()).contains("2026-01-01T00:03:00Z");
  }

  @Test
  void aFileThatIsNotUtf8IsOneLineBeforeAnyOther(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("windows.jsonl");
    Files.writeString(file, lines(300, 0.01) + "\n");
    Files.write(file, new byte[] {'"', (byte) 0xff, '\n'}, StandardOpenOption.APPEND);

    assertFails(file, "backtest: not UTF-8: " + file);
  }

  @Test
  void aFolderIsOneLineBeforeAnyOther(@TempDir Path folder) {
    assertFails(folder, "backtest: a folder, no file: " + folder);
  }

  @Test
  void anUnreadableFileIsOneLineBeforeAnyOther(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("windows.jsonl");
    Files.writeString(file, lines(1, 0.01));
    Files.setPosixFilePermissions(file, Set.of());
    // Who may read everything cannot see this.
    assumeThat(Files.isReadable(file)).isFalse();

    assertFails(file, "backtest: may not be read: " + file);
  }

  private static void assertFails(Path file, String line) {
    Result result = run("--windows", file.toString());

    assertThat(result.status()).isEqualTo(BacktestCommand.FAILED);
    assertThat(result.progress()).isEqualTo(line + System.lineSeparator());
    assertThat(result.out()).isEmpty();
  }

  private static String lines(int count, double canaryErrors) {
    return IntStream.range(0, count)
        .mapToObj(i -> window(START.plusSeconds(60L * i), 60, canaryErrors))
        .map(WindowJson::write)
        .collect(Collectors.joining("\n"));
  }

  private static Window window(Instant start, int seconds, double canaryErrors) {
    return new Window(
        start,
        start.plusSeconds(seconds),
        Share.ofPercent(25),
        tally(750, 4),
        tally(250, 250 * canaryErrors));
  }

  private static Tally tally(double requests, double errors) {
    double[] buckets = new double[LatencyBuckets.COUNT];
    buckets[230] = requests;
    return new Tally(
        new Counts(requests, errors),
        Histogram.of(Doubles.of(buckets)),
        new Sums(requests, requests * 0.02, requests * 0.0004),
        Groups.NONE,
        Optional.empty(),
        0,
        requests,
        Counts.NONE,
        0,
        Map.of());
  }
}
