package dev.sluice.aws;

import dev.sluice.aws.Table.Order;
import dev.sluice.control.Instances.Presence;
import dev.sluice.control.StoreUnavailable;
import dev.sluice.journal.PresenceJson;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Which processes there are, who acts, and how far readers have come.
///
///     instances        PROCESS   its last word
///     lease            tick      who acts for all, and until when
///     cursor#READER    -         how far it has come
record InstanceItems(Table table) {
  private static final String INSTANCES = "instances";
  private static final Key LEASE = new Key("lease", "tick");
  private static final String AT = "at";
  private static final String HOLDER = "holder";
  private static final String UNTIL = "until";
  private static final String POSITION = "position";
  private static final Duration LEASE_SLACK = Duration.ofMinutes(1);
  private static final Duration REMEMBERED = Duration.ofDays(1);

  void present(Presence presence) throws StoreUnavailable {
    table.put(
        Item.at(new Key(INSTANCES, presence.process()))
            .number(AT, presence.at().toEpochMilli())
            .document(PresenceJson.write(presence))
            .expiring(presence.at().plus(REMEMBERED)));
  }

  List<Presence> presentSince(Instant since) throws StoreUnavailable {
    Range heardOf =
        Range.all(INSTANCES).where(Optional.of(Condition.that("#at >= :0", since.toEpochMilli())));
    List<Presence> present = new ArrayList<>();
    for (Item item : table.query(heardOf, Order.ASCENDING, Integer.MAX_VALUE)) {
      present.add(
          Stored.whole(PresenceJson.read(item.document()), "the word of " + item.key().sort()));
    }
    return List.copyOf(present);
  }

  boolean lease(String holder, Instant now, Instant until) throws StoreUnavailable {
    return table.put(
        Item.at(LEASE).text(HOLDER, holder).number(UNTIL, until.toEpochMilli()),
        Condition.that(
            "attribute_not_exists(#pk) or #holder = :0 or #until <= :1"
                // Nobody takes it for so long: that clock was ahead.
                + " or #until > :2",
            holder,
            now.toEpochMilli(),
            until.plus(LEASE_SLACK).toEpochMilli()));
  }

  Optional<Instant> leased() throws StoreUnavailable {
    Optional<Item> lease = table.get(LEASE);
    return lease.isPresent()
        ? Optional.of(Instant.ofEpochMilli(lease.get().number(UNTIL)))
        : Optional.empty();
  }

  long cursor(String reader) throws StoreUnavailable {
    Optional<Item> found = table.get(key(reader));
    return found.isPresent() ? found.get().number(POSITION) : 0;
  }

  boolean move(String reader, long from, long to) throws StoreUnavailable {
    return table.put(
        Item.at(key(reader)).number(POSITION, to),
        from == 0
            ? Condition.that("attribute_not_exists(#pk) or #position = :0", from)
            : Condition.that("#position = :0", from));
  }

  private static Key key(String reader) {
    return Key.alone("cursor#" + reader);
  }
}
