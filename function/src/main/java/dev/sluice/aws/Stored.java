package dev.sluice.aws;

import dev.sluice.control.Entry;
import dev.sluice.control.RolloutRecord;
import dev.sluice.control.StoreUnavailable;
import dev.sluice.journal.EntryJson;
import dev.sluice.journal.Reading;
import dev.sluice.rollout.RolloutId;

/// How rollouts and their entries lie in the table.
///
///     numbering        -                the number of the last entry: whoever writes one replaces
/// it
///     rollout#ID       -                a rollout: its number, revision and phase, and all of it
///     rollout#ID       entry#REVISION   the number of an entry, and the request that made it
///     rollouts         CREATED          what rollouts are found by, in the order of their making
///     active           MODEL            which rollout has the model for itself
///     log              NUMBER           an entry
///     changes          NUMBER           what entries with a change are found by
///     request#KEY      -                the number of the entry that a request made
final class Stored {
  static final Key NUMBERING = Key.alone("numbering");
  static final String LAST = "last";

  static final String ROLLOUTS = "rollouts";
  static final String ACTIVE = "active";
  static final String LOG = "log";
  static final String CHANGES = "changes";

  static final String ROLLOUT = "rollout";
  static final String MODEL = "model";
  static final String TAGS = "tags";
  static final String NUMBER = "number";
  static final String REQUEST = "request";
  static final String CREATED = "created";
  static final String WRITTEN = "written";
  static final String REVISION = "revision";
  static final String PHASE = "phase";

  private static final String ENTRY = "entry#";

  private Stored() {}

  /// Where a rollout is in its life, for those who look for it.
  enum Phase {
    DRAFT,
    ACTIVE,
    OVER,
    /// On its way out: what is left of it is still to be taken away.
    FORGOTTEN;

    static Phase of(RolloutRecord rollout) {
      if (rollout.active()) {
        return ACTIVE;
      }
      return rollout.rollout().state().isFinal() ? OVER : DRAFT;
    }

    static Phase of(Item item) throws StoreUnavailable {
      return valueOf(item.text(PHASE));
    }
  }

  static String partition(RolloutId id) {
    return "rollout#" + id.value();
  }

  static Key rollout(RolloutId id) {
    return Key.alone(partition(id));
  }

  static Key entry(RolloutId id, long revision) {
    return new Key(partition(id), ENTRY + Key.ordered(revision));
  }

  static Range entries(RolloutId id) {
    return Range.beginning(partition(id), ENTRY);
  }

  static Range entriesAfter(RolloutId id, long revision) {
    return new Range(
        partition(id), entry(id, revision + 1).sort(), entries(id).to(), entries(id).filter());
  }

  static Key created(long number) {
    return new Key(ROLLOUTS, Key.ordered(number));
  }

  static Key active(String model) {
    return new Key(ACTIVE, model);
  }

  static Key log(long number) {
    return new Key(LOG, Key.ordered(number));
  }

  static Key change(long number) {
    return new Key(CHANGES, Key.ordered(number));
  }

  static Key request(String key) {
    return Key.alone("request#" + key);
  }

  static <T> T whole(Reading<T> reading, String what) throws StoreUnavailable {
    return switch (reading) {
      case Reading.Found<T>(T value) -> value;
      case Reading.Refused<T>(String reason) ->
          throw new StoreUnavailable("%s cannot be read: %s".formatted(what, reason));
    };
  }

  static Entry.Logged logged(Item item) throws StoreUnavailable {
    long number = item.number(NUMBER);
    return new Entry.Logged(number, whole(EntryJson.read(item.document()), "entry " + number));
  }
}
