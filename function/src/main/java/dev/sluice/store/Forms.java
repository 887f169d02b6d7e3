package dev.sluice.store;

import dev.sluice.control.StoreUnavailable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/// Brings the tables into the newest form: script by script, each once, all in one transaction.
///
/// A library for this took near a second of each start, several times what opening the database
/// takes; what is needed of it is a number in a table.
final class Forms {
  /// The newest form.
  static final int NEWEST = 1;

  private static final Pattern COMMENT = Pattern.compile("--[^\n]*");

  private Forms() {}

  static void bringUpToDate(Database database) throws StoreUnavailable {
    int found = database.read(Forms::found);
    if (found < NEWEST) {
      found = database.write(sql -> raised(database, sql), form -> true);
    }
    if (found > NEWEST) {
      throw new StoreUnavailable(
          "the store has form %d, and this version of Sluice knows %d: run a newer version, or name another store"
              .formatted(found, NEWEST));
    }
  }

  // Whether a table is there is asked of the catalogue: a failed query would end the transaction.
  private static int found(Sql sql) throws SQLException, StoreUnavailable {
    try (var tables =
        sql.connection()
            .getMetaData()
            .getTables(sql.connection().getCatalog(), schema(sql), "sluice_form", null)) {
      if (!tables.next()) {
        return 0;
      }
    }
    return sql.first(line -> line.getInt(1), "select form from sluice_form").orElse(0);
  }

  private static String schema(Sql sql) throws SQLException {
    return sql.connection().getSchema();
  }

  private static int raised(Database database, Sql sql) throws SQLException, StoreUnavailable {
    database.lockForms(sql);
    int found = found(sql);
    for (int next = found + 1; next <= NEWEST; next++) {
      for (String statement : script(next)) {
        sql.change(statement);
      }
    }
    if (found == 0) {
      sql.change("create table sluice_form (id integer primary key, form integer not null)");
      sql.change("insert into sluice_form (id, form) values (1, ?)", NEWEST);
    } else if (found < NEWEST) {
      sql.change("update sluice_form set form = ?", NEWEST);
    }
    return Math.max(found, NEWEST);
  }

  private static List<String> script(int form) {
    try (InputStream script = Forms.class.getResourceAsStream("/store/" + form + ".sql")) {
      if (script == null) {
        throw new IllegalStateException("no script for form " + form);
      }
      String text = new String(script.readAllBytes(), StandardCharsets.UTF_8);
      return Arrays.stream(COMMENT.matcher(text).replaceAll("").split(";"))
          .map(String::strip)
          .filter(statement -> !statement.isEmpty())
          .toList();
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
