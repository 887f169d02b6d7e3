package dev.sluice.config;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.backtest.Play;
import dev.sluice.backtest.Sample;
import dev.sluice.config.BacktestOptions.WrongUse;
import dev.sluice.experiment.GuardReport;
import dev.sluice.experiment.Window;
import dev.sluice.journal.Reading;
import dev.sluice.journal.WindowLines;
import dev.sluice.rollout.Cause;
import dev.sluice.rollout.Decision;
import dev.sluice.rollout.Plan;
import dev.sluice.rollout.Words;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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

  /// Ends with 0, or before it has printed anything with what is wrong with a plan or the file.
  /// Only a line that is no window is found on the way.
  int play(BacktestOptions options, Path file) throws IOException, WrongUse {
    List<Work> works = new ArrayList<>();
    for (String preset : options.presets()) {
      works.add(BacktestPlans.checked(preset, () -> work(preset, options.p99())));
    }
    requireReadable(file);
    switch (options.form()) {
      case TEXT -> {
        for (Work work : works) {
          text(work, file);
        }
      }
      case JSON -> json(works, file);
    }
    return BacktestCommand.DONE;
  }

  private record Work(String preset, Plan plan) {}

  private static Work work(String preset, Duration p99) {
    Plan plan = BacktestPlans.of(preset, p99);
    var unused = Play.begin(plan, plan.judge(), Instant.EPOCH);
    return new Work(preset, plan);
  }

  private void text(Work work, Path file) throws IOException {
    try (WindowLines lines = lines(file)) {
      Optional<Window> first = next(file, lines);
      out.println(work.preset() + ": what would have happened with the windows of " + file);
      Replay replay =
          replay(
              work.plan(),
              file,
              lines,
              first,
              (before, window, turn) -> {
                out.println(line(before, window, turn));
                why(turn).forEach(sentence -> out.println("    " + sentence));
              });
      out.println(replay.ending());
    }
  }

  // Written while the windows are read: there may be more of them than fit into memory.
  private void json(List<Work> works, Path file) throws IOException {
    JsonGenerator json = JSON.createGenerator(out).useDefaultPrettyPrinter();
    json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    json.writeStartObject();
    json.writeNumberField("schema", SCHEMA);
    json.writeArrayFieldStart("presets");
    for (Work work : works) {
      try (WindowLines lines = lines(file)) {
        Optional<Window> first = next(file, lines);
        json.writeStartObject();
        json.writeStringField("preset", work.preset());
        json.writeArrayFieldStart("windows");
        Replay replay =
            replay(
                work.plan(),
                file,
                lines,
                first,
                (before, window, turn) -> {
                  json.writeTree(node(before, window, turn));
                  json.flush();
                });
        json.writeEndArray();
        json.writeNumberField("repeated", replay.repeated());
        json.writeNumberField("misfits", replay.misfits());
        json.writeEndObject();
      }
    }
    json.writeEndArray();
    json.writeEndObject();
    json.flush();
    out.println();
  }

  /// What is told of each window.
  private interface Told {
    void turn(Play before, Window window, Play.Turn turn) throws IOException;
  }

  private static Replay replay(
      Plan plan, Path file, WindowLines lines, Optional<Window> first, Told told)
      throws IOException {
    var replay = Replay.NOTHING;
    for (Optional<Window> next = first; next.isPresent(); next = next(file, lines)) {
      Window window = next.get();
      Play before = replay.play(plan, window);
      if (!before.over()) {
        Play.Turn turn = before.after(window);
        told.turn(before, window, turn);
        replay = replay.after(before, window, turn);
      }
    }
    return replay;
  }

  /// How far a file has been played.
  ///
  /// @param excess bad answers of the windows that counted
  private record Replay(Optional<Play> played, double excess) {
    static final Replay NOTHING = new Replay(Optional.empty(), 0);

    Play play(Plan plan, Window first) {
      return played.orElseGet(() -> Play.begin(plan, plan.judge(), first.start()));
    }

    Replay after(Play before, Window window, Play.Turn turn) {
      boolean counts = turn.next().evidence().windows() > before.evidence().windows();
      return new Replay(
          Optional.of(turn.next()), excess + (counts ? Sample.of(window).excessErrors() : 0));
    }

    long repeated() {
      return played.map(play -> play.evidence().repeated()).orElse(0L);
    }

    long misfits() {
      return played.map(play -> play.evidence().misfits()).orElse(0L);
    }

    String ending() {
      return played
          .map(
              play ->
                  String.format(
                      Locale.ROOT,
                      "At the end: %s at %s %%, %.0f bad answers more than stable would have given%s%n",
                      play.rollout().state().word().replace('_', ' '),
                      Words.percent(play.share()),
                      excess,
                      leftOut()))
          .orElse("No windows.\n");
    }

    private String leftOut() {
      return repeated() + misfits() == 0
          ? ""
          : "; left out: %d repeated windows, %d of a wrong length or overlapping"
              .formatted(repeated(), misfits());
    }
  }

  // A pipe can be read once only: what is wrong with its text is found on the way.
  private static void requireReadable(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException("a folder, no file: " + file);
    }
    if (Files.isRegularFile(file)) {
      try (Reader reader = reader(file)) {
        reader.transferTo(Writer.nullWriter());
      } catch (CharacterCodingException wrong) {
        throw new IOException("not UTF-8: " + file, wrong);
      }
    }
  }

  private static WindowLines lines(Path file) throws IOException {
    return WindowLines.of(reader(file));
  }

  private static Reader reader(Path file) throws IOException {
    try {
      return Files.newBufferedReader(file, StandardCharsets.UTF_8);
    } catch (NoSuchFileException missing) {
      throw new IOException("no such file: " + file, missing);
    } catch (AccessDeniedException denied) {
      throw new IOException("may not be read: " + file, denied);
    }
  }

  private static Optional<Window> next(Path file, WindowLines lines) throws IOException {
    Optional<Reading<Window>> read;
    try {
      read = lines.next();
    } catch (CharacterCodingException wrong) {
      throw new IOException("not UTF-8: " + file, wrong);
    }
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
        Words.percent(before.share()),
        Words.percent(window.share()),
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
                  + Words.percent(moved.next().share())
                  + " %";
          case Decision.Noted noted -> "noted";
        };
    return what + ": " + code(cause) + (cause.text().isEmpty() ? "" : " (" + cause.text() + ")");
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
}
