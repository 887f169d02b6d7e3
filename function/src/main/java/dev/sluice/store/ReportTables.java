package dev.sluice.store;

import dev.sluice.control.Reports.Counted;
import dev.sluice.control.StoreUnavailable;
import dev.sluice.experiment.Counters;
import dev.sluice.journal.CountersJson;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;

/// What processes have counted, and which feedback came already.
final class ReportTables {
  private static final Duration REMEMBERED = Duration.ofHours(1);
  private static final Duration SWEPT_EVERY = Duration.ofMinutes(1);

  private final Database database;
  private final AtomicReference<Instant> swept = new AtomicReference<>(Instant.EPOCH);

  ReportTables(Database database) {
    this.database = database;
  }

  void append(String model, Counters counters) throws StoreUnavailable {
    String json = CountersJson.write(counters);
    database.write(
        sql ->
            sql.change(
                "insert into reports (model, process, window_end, json) values (?, ?, ?, ?)"
                    + " on conflict (model, process, window_end) do nothing",
                model,
                counters.process(),
                counters.windowEnd().toEpochMilli(),
                json),
        appended -> true);
  }

  Counted counted(String model, Instant until) throws StoreUnavailable {
    long moment = until.toEpochMilli();
    return database.read(
        sql ->
            new Counted(
                sql.all(
                    ReportTables::counters,
                    "select process, json from reports r where model = ? and window_end >= ?"
                        + " and window_end = (select max(window_end) from reports"
                        + " where model = r.model and process = r.process and window_end <= ?)"
                        + " order by process",
                    model,
                    until.minus(REMEMBERED).toEpochMilli(),
                    moment),
                sql.all(
                    ReportTables::counters,
                    "select process, json from reports where model = ? and window_end > ?"
                        + " order by window_end, process",
                    model,
                    moment)));
  }

  private static Counters counters(ResultSet line) throws SQLException, StoreUnavailable {
    return Read.whole(
        CountersJson.read(line.getString("json")), "a report of " + line.getString("process"));
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
