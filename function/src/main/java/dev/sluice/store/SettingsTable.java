package dev.sluice.store;

import dev.sluice.control.Rollouts.Written;
import dev.sluice.control.Settings;
import dev.sluice.control.StoreUnavailable;
import dev.sluice.journal.SettingsJson;
import java.sql.ResultSet;
import java.sql.SQLException;

/// The standing splits: one row, from the beginning.
record SettingsTable(Database database) {
  Settings read() throws StoreUnavailable {
    return database.read(
        sql ->
            sql.first(SettingsTable::settings, "select revision, json from settings where id = 1")
                .orElse(Settings.NONE));
  }

  private static Settings settings(ResultSet line) throws SQLException, StoreUnavailable {
    return line.getLong("revision") == 0
        ? Settings.NONE
        : Read.whole(SettingsJson.read(line.getString("json")), "settings");
  }

  Written write(Settings next) throws StoreUnavailable {
    return database.write(
        sql -> replace(sql, next) ? Written.WRITTEN : Written.STALE, Written.WRITTEN::equals);
  }

  /// False where somebody else has written meanwhile.
  static boolean replace(Sql sql, Settings next) throws SQLException {
    int changed =
        sql.change(
            "update settings set revision = ?, json = ? where id = 1 and revision = ?",
            next.revision(),
            SettingsJson.write(next),
            next.revision() - 1);
    return changed == 1;
  }
}
