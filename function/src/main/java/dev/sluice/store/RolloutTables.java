package dev.sluice.store;

import dev.sluice.control.Entry;
import dev.sluice.control.RolloutRecord;
import dev.sluice.control.Rollouts.Filter;
import dev.sluice.control.Rollouts.Write;
import dev.sluice.control.Rollouts.Written;
import dev.sluice.control.Settings;
import dev.sluice.control.StoreUnavailable;
import dev.sluice.journal.EntryJson;
import dev.sluice.journal.RolloutJson;
import dev.sluice.journal.SettingsJson;
import dev.sluice.rollout.RolloutId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Rollouts, their entries and the standing splits.
///
/// Whoever writes an entry takes the next number first, which locks a row until the transaction
/// ends: writers come one after another, so what a writer has asked stays true until it is done.
/// The unique indexes are there in case this is ever wrong.
final class RolloutTables {
  private final Database database;

  // Those that were active when it was asked last, each of about 25 KB as text. A number is given
  // once, so that number and revision name a text for good.
  private volatile Map<RolloutId, Parsed> active = Map.of();

  RolloutTables(Database database) {
    this.database = database;
  }

  private record Parsed(long created, RolloutRecord rollout) {
    boolean is(Found found) {
      return created == found.created && rollout.revision() == found.revision;
    }
  }

  private record Found(RolloutId id, long created, long revision) {}

  List<RolloutRecord> active() throws StoreUnavailable {
    Map<RolloutId, Parsed> before = active;
    Map<RolloutId, Parsed> now = new HashMap<>();
    List<RolloutRecord> rollouts =
        database.read(
            sql -> {
              List<Found> found =
                  sql.all(
                      RolloutTables::found,
                      "select id, created, revision from rollouts where phase = 'active'"
                          + " order by created");
              List<RolloutRecord> all = new ArrayList<>();
              for (Found each : found) {
                Parsed seen = before.get(each.id);
                Parsed parsed =
                    seen != null && seen.is(each) ? seen : new Parsed(each.created, one(sql, each));
                now.put(each.id, parsed);
                all.add(parsed.rollout);
              }
              return all;
            });
    active = Map.copyOf(now);
    return rollouts;
  }

  private static Found found(ResultSet line) throws SQLException {
    return new Found(
        new RolloutId(line.getString("id")), line.getLong("created"), line.getLong("revision"));
  }

  // Read in the transaction that found it.
  private static RolloutRecord one(Sql sql, Found found) throws SQLException, StoreUnavailable {
    return find(sql, found.id)
        .orElseThrow(() -> new StoreUnavailable("rollout " + found.id.value() + " is gone"));
  }

  Optional<RolloutRecord> find(RolloutId id) throws StoreUnavailable {
    return database.read(sql -> find(sql, id));
  }

  private static Optional<RolloutRecord> find(Sql sql, RolloutId id)
      throws SQLException, StoreUnavailable {
    return sql.first(
        RolloutTables::rollout, "select id, json from rollouts where id = ?", id.value());
  }

  private static RolloutRecord rollout(ResultSet line) throws SQLException, StoreUnavailable {
    return Read.whole(RolloutJson.read(line.getString("json")), "rollout " + line.getString("id"));
  }

  List<RolloutRecord> list(Filter filter) throws StoreUnavailable {
    var where = new Where(filter, "id");
    return database.read(
        sql ->
            sql.all(
                RolloutTables::rollout,
                "select id, json from rollouts where "
                    + where.text()
                    + " order by created desc"
                    + " limit ?",
                where.values()));
  }

  List<Entry.Logged> history(Filter filter) throws StoreUnavailable {
    var where = new Where(filter, "rollout");
    return database.read(
        sql ->
            sql.all(
                Read::logged,
                "select number, json from entries where changed = 1 and "
                    + where.text()
                    + " order by number desc limit ?",
                where.values()));
  }

  /// What a filter asks for.
  ///
  /// @param id the column with the rollout's id
  private record Where(Filter filter, String id) {
    String text() {
      return (filter.model().isPresent() ? "model = ?" : "1 = 1")
          + (filter.tag().isPresent()
              ? " and " + id + " in (select rollout from tags where tag = ?)"
              : "");
    }

