package dev.sluice.aws;

import dev.sluice.aws.Stored.Phase;
import dev.sluice.aws.Table.Outcome;
import dev.sluice.control.Entry;
import dev.sluice.control.RolloutRecord;
import dev.sluice.control.Rollouts.Write;
import dev.sluice.control.Rollouts.Written;
import dev.sluice.control.StoreUnavailable;
import dev.sluice.journal.EntryJson;
import dev.sluice.journal.RolloutJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Writes a rollout with its entry, in one transaction in which every item says what it expects to
/// find. What follows from the items that it did not find so is decided here.
///
/// The number of the entry is the number that was found plus one, and whoever writes expects to
/// find that: of two writers one begins again. So numbers have the order of the transactions.
record RolloutWriting(Table table) {
  Written write(Write write) throws StoreUnavailable {
    if (write.entry().revision() != write.rollout().revision()) {
      throw new StoreUnavailable(
          "an entry of revision %d for a rollout of revision %d"
              .formatted(write.entry().revision(), write.rollout().revision()));
    }
    String rollout = RolloutJson.write(write.rollout());
    String entry = EntryJson.write(write.entry());
    for (int attempt = 0; attempt < Pause.MOST; attempt++) {
      Optional<Written> written = attempted(write, rollout, entry);
      if (written.isPresent()) {
        return written.get();
      }
      Pause.between();
    }
    throw new StoreUnavailable("table %s: too many write at once".formatted(table.name()));
  }

  /// Empty where it was in vain, and is worth another try.
  private Optional<Written> attempted(Write write, String rollout, String entry)
      throws StoreUnavailable {
    RolloutRecord next = write.rollout();
    Key key = Stored.rollout(next.id());
    Optional<Key> request = write.entry().request().map(Entry.Request::key).map(Stored::request);
    List<Key> asked = new ArrayList<>(List.of(Stored.NUMBERING, key));
    request.ifPresent(asked::add);
    Map<Key, Item> found = table.get(asked);
    if (request.filter(found::containsKey).isPresent()) {
      return Optional.of(Written.REPEATED);
    }
    Optional<Item> before = Optional.ofNullable(found.get(key));
    if (isStale(before, next)) {
      return Optional.of(Written.STALE);
    }
    var change =
        new Change(write, before, Optional.ofNullable(found.get(Stored.NUMBERING)), rollout, entry);
    return switch (table.change(change.parts())) {
      case Outcome.Done done -> Optional.of(Written.WRITTEN);
      case Outcome.Refused(Set<Key> failed) -> change.whatFollows(failed);
    };
  }

  private static boolean isStale(Optional<Item> before, RolloutRecord next)
      throws StoreUnavailable {
    if (before.isEmpty()) {
      return next.revision() != 0;
    }
    return before.get().number(Stored.REVISION) != next.revision() - 1
        || Phase.of(before.get()) == Phase.FORGOTTEN;
  }

