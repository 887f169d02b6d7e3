package dev.sluice.aws;

import dev.sluice.aws.Stored.Phase;
import dev.sluice.aws.Table.Order;
import dev.sluice.control.Entry;
import dev.sluice.control.RolloutRecord;
import dev.sluice.control.Rollouts.Filter;
import dev.sluice.control.StoreUnavailable;
import dev.sluice.journal.RolloutJson;
import dev.sluice.rollout.RolloutId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// Reads rollouts and their entries.
record RolloutItems(Table table) {
  // So many of them are in memory at once.
  private static final int READ_AT_ONCE = 25;

  List<RolloutRecord> active() throws StoreUnavailable {
    List<Item> active =
        new ArrayList<>(table.query(Range.all(Stored.ACTIVE), Order.ASCENDING, Integer.MAX_VALUE));
    List<Key> keys = new ArrayList<>();
    for (Item each : active) {
      keys.add(Stored.rollout(new RolloutId(each.text(Stored.ROLLOUT))));
    }
    List<Found> found = new ArrayList<>();
    for (Item item : table.get(keys).values()) {
      // It may have ended since we asked.
      if (Phase.of(item) == Phase.ACTIVE) {
        found.add(new Found(item.number(Stored.CREATED), rollout(item)));
      }
    }
    return found.stream()
        .sorted(Comparator.comparingLong(Found::created))
        .map(Found::rollout)
        .toList();
  }

  private record Found(long created, RolloutRecord rollout) {}

  Optional<RolloutRecord> find(RolloutId id) throws StoreUnavailable {
    Optional<Item> found = table.get(Stored.rollout(id));
    return found.isPresent() && Phase.of(found.get()) != Phase.FORGOTTEN
        ? Optional.of(rollout(found.get()))
        : Optional.empty();
  }

  private static RolloutRecord rollout(Item item) throws StoreUnavailable {
    return Stored.whole(RolloutJson.read(item.document()), "rollout " + item.text(Stored.ROLLOUT));
  }

  <T> List<T> list(Filter filter, Function<RolloutRecord, T> as) throws StoreUnavailable {
    List<Item> lines =
        table.query(
            Range.all(Stored.ROLLOUTS).where(condition(filter)), Order.DESCENDING, filter.limit());
    List<T> all = new ArrayList<>();
    for (int from = 0; from < lines.size(); from += READ_AT_ONCE) {
      List<Key> keys = new ArrayList<>();
      for (Item line : lines.subList(from, Math.min(from + READ_AT_ONCE, lines.size()))) {
        keys.add(Stored.rollout(new RolloutId(line.text(Stored.ROLLOUT))));
      }
      Map<Key, Item> found = table.get(keys);
      for (Key key : keys) {
        Item item = found.get(key);
        if (item != null && Phase.of(item) != Phase.FORGOTTEN) {
          // Nothing is decided by it, so that its evidence is not gone through.
          all.add(
              as.apply(
                  Stored.whole(
                      RolloutJson.glance(item.document()),
                      "rollout " + item.text(Stored.ROLLOUT))));
        }
      }
    }
    return List.copyOf(all);
  }

  private static Optional<Condition> condition(Filter filter) {
    List<String> parts = new ArrayList<>();
    List<Object> values = new ArrayList<>();
    filter
        .model()
        .ifPresent(
            model -> {
              parts.add("#model = :" + values.size());
              values.add(model);
            });
    filter
        .tag()
        .ifPresent(
            tag -> {
              parts.add("contains(#tags, :" + values.size() + ")");
              values.add(tag);
            });
    return parts.isEmpty()
        ? Optional.empty()
        : Optional.of(Condition.that(String.join(" and ", parts), values.toArray()));
  }

  List<Entry.Logged> entries(RolloutId id, long after, int limit) throws StoreUnavailable {
    return entries(table.query(Stored.entriesAfter(id, after), Order.ASCENDING, limit));
  }

  List<Entry.Logged> history(Filter filter) throws StoreUnavailable {
    return entries(
        table.query(
            Range.all(Stored.CHANGES).where(condition(filter)), Order.DESCENDING, filter.limit()));
  }

  List<Entry.Logged> history(RolloutId id, int limit) throws StoreUnavailable {
    Condition ofIt = Condition.that("#rollout = :0", id.value());
    return entries(
        table.query(Range.all(Stored.CHANGES).where(Optional.of(ofIt)), Order.DESCENDING, limit));
  }

  /// Those that lines name by their numbers, in their order; one that is forgotten meanwhile is
  /// left out.
  private List<Entry.Logged> entries(List<Item> lines) throws StoreUnavailable {
    List<Key> keys = new ArrayList<>();
    for (Item line : lines) {
      keys.add(Stored.log(line.number(Stored.NUMBER)));
    }
    Map<Key, Item> found = table.get(keys);
    List<Entry.Logged> entries = new ArrayList<>();
    for (Key key : keys) {
      Item item = found.get(key);
      if (item != null) {
        entries.add(Stored.logged(item));
      }
    }
    return List.copyOf(entries);
  }

  List<Entry.Logged> log(long after, int limit) throws StoreUnavailable {
    Range later = Range.from(Stored.LOG, Key.ordered(after + 1));
    List<Entry.Logged> entries = new ArrayList<>();
    for (Item item : table.query(later, Order.ASCENDING, limit)) {
      entries.add(Stored.logged(item));
    }
    return List.copyOf(entries);
  }

  long lastSequence() throws StoreUnavailable {
    Optional<Item> numbering = table.get(Stored.NUMBERING);
    return numbering.isPresent() ? numbering.get().number(Stored.LAST) : 0;
  }

  Optional<Entry.Logged> requested(String key) throws StoreUnavailable {
    Optional<Item> request = table.get(Stored.request(key));
    return request.isPresent()
        ? entries(List.of(request.get())).stream().findFirst()
        : Optional.empty();
  }
}
