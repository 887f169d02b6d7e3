package dev.sluice.store;

import dev.sluice.control.Instances.Presence;
import dev.sluice.control.StoreUnavailable;
import dev.sluice.journal.PresenceJson;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Which processes there are, who acts, and how far readers have come.
final class InstanceTables {
  private static final Duration LEASE_SLACK = Duration.ofMinutes(1);

  private static final Duration REMEMBERED = Duration.ofDays(1);

  private final Database database;

  InstanceTables(Database database) {
    this.database = database;
  }

  void present(Presence presence) throws StoreUnavailable {
    String json = PresenceJson.write(presence);
    long at = presence.at().toEpochMilli();
    database.write(
        sql -> {
          sql.change("delete from instances where at < ?", at - REMEMBERED.toMillis());
          return sql.change(
              "insert into instances (process, at, json) values (?, ?, ?)"
                  + " on conflict (process) do update set at = excluded.at, json = excluded.json",
              presence.process(),
              at,
              json);
        },
        changed -> true);
  }

  List<Presence> presentSince(Instant since) throws StoreUnavailable {
    return database.read(
        sql ->
            sql.all(
                InstanceTables::presence,
                "select process, json from instances where at >= ? order by process",
                since.toEpochMilli()));
  }

  private static Presence presence(ResultSet line) throws SQLException, StoreUnavailable {
    return Read.whole(
        PresenceJson.read(line.getString("json")), "the word of " + line.getString("process"));
  }

  boolean lease(String holder, Instant now, Instant until) throws StoreUnavailable {
    return database.write(
        sql ->
            sql.change(
                    "insert into leases (name, holder, until) values ('tick', ?, ?)"
                        + " on conflict (name) do update set"
                        + " holder = excluded.holder, until = excluded.until"
                        + " where leases.holder = excluded.holder or leases.until <= ?"
                        // Nobody takes it for so long: that clock was ahead.
                        + " or leases.until > ?",
                    holder,
                    until.toEpochMilli(),
                    now.toEpochMilli(),
                    until.plus(LEASE_SLACK).toEpochMilli())
                == 1,
        granted -> granted);
  }

  Optional<Instant> leased() throws StoreUnavailable {
    return database.read(
        sql ->
            sql.first(
                line -> Instant.ofEpochMilli(line.getLong(1)),
                "select until from leases where name = 'tick'"));
  }

  long cursor(String reader) throws StoreUnavailable {
    return database.read(
        sql ->
            sql.first(
                    line -> line.getLong(1),
                    "select position from cursors where reader = ?",
                    reader)
                .orElse(0L));
  }

  boolean move(String reader, long from, long to) throws StoreUnavailable {
    return database.write(
        sql -> {
          if (from == 0) {
            sql.change(
                "insert into cursors (reader, position) values (?, 0)"
                    + " on conflict (reader) do nothing",
                reader);
          }
          return sql.change(
                  "update cursors set position = ? where reader = ? and position = ?",
                  to,
                  reader,
                  from)
              == 1;
        },
        moved -> moved);
  }
}
