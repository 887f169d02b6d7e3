package dev.sluice.store;

import dev.sluice.control.Entry;
import dev.sluice.control.RolloutRecord;
import dev.sluice.control.Settings;
import dev.sluice.control.Store;
import dev.sluice.control.StoreUnavailable;
import dev.sluice.experiment.Counters;
import dev.sluice.rollout.RolloutId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// A store in SQL, the same for SQLite and PostgreSQL. Thread-safe; blocks for a few seconds at
/// most.
public final class JdbcStore implements Store {
  private final Database database;
  private final RolloutTables rollouts;
  private final SettingsTable settings;
  private final ReportTables reports;
  private final InstanceTables instances;

  private JdbcStore(Database database) {
    this.database = database;
    this.rollouts = new RolloutTables(database);
    this.settings = new SettingsTable(database);
    this.reports = new ReportTables(database);
    this.instances = new InstanceTables(database);
  }

  /// Opens it, and brings its tables into the form that this version knows.
  ///
  /// @param address see [StoreAddress#parse]
  /// @throws StoreUnavailable when it cannot be opened or is of a newer form
  /// @throws IllegalArgumentException when the address is none of a database
  public static JdbcStore open(String address) throws StoreUnavailable {
    return switch (StoreAddress.parse(address)) {
      case StoreAddress.Database database -> open(database);
      case StoreAddress.Dynamo table -> throw new IllegalArgumentException("no database: " + table);
    };
  }

  public static JdbcStore open(StoreAddress.Database address) throws StoreUnavailable {
    Database database =
        switch (address) {
          case StoreAddress.Sqlite file -> SqliteFile.open(file);
          case StoreAddress.Postgres server -> PostgresServer.open(server);
        };
    try {
      Forms.bringUpToDate(database);
      return new JdbcStore(database);
    } catch (StoreUnavailable unusable) {
      database.close();
      throw unusable;
    }
  }

  /// What a rollout is, as entries have it: see [dev.sluice.journal.RolloutJson#digest]. Cheaper
  /// than that where the rollout is written next.
  public String digest(RolloutRecord rollout) {
    return rollouts.digest(rollout);
  }

  @Override
  public List<RolloutRecord> active() throws StoreUnavailable {
    return rollouts.active();
  }

  @Override
  public Optional<RolloutRecord> find(RolloutId id) throws StoreUnavailable {
    return rollouts.find(id);
  }

  @Override
  public <T> List<T> list(Filter filter, Function<RolloutRecord, T> as) throws StoreUnavailable {
    return rollouts.list(filter, as);
  }

  @Override
  public Settings settings() throws StoreUnavailable {
    return settings.read();
  }

  @Override
  public Written write(Write write) throws StoreUnavailable {
    return rollouts.write(write);
  }

  @Override
  public Written write(Settings next) throws StoreUnavailable {
    return settings.write(next);
  }

  @Override
  public Written delete(RolloutId draft, long revision) throws StoreUnavailable {
    return rollouts.delete(draft, revision);
  }

  @Override
  public List<Entry.Logged> entries(RolloutId id, long after, int limit) throws StoreUnavailable {
    return rollouts.entries(id, after, limit);
  }

  @Override
  public List<Entry.Logged> log(long after, int limit) throws StoreUnavailable {
    return rollouts.log(after, limit);
  }

  @Override
  public long lastSequence() throws StoreUnavailable {
    return rollouts.lastSequence();
  }

  @Override
  public List<Entry.Logged> history(Filter filter) throws StoreUnavailable {
    return rollouts.history(filter);
  }

  @Override
  public List<Entry.Logged> history(RolloutId id, int limit) throws StoreUnavailable {
    return rollouts.history(id, limit);
  }

  @Override
  public Optional<Entry.Logged> requested(String key) throws StoreUnavailable {
    return rollouts.requested(key);
  }

  @Override
  public void forgetRollouts(int keep) throws StoreUnavailable {
    rollouts.forget(keep);
  }

  @Override
  public void append(String model, Counters counters) throws StoreUnavailable {
    reports.append(model, counters);
  }

  @Override
  public Counted counted(String model, Instant until) throws StoreUnavailable {
    return reports.counted(model, until);
  }

  @Override
  public void forgetReports(Instant before) throws StoreUnavailable {
    reports.forget(before);
  }

  @Override
  public boolean first(String exposure, Instant now, Instant forget) throws StoreUnavailable {
    return reports.first(exposure, now, forget);
  }

  @Override
  public void present(Presence presence) throws StoreUnavailable {
    instances.present(presence);
  }

  @Override
  public List<Presence> presentSince(Instant since) throws StoreUnavailable {
    return instances.presentSince(since);
  }

  @Override
  public boolean lease(String holder, Instant now, Instant until) throws StoreUnavailable {
    return instances.lease(holder, now, until);
  }

  @Override
  public Optional<Instant> leased() throws StoreUnavailable {
    return instances.leased();
  }

  @Override
  public long cursor(String reader) throws StoreUnavailable {
    return instances.cursor(reader);
  }

  @Override
  public boolean move(String reader, long from, long to) throws StoreUnavailable {
    return instances.move(reader, from, to);
  }

  @Override
  public void close() {
    database.close();
  }
}