    Object[] values() {
      List<Object> values = new ArrayList<>();
      filter.model().ifPresent(values::add);
      filter.tag().ifPresent(values::add);
      values.add(filter.limit());
      return values.toArray();
    }
  }

  Settings settings() throws StoreUnavailable {
    return database.read(
        sql ->
            sql.first(RolloutTables::settings, "select revision, json from settings where id = 1")
                .orElse(Settings.NONE));
  }

  private static Settings settings(ResultSet line) throws SQLException, StoreUnavailable {
    return line.getLong("revision") == 0
        ? Settings.NONE
        : Read.whole(SettingsJson.read(line.getString("json")), "settings");
  }

  Written write(Settings next) throws StoreUnavailable {
    return database.write(
        sql -> replaces(sql, next) ? Written.WRITTEN : Written.STALE, Written.WRITTEN::equals);
  }

  private static boolean replaces(Sql sql, Settings next) throws SQLException {
    int changed =
        sql.change(
            "update settings set revision = ?, json = ? where id = 1 and revision = ?",
            next.revision(),
            SettingsJson.write(next),
            next.revision() - 1);
    return changed == 1;
  }

  Written write(Write write) throws StoreUnavailable {
    // Before the lock: others need not wait for it.
    String rollout = RolloutJson.write(write.rollout());
    String entry = EntryJson.write(write.entry());
    Written written =
        database.write(sql -> written(sql, write, rollout, entry), Written.WRITTEN::equals);
    if (written == Written.WRITTEN) {
      remember(write.rollout());
    }
    return written;
  }

  // What this process wrote it need not read. Who else changes the map meanwhile may undo this:
  // then it is read after all.
  private void remember(RolloutRecord rollout) {
    Map<RolloutId, Parsed> before = active;
    Parsed seen = before.get(rollout.id());
    if (seen != null) {
      Map<RolloutId, Parsed> next = new HashMap<>(before);
      next.put(rollout.id(), new Parsed(seen.created, rollout));
      active = Map.copyOf(next);
    }
  }

  private static Written written(Sql sql, Write write, String rollout, String entry)
      throws SQLException, StoreUnavailable {
    long number = next(sql);
    if (isRepeated(sql, write.entry())) {
      return Written.REPEATED;
    }
    if (isStale(sql, write.rollout())) {
      return Written.STALE;
    }
    if (isOccupied(sql, write.rollout())) {
      return Written.OCCUPIED;
    }
    if (write.settings().isPresent() && !replaces(sql, write.settings().get())) {
      return Written.STALE;
    }
    put(sql, number, write.rollout(), rollout);
    put(sql, number, write.entry(), entry);
    return Written.WRITTEN;
  }

  private static long next(Sql sql) throws SQLException, StoreUnavailable {
    return sql.first(
            line -> line.getLong(1),
            "update numbering set last = last + 1 where id = 1 returning last")
        .orElseThrow(() -> new StoreUnavailable("the numbering of entries is gone"));
  }

  /// Locks the row of the numbering, as who takes a number does.
  private static void comeAlone(Sql sql) throws SQLException {
    sql.change("update numbering set last = last where id = 1");
  }

  private static boolean isRepeated(Sql sql, Entry entry) throws SQLException, StoreUnavailable {
    return entry.request().isPresent()
        && sql.any("select 1 from entries where request_key = ?", entry.request().get().key());
  }

  private static boolean isStale(Sql sql, RolloutRecord next)
      throws SQLException, StoreUnavailable {
    Optional<Long> found =
        sql.first(
            line -> line.getLong(1),
            "select revision from rollouts where id = ?",
            next.id().value());
    return !found.equals(
        next.revision() == 0 ? Optional.empty() : Optional.of(next.revision() - 1));
  }

  private static boolean isOccupied(Sql sql, RolloutRecord next)
      throws SQLException, StoreUnavailable {
    return next.active()
        && sql.any(
            "select 1 from rollouts where model = ? and phase = 'active' and id <> ?",
            next.model(),
            next.id().value());
  }

