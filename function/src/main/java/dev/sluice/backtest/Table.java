package dev.sluice.backtest;

import dev.sluice.rollout.Pacing;
import dev.sluice.rollout.Plan;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The figures of one plan as text: a row for each scenario.
public final class Table {
  private static final String NOTHING = "-";

  private static final List<Column> COLUMNS =
      List.of(
          new Column("", "canary", summary -> summary.scenario().words()),
          new Column("", "must not get", summary -> forbidden(summary.truth())),
          new Column("promoted", "%", summary -> percent(summary.promoted())),
          new Column("rolled back", "%", summary -> percent(summary.rolledBack())),
          new Column("undecided", "%", summary -> percent(summary.undecided())),
          new Column("wrong", "%", Table::wrong),
          new Column("to promotion", "minutes", summary -> spread(summary.minutesToPromote())),
          new Column("to rollback", "minutes", summary -> spread(summary.minutesToRollBack())),
          new Column(
              "to rollback", "canary requests", summary -> spread(summary.requestsToRollBack())),
          new Column("to rollback", "bad answers", summary -> spread(summary.badAnswers())));

  private Table() {}

  /// One column under a heading of two lines.
  private record Column(String above, String below, Function<Summary, String> text) {
    int width(List<Summary> rows) {
      int heading = Math.max(above.length(), below.length());
      return rows.stream().mapToInt(row -> text.apply(row).length()).reduce(heading, Math::max);
    }
  }

  /// What holds for every row.
  public static String assumed(Traffic traffic, int runs, long seed) {
    return """
        Assumed: %s requests a minute%s, %s %% errors%s,
                 latency %s ms in the median (sigma %s)%s, %s.
        %s runs a row, seed %d. After ±: the standard error. Pairs: the median (nine in ten are below).
        Wrong: it got what it must not get. Edge of a guard: exactly on its limit. -: none.
        """
        .formatted(
            number(traffic.perMinute()),
            drift(traffic.requestDrift()),
            number(100 * traffic.errors()),
            drift(traffic.errorDrift()),
            number(traffic.latency().medianMicros() / 1e3),
            number(traffic.latency().sigma()),
            drift(traffic.latency().drift()),
            callers(traffic.callers()),
            whole(runs),
            seed);
  }

  /// The rows of one plan.
  public static String of(String name, Plan plan, List<Summary> rows) {
    String steps =
        plan.steps().stream()
            .map(step -> number(step.share().percent()))
            .collect(Collectors.joining(", "));
    return """
        %s: %s %% of the traffic, %s, %s
        %s
        %s
        %s
        """
        .formatted(
            name,
            steps,
            pace(plan.pacing().pace()),
            last(plan.promotion()),
            line(rows, Column::above),
            line(rows, Column::below),
            rows.stream()
                .map(row -> line(rows, column -> column.text().apply(row)))
                .collect(Collectors.joining("\n")));
  }

  private static String line(List<Summary> rows, Function<Column, String> text) {
    var line = new StringBuilder();
    for (Column column : COLUMNS) {
      String cell = text.apply(column);
      line.append(line.isEmpty() ? "" : "  ");
      line.append(cell).append(" ".repeat(column.width(rows) - cell.length()));
    }
    return line.toString().stripTrailing();
  }

  private static String pace(Pacing.Pace pace) {
    return switch (pace) {
      case PROOF -> "each on proof";
      case TIME -> "by the clock";
    };
  }

  private static String last(Plan.Promotion promotion) {
    return switch (promotion) {
      case AUTO -> "promoted on proof";
      case MANUAL -> "promoted by a person (here: proven counts as promoted)";
    };
  }

  private static String forbidden(Truth truth) {
    Stream<String> rollback =
        switch (truth.harm()) {
          case NONE -> Stream.of("a rollback");
          case SOME -> Stream.empty();
        };
    Stream<String> share =
        truth.tooMuchFrom().stream().map(least -> number(least.percent()) + " %");
    String all = Stream.concat(rollback, share).collect(Collectors.joining(" or "));
    return all.isEmpty() ? NOTHING : all;
  }

  private static String wrong(Summary summary) {
    boolean possible =
        summary.falseRollbacks().isPresent() || summary.wrongPromotions().isPresent();
    return possible ? percent(summary.wrong()) : NOTHING;
  }

  private static String percent(Part part) {
    return String.format(Locale.ROOT, "%.1f ±%.1f", 100 * part.fraction(), 100 * part.error());
  }

  private static String spread(Optional<Spread> spread) {
    return spread
        .map(found -> whole(found.median()) + " (" + whole(found.ninety()) + ")")
        .orElse(NOTHING);
  }

  private static String drift(Drift drift) {
    return drift.amplitude() == 0
        ? ""
        : " (±" + number(100 * drift.amplitude()) + " % over the day)";
  }

  private static String callers(Callers callers) {
    return switch (callers) {
      case Callers.Unknown unknown -> "each request for itself";
      case Callers.Fixed(int count, var alike) ->
          "always the same " + whole(count) + " callers" + alike(alike);
      case Callers.Passing(double requests, var alike) ->
          "always new callers with " + number(requests) + " requests each" + alike(alike);
    };
  }

  private static String alike(Callers.Alike alike) {
    return " (errors correlate by " + number(alike.correlation()) + ")";
  }

  private static String whole(double value) {
    return String.format(Locale.ROOT, "%,.0f", Math.rint(value) + 0.0);
  }

  private static String number(double value) {
    String text = String.format(Locale.ROOT, "%.4f", value);
    return text.replaceAll("0+$", "").replaceAll("\\.$", "");
  }
}
