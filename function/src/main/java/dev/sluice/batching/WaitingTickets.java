package dev.sluice.batching;

import dev.sluice.batching.QueueView.Waiting;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The queue of one version: tickets in the order of their coming, by shape. The shape whose oldest
/// ticket is the oldest of all is next, so no shape can starve another. Not thread-safe.
final class WaitingTickets {
  private final Map<RowShape, Deque<Ticket>> byShape = new LinkedHashMap<>();
  private int rows;

  int rows() {
    return rows;
  }

  boolean isEmpty() {
    return byShape.isEmpty();
  }

  void add(Ticket ticket) {
    byShape.computeIfAbsent(RowShape.of(ticket.input()), shape -> new ArrayDeque<>()).add(ticket);
    rows += ticket.input().rows();
  }

  /// The oldest tickets of the shape that is next.
  List<Waiting> oldest(int limit) {
    var oldest = new ArrayList<Waiting>();
    for (Ticket ticket : next().map(byShape::get).orElseGet(ArrayDeque::new)) {
      if (oldest.size() == limit) {
        break;
      }
      oldest.add(ticket.waiting());
    }
    return oldest;
  }

  /// Takes the oldest tickets of the shape that is next.
  List<Ticket> take(int count) {
    return next().map(shape -> take(shape, 0, count)).orElse(List.of());
  }

  /// Takes one ticket of the shape that is next.
  List<Ticket> takeAt(int position) {
    return next().map(shape -> take(shape, position, 1)).orElse(List.of());
  }

  /// Takes this ticket if it still waits.
  boolean remove(Ticket ticket) {
    RowShape shape = RowShape.of(ticket.input());
    Deque<Ticket> tickets = byShape.getOrDefault(shape, new ArrayDeque<>());
    if (!tickets.remove(ticket)) {
      return false;
    }
    took(shape, tickets, ticket);
    return true;
  }

  private Optional<RowShape> next() {
    if (byShape.size() == 1) {
      return Optional.of(byShape.keySet().iterator().next());
    }
    return byShape.entrySet().stream()
        .min(Comparator.comparing(Map.Entry::getValue, WaitingTickets::byAge))
        .map(Map.Entry::getKey);
  }

  private static int byAge(Deque<Ticket> one, Deque<Ticket> other) {
    return Long.signum(
        one.getFirst().waiting().sinceNanos() - other.getFirst().waiting().sinceNanos());
  }

  private List<Ticket> take(RowShape shape, int position, int count) {
    Deque<Ticket> tickets = byShape.getOrDefault(shape, new ArrayDeque<>());
    List<Ticket> taken = new ArrayList<>(count);
    Iterator<Ticket> all = tickets.iterator();
    for (int at = 0; at < position + count; at++) {
      Ticket ticket = all.next();
      if (at >= position) {
        all.remove();
        taken.add(ticket);
      }
    }
    taken.forEach(ticket -> took(shape, tickets, ticket));
    return taken;
  }

  private void took(RowShape shape, Deque<Ticket> left, Ticket ticket) {
    rows -= ticket.input().rows();
    if (left.isEmpty()) {
      byShape.remove(shape);
    }
  }
}
