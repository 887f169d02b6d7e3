package dev.sluice.store;

import dev.sluice.control.StoreUnavailable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Statements within one transaction. For one thread.
record Sql(Connection connection) {
  private static final int FETCHED_AT_ONCE = 50;

  /// What is done in a transaction. It is done as a whole or not at all.
  interface Work<T> {
    T in(Sql sql) throws SQLException, StoreUnavailable;
  }

  /// What a line of a result says.
  interface Row<T> {
    T of(ResultSet line) throws SQLException, StoreUnavailable;
  }

  /// How many lines it changed.
  int change(String statement, Object... values) throws SQLException {
    try (PreparedStatement prepared = prepared(statement, values)) {
      return prepared.executeUpdate();
    }
  }

  <T> List<T> all(Row<T> row, String statement, Object... values)
      throws SQLException, StoreUnavailable {
    try (PreparedStatement prepared = prepared(statement, values)) {
      // Else PostgreSQL's driver has all of it in memory first.
      prepared.setFetchSize(FETCHED_AT_ONCE);
      ResultSet result = prepared.executeQuery();
      List<T> found = new ArrayList<>();
      while (result.next()) {
        found.add(row.of(result));
      }
      return found;
    }
  }

  <T> Optional<T> first(Row<T> row, String statement, Object... values)
      throws SQLException, StoreUnavailable {
    return all(row, statement, values).stream().findFirst();
  }

  boolean any(String statement, Object... values) throws SQLException, StoreUnavailable {
    return first(line -> true, statement, values).orElse(false);
  }

  // Values: texts, whole numbers, and either of them in an Optional.
  private PreparedStatement prepared(String statement, Object... values) throws SQLException {
    PreparedStatement prepared = connection.prepareStatement(statement);
    for (int i = 0; i < values.length; i++) {
      Object value = values[i] instanceof Optional<?> perhaps ? perhaps.orElse(null) : values[i];
      if (value == null) {
        prepared.setNull(i + 1, Types.VARCHAR);
      } else {
        prepared.setObject(i + 1, value);
      }
    }
    return prepared;
  }
}