  private static void put(Sql sql, long number, RolloutRecord rollout, String json)
      throws SQLException {
    if (rollout.revision() > 0) {
      sql.change(
          "update rollouts set phase = ?, written = ?, revision = ?, json = ? where id = ?",
          phase(rollout),
          number,
          rollout.revision(),
          json,
          rollout.id().value());
      return;
    }
    sql.change(
        "insert into rollouts (id, model, phase, created, written, revision, json)"
            + " values (?, ?, ?, ?, ?, 0, ?)",
        rollout.id().value(),
        rollout.model(),
        phase(rollout),
        number,
        number,
        json);
    for (String tag : rollout.about().tags()) {
      sql.change(
          "insert into tags (tag, rollout) values (?, ?) on conflict (tag, rollout) do nothing",
          tag,
          rollout.id().value());
    }
  }

  private static String phase(RolloutRecord rollout) {
    if (rollout.active()) {
      return "active";
    }
    return rollout.rollout().state().isFinal() ? "over" : "draft";
  }

  private static void put(Sql sql, long number, Entry entry, String json) throws SQLException {
    sql.change(
        "insert into entries (number, rollout, model, revision, at, changed, request_key, json)"
            + " values (?, ?, ?, ?, ?, ?, ?, ?)",
        number,
        entry.rollout().value(),
        entry.model(),
        entry.revision(),
        entry.at().toEpochMilli(),
        entry.change().isPresent() ? 1 : 0,
        entry.request().map(Entry.Request::key),
        json);
  }

  Written delete(RolloutId draft, long revision) throws StoreUnavailable {
    return database.write(
        sql -> {
          comeAlone(sql);
          int deleted =
              sql.change(
                  "delete from rollouts where id = ? and revision = ? and phase = 'draft'",
                  draft.value(),
                  revision);
          forgetParts(sql, deleted == 0 ? List.of() : List.of(draft.value()));
          return deleted == 0 ? Written.STALE : Written.WRITTEN;
        },
        Written.WRITTEN::equals);
  }

  void forget(int keep) throws StoreUnavailable {
    database.write(
        sql -> {
          comeAlone(sql);
          List<String> old = new ArrayList<>(oldest(sql, "over", keep));
          old.addAll(oldest(sql, "draft", keep));
          for (String id : old) {
            sql.change("delete from rollouts where id = ?", id);
          }
          forgetParts(sql, old);
          return old.size();
        },
        forgotten -> true);
  }

  private static List<String> oldest(Sql sql, String phase, int keep)
      throws SQLException, StoreUnavailable {
    return sql.all(
        line -> line.getString(1),
        "select id from rollouts where phase = ? and id not in"
            + " (select id from rollouts where phase = ? order by written desc limit ?)",
        phase,
        phase,
        keep);
  }

  private static void forgetParts(Sql sql, List<String> rollouts) throws SQLException {
    for (String id : rollouts) {
      sql.change("delete from tags where rollout = ?", id);
      sql.change("delete from entries where rollout = ?", id);
    }
  }

  List<Entry.Logged> entries(RolloutId id, long after, int limit) throws StoreUnavailable {
    return database.read(
        sql ->
            sql.all(
                Read::logged,
                "select number, json from entries where rollout = ? and revision > ?"
                    + " order by revision limit ?",
                id.value(),
                after,
                limit));
  }

  List<Entry.Logged> log(long after, int limit) throws StoreUnavailable {
    return database.read(
        sql ->
            sql.all(
                Read::logged,
                "select number, json from entries where number > ? order by number limit ?",
                after,
                limit));
  }

  long lastSequence() throws StoreUnavailable {
    return database.read(
        sql ->
            sql.first(line -> line.getLong(1), "select last from numbering where id = 1")
                .orElse(0L));
  }

  Optional<Entry.Logged> requested(String key) throws StoreUnavailable {
    return database.read(
        sql ->
            sql.first(Read::logged, "select number, json from entries where request_key = ?", key));
  }
}