  /// All that is written at once.
  private record Change(
      Write write, Optional<Item> before, Optional<Item> numbering, String json, String entryJson) {

    private long last() throws StoreUnavailable {
      return numbering.isPresent() ? numbering.get().number(Stored.LAST) : 0;
    }

    private long number() throws StoreUnavailable {
      return last() + 1;
    }

    private long created() throws StoreUnavailable {
      return before.isPresent() ? before.get().number(Stored.CREATED) : number();
    }

    private RolloutRecord next() {
      return write.rollout();
    }

    private String id() {
      return next().id().value();
    }

    private Part.Put rolloutPart() throws StoreUnavailable {
      Item item =
          Item.at(Stored.rollout(next().id()))
              .text(Stored.ROLLOUT, id())
              .number(Stored.CREATED, created())
              .number(Stored.REVISION, next().revision())
              .text(Stored.PHASE, Phase.of(next()).name())
              .document(json);
      return new Part.Put(
          item,
          before.isEmpty()
              ? Condition.ABSENT
              : Condition.that(
                  "#revision = :0 and #phase <> :1",
                  next().revision() - 1,
                  Phase.FORGOTTEN.name()));
    }

    List<Part> parts() throws StoreUnavailable {
      List<Part> parts = new ArrayList<>();
      parts.add(rolloutPart());
      parts.add(numberingPart());
      parts.add(linePart());
      parts.add(entryPart());
      parts.add(pointerPart());
      if (write.entry().change().isPresent()) {
        parts.add(changePart());
      }
      activePart().ifPresent(parts::add);
      if (write.entry().request().isPresent()) {
        parts.add(requestPart(write.entry().request().get()));
      }
      write.settings().map(SettingsItem::part).ifPresent(parts::add);
      return List.copyOf(parts);
    }

    private Part.Put numberingPart() throws StoreUnavailable {
      return new Part.Put(
          Item.at(Stored.NUMBERING).number(Stored.LAST, number()),
          numbering.isEmpty() ? Condition.ABSENT : Condition.that("#last = :0", last()));
    }

    private Part.Put linePart() throws StoreUnavailable {
      Item line =
          Item.at(Stored.created(created()))
              .text(Stored.ROLLOUT, id())
              .text(Stored.MODEL, next().model())
              .texts(Stored.TAGS, next().about().tags())
              .text(Stored.PHASE, Phase.of(next()).name())
              .number(Stored.WRITTEN, number());
      return new Part.Put(
          line, before.isEmpty() ? Condition.ABSENT : Condition.that("#rollout = :0", id()));
    }

    private Part.Put entryPart() throws StoreUnavailable {
      return new Part.Put(
          Item.at(Stored.log(number())).number(Stored.NUMBER, number()).document(entryJson),
          Condition.ABSENT);
    }

    private Part.Put pointerPart() throws StoreUnavailable {
      Item pointer =
          Item.at(Stored.entry(next().id(), write.entry().revision()))
              .number(Stored.NUMBER, number());
      Item all =
          write
              .entry()
              .request()
              .map(request -> pointer.text(Stored.REQUEST, request.key()))
              .orElse(pointer);
      return new Part.Put(all, Condition.ABSENT);
    }

    private Part.Put changePart() throws StoreUnavailable {
      return new Part.Put(
          Item.at(Stored.change(number()))
              .number(Stored.NUMBER, number())
              .text(Stored.ROLLOUT, id())
              .text(Stored.MODEL, next().model())
              .texts(Stored.TAGS, next().about().tags()),
          Condition.ABSENT);
    }

    /// The model is taken as the rollout starts, held while it runs, and let go as it ends.
    private Optional<Part> activePart() throws StoreUnavailable {
      Key key = Stored.active(next().model());
      if (next().active()) {
        return Optional.of(
            new Part.Put(
                Item.at(key).text(Stored.ROLLOUT, id()),
                Condition.that("attribute_not_exists(#pk) or #rollout = :0", id())));
      }
      boolean had = before.isPresent() && Phase.of(before.get()) == Phase.ACTIVE;
      return had
          ? Optional.of(new Part.Delete(key, Condition.that("#rollout = :0", id())))
          : Optional.empty();
    }

    private Part.Put requestPart(Entry.Request request) throws StoreUnavailable {
      return new Part.Put(
          Item.at(Stored.request(request.key())).number(Stored.NUMBER, number()), Condition.ABSENT);
    }

    /// Empty: it is worth another try, in which everything is read again.
    Optional<Written> whatFollows(Set<Key> failed) throws StoreUnavailable {
      boolean overtaken =
          failed.isEmpty()
              || failed.contains(Stored.rollout(next().id()))
              || request().filter(failed::contains).isPresent();
      if (overtaken) {
        return Optional.empty();
      }
      if (failed.contains(Stored.active(next().model()))) {
        return Optional.of(Written.OCCUPIED);
      }
      if (failed.contains(SettingsItem.KEY)) {
        return Optional.of(Written.STALE);
      }
      if (failed.contains(Stored.NUMBERING)) {
        return Optional.empty();
      }
      throw new StoreUnavailable(
          "rollout %s has items that do not belong to revision %d"
              .formatted(id(), next().revision()));
    }

    private Optional<Key> request() {
      return write.entry().request().map(Entry.Request::key).map(Stored::request);
    }
  }
}
