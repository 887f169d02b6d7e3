package dev.sluice.aws;

import dev.sluice.aws.Stored.Phase;
import dev.sluice.aws.Table.Order;
import dev.sluice.aws.Table.Outcome;
import dev.sluice.control.Rollouts.Written;
import dev.sluice.control.StoreUnavailable;
import dev.sluice.rollout.RolloutId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Forgets rollouts with all that belongs to them: more items than one transaction takes.
///
///     marked forgotten  -->  entries, then what names them  -->  the rollout and its line
///
/// From the mark on nobody sees it or writes it. Whoever stops in between leaves the mark, and the
/// next who forgets goes on.
record RolloutForgetting(Table table) {

  /// One that is to go.
  private record Line(RolloutId id, Key key, Phase phase, long written, Item item) {
    static Line of(Item item) throws StoreUnavailable {
      return new Line(
          new RolloutId(item.text(Stored.ROLLOUT)),
          item.key(),
          Phase.of(item),
          item.number(Stored.WRITTEN),
          item);
    }
  }

  Written delete(RolloutId draft, long revision) throws StoreUnavailable {
    Optional<Item> found = table.get(Stored.rollout(draft));
    boolean fits =
        found.isPresent()
            && found.get().number(Stored.REVISION) == revision
            && Phase.of(found.get()) == Phase.DRAFT;
    if (!fits) {
      return Written.STALE;
    }
    Optional<Item> line = table.get(Stored.created(found.get().number(Stored.CREATED)));
    if (line.isEmpty() || !marked(found.get(), Line.of(line.get()))) {
      return Written.STALE;
    }
    sweep(Line.of(line.get()));
    return Written.WRITTEN;
  }

  void forget(int keep) throws StoreUnavailable {
    List<Line> lines = new ArrayList<>();
    for (Item item : table.query(Range.all(Stored.ROLLOUTS), Order.ASCENDING, Integer.MAX_VALUE)) {
      lines.add(Line.of(item));
    }
    for (Phase phase : List.of(Phase.OVER, Phase.DRAFT)) {
      for (Line old : oldest(lines, phase, keep)) {
        Optional<Item> rollout = table.get(Stored.rollout(old.id));
        if (rollout.isPresent() && Phase.of(rollout.get()) == phase && marked(rollout.get(), old)) {
          sweep(old);
        }
      }
    }
    for (Line left : lines) {
      if (left.phase == Phase.FORGOTTEN) {
        sweep(left);
      }
    }
  }

  private static List<Line> oldest(List<Line> lines, Phase phase, int keep) {
    return lines.stream()
        .filter(line -> line.phase == phase)
        .sorted(Comparator.comparingLong(Line::written).reversed())
        .skip(keep)
        .toList();
  }

  /// False where somebody has written it meanwhile.
  private boolean marked(Item rollout, Line line) throws StoreUnavailable {
    String forgotten = Phase.FORGOTTEN.name();
    var outcome =
        table.change(
            List.of(
                new Part.Put(
                    rollout.text(Stored.PHASE, forgotten),
                    Condition.that(
                        "#revision = :0 and #phase = :1",
                        rollout.number(Stored.REVISION),
                        rollout.text(Stored.PHASE))),
                new Part.Put(
                    line.item.text(Stored.PHASE, forgotten),
                    Condition.that("#written = :0", line.written))));
    return switch (outcome) {
      case Outcome.Done done -> true;
      case Outcome.Refused refused -> false;
    };
  }

  private void sweep(Line line) throws StoreUnavailable {
    List<Key> entries = new ArrayList<>();
    List<Key> names = new ArrayList<>();
    for (Item name : table.query(Stored.entries(line.id), Order.ASCENDING, Integer.MAX_VALUE)) {
      long number = name.number(Stored.NUMBER);
      entries.add(Stored.log(number));
      entries.add(Stored.change(number));
      name.optional(Stored.REQUEST).map(Stored::request).ifPresent(entries::add);
      names.add(name.key());
    }
    table.delete(entries);
    table.delete(names);
    // Both at once: a line that is left would take away another rollout of this name. Where
    // somebody else has done it there is nothing left to do.
    Outcome unused =
        table.change(
            List.of(
                new Part.Delete(
                    Stored.rollout(line.id), Condition.that("#phase = :0", Phase.FORGOTTEN.name())),
                new Part.Delete(line.key, Condition.that("#phase = :0", Phase.FORGOTTEN.name()))));
  }
}
