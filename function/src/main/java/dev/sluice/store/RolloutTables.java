package dev.sluice.store;

import dev.sluice.control.Entry;
import dev.sluice.control.RolloutRecord;
import dev.sluice.control.Rollouts.Filter;
import dev.sluice.control.Rollouts.Write;
import dev.sluice.control.Rollouts.Written;
import dev.sluice.control.StoreUnavailable;
import dev.sluice.journal.EntryJson;
import dev.sluice.journal.RolloutJson;
import dev.sluice.rollout.RolloutId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// Rollouts and their entries.
final class RolloutTables {
  private final Database database;

  // Those that were active when it was asked last, each of about 25 KB as text. A number is given
  // once, so that number and revision name a text for good.
  private volatile Map<RolloutId, Parsed> active = Map.of();
  // What a digest was asked for is written next.
  private volatile Optional<Text> digested = Optional.empty();

  RolloutTables(Database database) {
    this.database = database;
  }

  private record Parsed(long created, RolloutRecord rollout) {
    boolean is(Found found) {
      return created == found.created && rollout.revision() == found.revision;
    }
  }

  private record Found(RolloutId id, long created, long revision) {}

  private record Text(RolloutRecord rollout, String json) {}

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

  // Nothing is decided by it, so that its evidence is not gone through.
  private static RolloutRecord shown(ResultSet line) throws SQLException, StoreUnavailable {
    return Read.whole(
        RolloutJson.glance(line.getString("json")), "rollout " + line.getString("id"));
  }

  <T> List<T> list(Filter filter, Function<RolloutRecord, T> as) throws StoreUnavailable {
    var where = new Where(filter, "id");
    return database.read(
        sql ->
            sql.all(
                line -> as.apply(shown(line)),
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

  List<Entry.Logged> history(RolloutId id, int limit) throws StoreUnavailable {
    return database.read(
        sql ->
            sql.all(
                Read::logged,
                "select number, json from entries where rollout = ? and changed = 1"
                    + " order by revision desc limit ?",
                id.value(),
                limit));
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

  String digest(RolloutRecord rollout) {
    String json = RolloutJson.write(rollout);
    digested = Optional.of(new Text(rollout, json));
    return RolloutJson.digest(json);
  }

  Written write(Write write) throws StoreUnavailable {
    // Before the lock: others need not wait for it.
    String rollout =
        digested
            .filter(text -> text.rollout.equals(write.rollout()))
            .map(Text::json)
            .orElseGet(() -> RolloutJson.write(write.rollout()));
    String entry = EntryJson.write(write.entry());
    Written written =
        database.write(
            sql -> RolloutWriting.write(sql, write, rollout, entry), Written.WRITTEN::equals);
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

  Written delete(RolloutId draft, long revision) throws StoreUnavailable {
    return database.write(
        sql -> RolloutWriting.delete(sql, draft, revision), Written.WRITTEN::equals);
  }

  void forget(int keep) throws StoreUnavailable {
    database.write(sql -> RolloutWriting.forget(sql, keep), forgotten -> true);
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
