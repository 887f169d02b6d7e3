package dev.sluice.store;

import dev.sluice.control.StoreUnavailable;
import java.sql.SQLException;
import java.util.function.Predicate;

/// Transactions on a database. Thread-safe; blocks for a few seconds at most.
sealed interface Database extends AutoCloseable permits SqliteFile, PostgresServer {
  /// What is read was all there at one time.
  <T> T read(Sql.Work<T> work) throws StoreUnavailable;

  /// Writes all of it, or nothing where the result says so or something fails.
  ///
  /// @param keep whether a result is one to be kept
  <T> T write(Sql.Work<T> work, Predicate<T> keep) throws StoreUnavailable;

  /// Keeps others from bringing the tables into their newest form meanwhile.
  void lockForms(Sql sql) throws SQLException;

  @Override
  void close();
}
