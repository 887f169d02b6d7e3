package dev.sluice.config;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.backtest.Play;
import dev.sluice.backtest.Sample;
import dev.sluice.config.BacktestOptions.Form;
import dev.sluice.experiment.GuardReport;
import dev.sluice.experiment.Window;
import dev.sluice.journal.Reading;
import dev.sluice.journal.WindowLines;
import dev.sluice.rollout.Cause;
import dev.sluice.rollout.Decision;
import dev.sluice.rollout.Plan;
import dev.sluice.routing.Share;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Plays recorded windows through plans, once each: what would have happened, window by window. The
/// windows stay as they were recorded, whatever share the plan would have given.
final class BacktestWindows {
  static final int SCHEMA = 1;

  private static final JsonMapper JSON = new JsonMapper();

  private final PrintStream out;

  BacktestWindows(PrintStream out) {
    this.out = out;
  }

  int play(BacktestOptions options, Path file) throws IOException {
    ObjectNode root = JSON.createObjectNode().put("schema", SCHEMA);
    ArrayNode presets = root.putArray("presets");
    for (String preset : options.presets()) {
      ObjectNode found = presets.addObject().put("preset", preset);
      play(options, preset, file, found.putArray("windows"));
    }
    if (options.form() == Form.JSON) {
      out.println(BacktestJson.text(root));
    }
    return BacktestCommand.DONE;
  }

  private void play(BacktestOptions options, String preset, Path file, ArrayNode windows)
      throws IOException {
    Plan plan = BacktestPlans.of(preset, options.p99());
    boolean text = options.form() == Form.TEXT;
    if (text) {
      out.println(preset + ": what would have happened with the windows of " + file);
    }
    double excess = 0;
    Optional<Play> played = Optional.empty();
    try (WindowLines lines = lines(file)) {
      for (Optional<Window> next = next(file, lines); next.isPresent(); next = next(file, lines)) {
        Window window = next.get();
        Play before = played.orElseGet(() -> Play.begin(plan, plan.judge(), window.start()));
        if (!before.over()) {
          Play.Turn turn = before.after(window);
          excess += Sample.of(window).excessErrors();
          played = Optional.of(turn.next());
          if (text) {
            out.println(line(before, window, turn));
            why(turn).forEach(sentence -> out.println("    " + sentence));
          } else {
            windows.add(node(before, window, turn));
          }
        }
      }
    }
    if (text) {
      out.println(ending(played, excess));
    }
  }

  private static WindowLines lines(Path file) throws IOException {
    try {
      return WindowLines.of(Files.newBufferedReader(file, StandardCharsets.UTF_8));
    } catch (NoSuchFileException missing) {
      throw new IOException("no such file: " + file, missing);
    }
  }

  private static Optional<Window> next(Path file, WindowLines lines) throws IOException {
    Optional<Reading<Window>> read = lines.next();
    if (read.isEmpty()) {
      return Optional.empty();
    }
    return switch (read.get()) {
      case Reading.Found<Window>(Window window) -> Optional.of(window);
      case Reading.Refused<Window>(String reason) -> throw new IOException(file + ": " + reason);
    };
  }

  private static String line(Play before, Window window, Play.Turn turn) {
    return String.format(
        Locale.ROOT,
        "%s  plan %s %%, recorded %s %%  stable %.0f of %.0f failed, canary %.0f of %.0f  %s%s",
        window.end(),
        percent(before.share()),
        percent(window.share()),
        window.stable().errors().events(),
        window.stable().requests(),
        window.canary().errors().events(),
        window.canary().requests(),
        turn.next().rollout().sight().judgement().verdict(),
        turn.decision().map(decision -> "  -> " + words(decision)).orElse(""));
  }

  // What every guard says, where traffic moves.
  private static List<String> why(Play.Turn turn) {
    boolean moved = turn.decision().filter(Decision.Moved.class::isInstance).isPresent();
    Play now = turn.next();
    return moved
        ? now.judge().report(now.evidence(), now.share()).stream()
            .map(GuardReport::sentence)
            .toList()
        : List.of();
  }

  private static String words(Decision decision) {
    Cause cause = decision.cause();
    String what =
        switch (decision) {
          case Decision.Moved moved ->
              moved.next().state().word().replace('_', ' ')
                  + " at "
                  + percent(moved.next().share())
                  + " %";
          case Decision.Noted noted -> "noted";
        };
    return what + ": " + code(cause) + (cause.text().isEmpty() ? "" : " (" + cause.text() + ")");
  }

  private static String percent(Share share) {
    return BigDecimal.valueOf(share.percent()).stripTrailingZeros().toPlainString();
  }

  private static String code(Cause cause) {
    return cause.code().name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static ObjectNode node(Play before, Window window, Play.Turn turn) {
    ObjectNode node =
        JSON.createObjectNode()
            .put("end", window.end().toString())
            .put("share", before.share().fraction())
            .put("recorded_share", window.share().fraction())
            .put("verdict", turn.next().rollout().sight().judgement().verdict().name());
    turn.decision()
        .ifPresent(
            decision ->
                node.putObject("decision")
                    .put("state", decision.next().state().word())
                    .put("share", decision.next().share().fraction())
                    .put("cause", decision.cause().code().name())
                    .put("text", decision.cause().text()));
    return node;
  }

  private static String ending(Optional<Play> played, double excess) {
    return played
        .map(
            play ->
                String.format(
                    Locale.ROOT,
                    "At the end: %s at %s %%, %.0f bad answers more than stable would have given%n",
                    play.rollout().state().word().replace('_', ' '),
                    percent(play.share()),
                    excess))
        .orElse("No windows.\n");
  }
}
