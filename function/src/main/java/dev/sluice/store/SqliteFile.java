package dev.sluice.store;

import dev.sluice.control.StoreUnavailable;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.sqlite.SQLiteConfig;

/// An embedded database: one connection that writes, others that read beside it. What was written
/// is on disk (write-ahead log, synchronous).
///
/// Connections wait in two queues: whoever takes one out has it for itself and puts it back.
final class SqliteFile implements Database {
  private static final int READERS = 2;
  private static final int PATIENCE_MILLIS = 3_000;

  private final String name;
  private final Path file;
  private final List<Connection> all = new ArrayList<>();
  private final BlockingQueue<Connection> writer = new LinkedBlockingQueue<>();
  private final BlockingQueue<Connection> readers = new LinkedBlockingQueue<>();

  // Which file it is, whatever its name; empty where files have no such thing.
  private Optional<Object> identity = Optional.empty();

  private SqliteFile(String name, Path file) {
    this.name = name;
    this.file = file;
  }

  static SqliteFile open(StoreAddress.Sqlite address) throws StoreUnavailable {
    Path file = address.file().toAbsolutePath();
    prepare(file);
    var opened = new SqliteFile(address.toString(), file);
    try {
      opened.connect();
      return opened;
    } catch (SQLException failed) {
      opened.close();
      throw new StoreUnavailable(address + " cannot be opened: " + failed.getMessage(), failed);
    }
  }

  private static void prepare(Path file) throws StoreUnavailable {
    try {
      Path folder = file.getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      boolean writable = Files.exists(file) ? Files.isWritable(file) : Files.isWritable(folder);
      if (!writable || Files.isDirectory(file)) {
        throw new StoreUnavailable(file + " cannot be written");
      }
    } catch (FileSystemException unusable) {
      throw new StoreUnavailable(file + " cannot be created: " + unusable.getReason(), unusable);
    } catch (IOException unusable) {
      throw new StoreUnavailable(file + " cannot be created", unusable);
    }
  }

  private void connect() throws SQLException, StoreUnavailable {
    writer.add(connection());
    for (int i = 0; i < READERS; i++) {
      readers.add(connection());
    }
    identity = identity();
  }

  private Optional<Object> identity() throws StoreUnavailable {
    try {
      return Optional.ofNullable(Files.readAttributes(file, BasicFileAttributes.class).fileKey());
    } catch (IOException gone) {
      throw lost(gone);
    }
  }

  private StoreUnavailable lost(Throwable cause) {
    return new StoreUnavailable(
        name + " was deleted, or another was put in its place: restart to go on with what is there",
        cause);
  }

  private Connection connection() throws SQLException {
    var config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.setBusyTimeout(PATIENCE_MILLIS);
    Connection connection = config.createConnection("jdbc:sqlite:" + file);
    all.add(connection);
    return connection;
  }

  @Override
  public <T> T read(Sql.Work<T> work) throws StoreUnavailable {
    return with(readers, "begin", work, result -> true);
  }

  @Override
  public <T> T write(Sql.Work<T> work, Predicate<T> keep) throws StoreUnavailable {
    // The system would let us write into a file that has no name any more.
    if (!identity().equals(identity)) {
      throw lost(new NoSuchFileException(file.toString()));
    }
    return with(writer, "begin immediate", work, keep);
  }

  private <T> T with(
      BlockingQueue<Connection> queue, String begin, Sql.Work<T> work, Predicate<T> keep)
      throws StoreUnavailable {
    Connection taken = taken(queue);
    try {
      return transaction(new Sql(taken), begin, work, keep);
    } catch (SQLException failed) {
      throw new StoreUnavailable(name + ": " + failed.getMessage(), failed);
    } finally {
      queue.add(taken);
    }
  }

  // By hand: the driver begins the next transaction when one ends, and would keep other processes
  // out for good.
  private static <T> T transaction(Sql sql, String begin, Sql.Work<T> work, Predicate<T> keep)
      throws SQLException, StoreUnavailable {
    sql.change(begin);
    boolean kept = false;
    try {
      T result = work.in(sql);
      if (keep.test(result)) {
        sql.change("commit");
        kept = true;
      }
      return result;
    } finally {
      if (!kept) {
        sql.change("rollback");
      }
    }
  }

  private Connection taken(BlockingQueue<Connection> queue) throws StoreUnavailable {
    try {
      Connection taken = queue.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
      if (taken == null) {
        throw new StoreUnavailable(name + " is busy");
      }
      return taken;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new StoreUnavailable("interrupted while waiting for " + name, interrupted);
    }
  }

  /// The transaction that writes is alone as it is.
  @Override
  public void lockForms(Sql sql) {}

  @Override
  public void close() {
    for (Connection connection : all) {
      try {
        connection.close();
      } catch (SQLException alreadyUnusable) {
        // What was written is on disk before it is acknowledged; there is nothing left to save.
      }
    }
  }
}
