package dev.sluice.store;

import dev.sluice.control.Entry;
import dev.sluice.control.RolloutRecord;
import dev.sluice.control.Rollouts.Write;
import dev.sluice.control.Rollouts.Written;
import dev.sluice.control.StoreUnavailable;
import dev.sluice.rollout.RolloutId;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What changes rollouts and their entries, each within a transaction of its caller.
///
/// Whoever writes an entry takes the next number first, which locks a row until the transaction
/// ends: writers come one after another, so what a writer has asked stays true until it is done.
/// The unique indexes are there in case this is ever wrong.
final class RolloutWriting {
  private RolloutWriting() {}

  /// @param rollout the record as text
  /// @param entry the entry as text
  static Written write(Sql sql, Write write, String rollout, String entry)
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
    if (write.settings().isPresent() && !SettingsTable.replace(sql, write.settings().get())) {
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

  static Written delete(Sql sql, RolloutId draft, long revision) throws SQLException {
    comeAlone(sql);
    int deleted =
        sql.change(
            "delete from rollouts where id = ? and revision = ? and phase = 'draft'",
            draft.value(),
            revision);
    forgetParts(sql, deleted == 0 ? List.of() : List.of(draft.value()));
    return deleted == 0 ? Written.STALE : Written.WRITTEN;
  }

  /// How many it has forgotten.
  static int forget(Sql sql, int keep) throws SQLException, StoreUnavailable {
    comeAlone(sql);
    List<String> old = new ArrayList<>(oldest(sql, "over", keep));
    old.addAll(oldest(sql, "draft", keep));
    for (String id : old) {
      sql.change("delete from rollouts where id = ?", id);
    }
    forgetParts(sql, old);
    return old.size();
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
}
