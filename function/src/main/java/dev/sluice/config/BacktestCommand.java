package dev.sluice.config;

import dev.sluice.backtest.Backtest;
import dev.sluice.backtest.Part;
import dev.sluice.backtest.Scenario;
import dev.sluice.backtest.Summary;
import dev.sluice.backtest.Table;
import dev.sluice.backtest.Truth;
import dev.sluice.config.BacktestOptions.Form;
import dev.sluice.config.BacktestOptions.Voice;
import dev.sluice.config.BacktestOptions.WrongUse;
import dev.sluice.rollout.Plan;
import dev.sluice.telemetry.Logs;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/// Tries plans before anybody trusts them: on invented traffic, or on windows of a file. See
/// `scripts/backtest --help`.
public final class BacktestCommand {
  static final int DONE = 0;
  static final int FAILED = 1;
  static final int WRONG_USE = 2;
  static final int GATE_FAILED = 5;

  private final PrintStream out;
  private final PrintStream progress;

  BacktestCommand(PrintStream out, PrintStream progress) {
    this.out = out;
    this.progress = progress;
  }

  /// Ends with 0 when all is done and the gates hold, 1 failed, 2 wrong use, 5 a gate failed.
  public static void main(String[] arguments) {
    var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.exit(new BacktestCommand(out, System.err).run(List.of(arguments)));
  }

  int run(List<String> arguments) {
    if (arguments.contains("--help") || arguments.contains("-h")) {
      out.print(help());
      return DONE;
    }
    try {
      BacktestOptions options = BacktestOptions.of(arguments);
      return options.windows().isPresent()
          ? new BacktestWindows(out).play(options, options.windows().get())
          : simulated(options);
    } catch (WrongUse wrong) {
      progress.println("backtest: " + wrong.getMessage() + " (see --help)");
      return WRONG_USE;
    } catch (IOException failed) {
      progress.println("backtest: " + failed.getMessage());
      return FAILED;
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      progress.println("backtest: stopped");
      return FAILED;
    }
  }

  // The scripts print the same file.
  private static String help() {
    try (InputStream text = BacktestCommand.class.getResourceAsStream("backtest-help.txt")) {
      return new String(Objects.requireNonNull(text).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  /// What is to be run.
  ///
  /// @param truths of the scenarios, in their order
  private record Work(
      String preset, Plan plan, Duration horizon, List<Scenario> scenarios, List<Truth> truths) {}

  private int simulated(BacktestOptions options) throws InterruptedException, WrongUse {
    List<Work> works = new ArrayList<>();
    for (String preset : options.presets()) {
      works.add(BacktestPlans.checked(preset, () -> work(options, preset)));
    }
    requireRows(options, works);
    long all =
        works.stream().mapToLong(work -> (long) work.scenarios().size() * options.runs()).sum();
    var told = new BacktestProgress(progress, all, Logs.onTerminal());
    var runs =
        new BacktestRuns(
            options.traffic(),
            options.runs(),
            options.threads(),
            options.voice() == Voice.QUIET ? () -> {} : told::one);
    print(options, Table.assumed(options.traffic(), options.runs(), options.seed()));
    Map<String, List<Summary>> found = new LinkedHashMap<>();
    for (Work work : works) {
      List<Summary> summaries =
          runs.of(work.plan(), work.horizon(), work.scenarios(), options.seed());
      found.put(work.preset(), summaries);
      print(options, Table.of(work.preset(), work.plan(), summaries));
    }
    return end(options, found);
  }

  private static Work work(BacktestOptions options, String preset) {
    Plan plan = BacktestPlans.of(preset, options.p99());
    List<Scenario> scenarios =
        options
            .effect()
            .map(effect -> List.of(new Scenario("as asked for", effect)))
            .orElseGet(() -> Scenario.usual(plan, options.traffic()));
    Duration horizon = options.horizon().orElse(plan.terms().deadline());
    // A plan with faults is told before the first table.
    var unused = new Backtest(plan, horizon);
    List<Truth> truths =
        scenarios.stream()
            .map(scenario -> Truth.of(plan, options.traffic(), scenario.effect()))
            .toList();
    return new Work(preset, plan, horizon, scenarios, truths);
  }

  // A gate that nothing is held against would always pass.
  private static void requireRows(BacktestOptions options, List<Work> works) throws WrongUse {
    List<Truth> truths = works.stream().flatMap(work -> work.truths().stream()).toList();
    if (options.maxFalseRollbacks().isPresent()
        && truths.stream().noneMatch(truth -> truth.harm() == Truth.Harm.NONE)) {
      throw new WrongUse("no row to hold --max-false-rollbacks against");
    }
    if (options.maxWrongPromotions().isPresent()
        && truths.stream().allMatch(truth -> truth.tooMuchFrom().isEmpty())) {
      throw new WrongUse("no row to hold --max-wrong-promotions against");
    }
  }

  private void print(BacktestOptions options, String text) {
    if (options.form() == Form.TEXT) {
      out.println(text);
    }
  }

  private int end(BacktestOptions options, Map<String, List<Summary>> found) {
    List<String> failed = new ArrayList<>();
    failed.addAll(
        over(found, "false rollbacks", Summary::falseRollbacks, options.maxFalseRollbacks()));
    failed.addAll(
        over(found, "wrong promotions", Summary::wrongPromotions, options.maxWrongPromotions()));
    if (options.form() == Form.JSON) {
      out.println(BacktestJson.of(options, found, failed));
    }
    failed.forEach(gate -> progress.println("backtest: gate failed: " + gate));
    return failed.isEmpty() ? DONE : GATE_FAILED;
  }

  private static List<String> over(
      Map<String, List<Summary>> found,
      String what,
      Function<Summary, Optional<Part>> part,
      OptionalDouble most) {
    List<String> failed = new ArrayList<>();
    found.forEach(
        (preset, summaries) ->
            summaries.forEach(
                summary ->
                    part.apply(summary)
                        .filter(seen -> most.isPresent() && seen.fraction() > most.getAsDouble())
                        .ifPresent(
                            seen ->
                                failed.add(
                                    "%s, %s: %s in %d of %d runs"
                                        .formatted(
                                            preset,
                                            summary.scenario().words(),
                                            what,
                                            seen.seen(),
                                            seen.of())))));
    return failed;
  }
}
