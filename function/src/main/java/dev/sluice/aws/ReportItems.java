package dev.sluice.aws;

import dev.sluice.aws.Table.Order;
import dev.sluice.control.Reports.Counted;
import dev.sluice.control.StoreUnavailable;
import dev.sluice.experiment.Counters;
import dev.sluice.journal.CountersJson;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// What processes have counted, and which feedback came already.
///
///     reports#MODEL    END#PROCESS   that there is a report
///     report#MODEL     END#PROCESS   the report
///     horizon          -             what ended before is forgotten
///     exposure#ID      -             feedback came, and until when that counts
///
/// Many names are looked through for a few reports, and a look is paid for by its size. What is
/// forgotten is only not seen any more: the table takes it away when its time is over.
final class ReportItems {
  private static final Duration REMEMBERED = Duration.ofHours(1);
  private static final Duration KEPT = Duration.ofHours(3);
  private static final Key HORIZON = Key.alone("horizon");
  private static final String BEFORE = "before";
  private static final String FORGET = "forget";

  private final Table table;

  // By model: those that were asked for last. What is there under a name never becomes another.
  private final Map<String, Map<Name, Counters>> known = new ConcurrentHashMap<>();

  ReportItems(Table table) {
    this.table = table;
  }

  private record Name(long windowEnd, String process) {
    static Name of(Key key) {
      int cut = key.sort().indexOf('#');
      return new Name(Long.parseLong(key.sort().substring(0, cut)), key.sort().substring(cut + 1));
    }

    String sort() {
      return Key.ordered(windowEnd) + "#" + process;
    }

    Key key(String model) {
      return new Key("report#" + model, sort());
    }
  }

  private static String names(String model) {
    return "reports#" + model;
  }

  /// The report first: a name without one would be worse than a report without a name, which is
  /// given when it is appended again.
  void append(String model, Counters counters) throws StoreUnavailable {
    var name = new Name(counters.windowEnd().toEpochMilli(), counters.process());
    Instant expires = counters.windowEnd().plus(KEPT);
    Item report = Item.at(name.key(model)).document(CountersJson.write(counters)).expiring(expires);
    boolean first = table.put(report, Condition.ABSENT);
    table.put(Item.at(new Key(names(model), name.sort())).expiring(expires));
    if (first) {
      known.computeIfPresent(
          model,
          (same, before) -> {
            var next = new HashMap<>(before);
            next.put(name, counters);
            return Map.copyOf(next);
          });
    }
  }

  Counted counted(String model, Instant until) throws StoreUnavailable {
    long from = Math.max(until.minus(REMEMBERED).toEpochMilli(), horizon());
    Map<String, Name> last = new TreeMap<>();
    List<Name> later = new ArrayList<>();
    for (Item item :
        table.query(
            Range.from(names(model), Key.ordered(Math.max(from, 0))),
            Order.ASCENDING,
            Integer.MAX_VALUE)) {
      Name name = Name.of(item.key());
      if (name.windowEnd > until.toEpochMilli()) {
        later.add(name);
      } else {
        last.put(name.process, name);
      }
    }
    List<Name> all = new ArrayList<>(last.values());
    all.addAll(later);
    Map<Name, Counters> reports = reports(model, all);
    known.put(model, Map.copyOf(reports));
    return new Counted(
        last.values().stream().map(reports::get).toList(),
        later.stream()
            .sorted(Comparator.comparingLong(Name::windowEnd).thenComparing(Name::process))
            .map(reports::get)
            .toList());
  }

  private Map<Name, Counters> reports(String model, List<Name> names) throws StoreUnavailable {
    Map<Name, Counters> before = known.getOrDefault(model, Map.of());
    Map<Key, Item> found =
        table.get(
            names.stream()
                .filter(name -> !before.containsKey(name))
                .map(name -> name.key(model))
                .toList());
    Map<Name, Counters> reports = new HashMap<>();
    for (Name name : names) {
      Counters seen = before.get(name);
      reports.put(name, seen == null ? read(name, found.get(name.key(model))) : seen);
    }
    return reports;
  }

  private static Counters read(Name name, @Nullable Item item) throws StoreUnavailable {
    if (item == null) {
      throw new StoreUnavailable("a report of " + name.process + " is gone");
    }
    return Stored.whole(CountersJson.read(item.document()), "a report of " + name.process);
  }

  private long horizon() throws StoreUnavailable {
    Optional<Item> horizon = table.get(HORIZON);
    return horizon.isPresent() ? horizon.get().number(BEFORE) : 0;
  }

  void forget(Instant before) throws StoreUnavailable {
    long millis = before.toEpochMilli();
    // Refused where it is farther already.
    boolean unused =
        table.put(
            Item.at(HORIZON).number(BEFORE, millis),
            Condition.that("attribute_not_exists(#pk) or #before < :0", millis));
  }

  /// Whether this is the first word about an exposure. What ran out is no longer a word, whether it
  /// was taken away or not.
  boolean first(String exposure, Instant now, Instant forget) throws StoreUnavailable {
    return table.put(
        Item.at(Key.alone("exposure#" + exposure))
            .number(FORGET, forget.toEpochMilli())
            .expiring(forget),
        Condition.that("attribute_not_exists(#pk) or #forget <= :0", now.toEpochMilli()));
  }
}
