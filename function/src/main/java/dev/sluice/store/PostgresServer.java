package dev.sluice.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import dev.sluice.control.StoreUnavailable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Predicate;

/// A database that replicas share. Whatever does not answer is given up within seconds, so that a
/// tick never hangs for long.
final class PostgresServer implements Database {
  private static final int CONNECTIONS = 4;
  private static final String CONNECT_SECONDS = "2";
  private static final String ANSWER_SECONDS = "3";
  private static final long WAIT_MILLIS = 2_000;

  // Any number that nobody else uses for it.
  private static final long FORMS_LOCK = 0x51_07_1C_E5L;

  private final String name;
  private final HikariDataSource pool;

  private PostgresServer(String name, HikariDataSource pool) {
    this.name = name;
    this.pool = pool;
  }

  static PostgresServer open(StoreAddress.Postgres address) throws StoreUnavailable {
    var config = new HikariConfig();
    config.setPoolName("store");
    config.setJdbcUrl(address.url());
    if (!address.user().isEmpty()) {
      config.setUsername(address.user());
      config.setPassword(address.password());
    }
    config.setAutoCommit(false);
    config.setMaximumPoolSize(CONNECTIONS);
    config.setMinimumIdle(1);
    config.setConnectionTimeout(WAIT_MILLIS);
    config.setValidationTimeout(WAIT_MILLIS);
    config.addDataSourceProperty("ApplicationName", "sluice");
    config.addDataSourceProperty("connectTimeout", CONNECT_SECONDS);
    config.addDataSourceProperty("loginTimeout", CONNECT_SECONDS);
    config.addDataSourceProperty("socketTimeout", ANSWER_SECONDS);
    config.addDataSourceProperty("tcpKeepAlive", "true");
    config.addDataSourceProperty(
        "options",
        "-c statement_timeout=%s000 -c idle_in_transaction_session_timeout=10000"
            .formatted(ANSWER_SECONDS));
    try {
      return new PostgresServer(address.toString(), new HikariDataSource(config));
    } catch (HikariPool.PoolInitializationException away) {
      throw new StoreUnavailable(address + " cannot be opened: " + why(away), away);
    }
  }

  private static String why(Throwable failed) {
    Throwable cause = failed.getCause();
    return cause == null ? "it does not answer" : String.valueOf(cause.getMessage());
  }

  @Override
  public <T> T read(Sql.Work<T> work) throws StoreUnavailable {
    return in(Connection.TRANSACTION_REPEATABLE_READ, work, result -> true);
  }

  @Override
  public <T> T write(Sql.Work<T> work, Predicate<T> keep) throws StoreUnavailable {
    return in(Connection.TRANSACTION_READ_COMMITTED, work, keep);
  }

  private <T> T in(int isolation, Sql.Work<T> work, Predicate<T> keep) throws StoreUnavailable {
    try (Connection connection = pool.getConnection()) {
      connection.setTransactionIsolation(isolation);
      return transaction(connection, work, keep);
    } catch (SQLException failed) {
      throw new StoreUnavailable(name + ": " + failed.getMessage(), failed);
    }
  }

  private static <T> T transaction(Connection connection, Sql.Work<T> work, Predicate<T> keep)
      throws SQLException, StoreUnavailable {
    boolean kept = false;
    try {
      T result = work.in(new Sql(connection));
      if (keep.test(result)) {
        connection.commit();
        kept = true;
      }
      return result;
    } finally {
      if (!kept) {
        connection.rollback();
      }
    }
  }

  @Override
  public void lockForms(Sql sql) throws SQLException {
    try (var lock = sql.connection().prepareStatement("select pg_advisory_xact_lock(?)")) {
      lock.setLong(1, FORMS_LOCK);
      lock.execute();
    }
  }

  @Override
  public void close() {
    pool.close();
  }
}
