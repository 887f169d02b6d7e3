package dev.sluice.batching;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Whose turn it is. Not thread-safe.
///
/// Versions with work take turns: who has just had one goes to the end. So each gets as many turns
/// as any other, however long they last. A version that already has all runners but one gets no
/// more while another has work: the last runner is there for a cheap model next to a slow one.
final class Turns {
  private final int runners;
  private final List<Place> order = new ArrayList<>();
  private int running;

  Turns(int runners) {
    this.runners = runners;
  }

  /// A version's place in the order.
  static final class Place {
    private final Runnable turn;
    private boolean waiting;
    private long dueNanos;
    private int running;

    Place(Runnable turn) {
      this.turn = turn;
    }

    Runnable turn() {
      return turn;
    }

    private boolean due(long nowNanos) {
      return waiting && dueNanos - nowNanos <= 0;
    }
  }

  void add(Place place) {
    order.add(place);
  }

  void remove(Place place) {
    order.remove(place);
  }

  /// Asks for a turn then; false when one is already due that early.
  boolean wake(Place place, long atNanos) {
    if (place.waiting && atNanos - place.dueNanos >= 0) {
      return false;
    }
    place.waiting = true;
    place.dueNanos = atNanos;
    return true;
  }

  /// Gives the next turn, which counts as running until [#ended], if there is work and a runner.
  Optional<Place> next(long nowNanos) {
    if (running >= runners) {
      return Optional.empty();
    }
    Optional<Place> first = Optional.empty();
    for (Place place : order) {
      if (place.due(nowNanos)) {
        if (place.running < Math.max(1, runners - 1)) {
          began(place);
          return Optional.of(place);
        }
        first = first.or(() -> Optional.of(place));
      }
    }
    first.ifPresent(this::began);
    return first;
  }

  /// Whether there is a runner that no version needs.
  boolean spare(long nowNanos) {
    return running < runners && !due(nowNanos);
  }

  /// Whether a version waits for its turn.
  boolean due(long nowNanos) {
    for (Place place : order) {
      if (place.due(nowNanos)) {
        return true;
      }
    }
    return false;
  }

  /// Counts a run outside of a turn; it ends as a turn does.
  void beganElsewhere(Place place) {
    place.running++;
    running++;
  }

  void ended(Place place) {
    place.running--;
    running--;
  }

  /// When the next turn will be due that is not due yet.
  OptionalLong nextDueNanos(long nowNanos) {
    return order.stream()
        .filter(place -> place.waiting && !place.due(nowNanos))
        .mapToLong(place -> place.dueNanos - nowNanos)
        .min()
        .stream()
        .map(left -> nowNanos + left)
        .findFirst();
  }

  private void began(Place place) {
    order.remove(place);
    order.add(place);
    place.waiting = false;
    place.running++;
    running++;
  }
}
