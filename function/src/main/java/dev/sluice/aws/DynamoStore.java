package dev.sluice.aws;

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
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/// A store in one table of DynamoDB, where there is no disk and no server.
///
/// The table has a key of two texts, `pk` and `sk`, and `ttl` as its time to live. It is not made
/// here: who may make tables may do more than a store needs. Thread-safe; blocks for a few seconds
/// at most.
public final class DynamoStore implements Store {
  private final Table table;
  private final RolloutItems rollouts;
  private final RolloutWriting writing;
  private final RolloutForgetting forgetting;
  private final SettingsItem settings;
  private final ReportItems reports;
  private final InstanceItems instances;

  DynamoStore(DynamoDbClient client, String name) {
    this.table = new Table(client, name);
    this.rollouts = new RolloutItems(table);
    this.writing = new RolloutWriting(table);
    this.forgetting = new RolloutForgetting(table);
    this.settings = new SettingsItem(table);
    this.reports = new ReportItems(table);
    this.instances = new InstanceItems(table);
  }

  /// Opens it with what the environment says of region, endpoint and credentials.
  ///
  /// @throws StoreUnavailable when the table is not there or may not be read
  public static DynamoStore open(String table) throws StoreUnavailable {
    var store = new DynamoStore(Clients.dynamo(), table);
    try {
      store.lastSequence();
      return store;
    } catch (StoreUnavailable unusable) {
      store.close();
      throw unusable;
    }
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
    return writing.write(write);
  }

  @Override
  public Written write(Settings next) throws StoreUnavailable {
    return settings.write(next);
  }

  @Override
  public Written delete(RolloutId draft, long revision) throws StoreUnavailable {
    return forgetting.delete(draft, revision);
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
    forgetting.forget(keep);
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
    table.client().close();
  }
}
