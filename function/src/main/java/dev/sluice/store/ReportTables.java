package dev.sluice.store;

import dev.sluice.control.Reports.Counted;
import dev.sluice.control.StoreUnavailable;
import dev.sluice.experiment.Counters;
import dev.sluice.journal.CountersJson;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/// What processes have counted, and which feedback came already.
final class ReportTables {
  private static final Duration REMEMBERED = Duration.ofHours(1);
  // Longer than from the end of a window until the next one is taken.
  private static final Duration KNOWN_FOR = Duration.ofMinutes(3);
  private static final Duration SWEPT_EVERY = Duration.ofMinutes(1);

  private final Database database;
  private final AtomicReference<Instant> swept = new AtomicReference<>(Instant.EPOCH);
  // By model: those that were appended here or asked for last. What is there under a name never
  // becomes another.
  private final Map<String, Map<Name, Counters>> known = new ConcurrentHashMap<>();

  ReportTables(Database database) {
    this.database = database;
  }

  private record Name(String process, long windowEnd) {}

  void append(String model, Counters counters) throws StoreUnavailable {
    var name = new Name(counters.process(), counters.windowEnd().toEpochMilli());
    String json = CountersJson.write(counters);
    int appended =
        database.write(
            sql ->
                sql.change(
                    "insert into reports (model, process, window_end, json) values (?, ?, ?, ?)"
                        + " on conflict (model, process, window_end) do nothing",
                    model,
                    name.process,
                    name.windowEnd,
                    json),
            lines -> true);
    if (appended == 1) {
      known.compute(
          model, (same, before) -> with(before == null ? Map.of() : before, name, counters));
    }
  }

  private static Map<Name, Counters> with(
      Map<Name, Counters> before, Name name, Counters counters) {
    var next = new HashMap<>(before);
    next.keySet().removeIf(old -> old.windowEnd < name.windowEnd - KNOWN_FOR.toMillis());
    next.put(name, counters);
    return Map.copyOf(next);
  }

  Counted counted(String model, Instant until) throws StoreUnavailable {
    Map<Name, Counters> before = known.getOrDefault(model, Map.of());
    Map<Name, Counters> asked = new HashMap<>();
    Counted counted =
        database.read(
            sql -> {
              asked.clear();
              return new Counted(
                  reports(sql, model, last(sql, model, until), before, asked),
                  reports(sql, model, later(sql, model, until), before, asked));
            });
    known.put(model, Map.copyOf(asked));
    return counted;
  }

  private static List<Name> last(Sql sql, String model, Instant until)
      throws SQLException, StoreUnavailable {
    return sql.all(
        ReportTables::name,
        "select process, window_end from reports r where model = ? and window_end >= ?"
            + " and window_end = (select max(window_end) from reports"
            + " where model = r.model and process = r.process and window_end <= ?)"
            + " order by process",
        model,
        until.minus(REMEMBERED).toEpochMilli(),
        until.toEpochMilli());
  }

  private static List<Name> later(Sql sql, String model, Instant until)
      throws SQLException, StoreUnavailable {
    return sql.all(
        ReportTables::name,
        "select process, window_end from reports where model = ? and window_end > ?"
            + " order by window_end, process",
        model,
        until.toEpochMilli());
  }

  private static Name name(ResultSet line) throws SQLException {
    return new Name(line.getString("process"), line.getLong("window_end"));
  }

  private static List<Counters> reports(
      Sql sql,
      String model,
      List<Name> names,
      Map<Name, Counters> before,
      Map<Name, Counters> asked)
      throws SQLException, StoreUnavailable {
    List<Counters> reports = new ArrayList<>();
    for (Name name : names) {
      Counters report = before.containsKey(name) ? before.get(name) : read(sql, model, name);
      asked.put(name, report);
      reports.add(report);
    }
    return reports;
  }

  private static Counters read(Sql sql, String model, Name name)
      throws SQLException, StoreUnavailable {
    String json =
        sql.first(
                line -> line.getString(1),
                "select json from reports where model = ? and process = ? and window_end = ?",
                model,
                name.process,
                name.windowEnd)
            .orElseThrow(() -> new StoreUnavailable("a report of " + name.process + " is gone"));
    return Read.whole(CountersJson.read(json), "a report of " + name.process);
  }

  void forget(Instant before) throws StoreUnavailable {
    database.write(
        sql -> sql.change("delete from reports where window_end < ?", before.toEpochMilli()),
        forgotten -> true);
  }

  /// Whether this is the first word about an exposure. What ran out is no longer a word.
  boolean first(String exposure, Instant now, Instant forget) throws StoreUnavailable {
    sweep(now);
    return database.write(
        sql ->
            sql.change(
                    "insert into feedback (exposure, forget) values (?, ?)"
                        + " on conflict (exposure) do update set forget = excluded.forget"
                        + " where feedback.forget <= ?",
                    exposure,
                    forget.toEpochMilli(),
                    now.toEpochMilli())
                == 1,
        first -> first);
  }

  private void sweep(Instant now) throws StoreUnavailable {
    Instant last = swept.get();
    if (now.isBefore(last.plus(SWEPT_EVERY)) || !swept.compareAndSet(last, now)) {
      return;
    }
    database.write(
        sql -> sql.change("delete from feedback where forget <= ?", now.toEpochMilli()),
        deleted -> true);
  }
}
