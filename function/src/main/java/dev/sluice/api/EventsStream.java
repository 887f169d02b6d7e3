package dev.sluice.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.control.Change;
import dev.sluice.control.Entry;
import dev.sluice.control.StoreUnavailable;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// What is decided about rollouts, as it is written: the answer to `GET /admin/events`.
///
/// A caller that comes back names the last event that it had, and misses nothing. Where the store
/// is away the stream ends, and the caller comes back.
///
/// @param after number of the last entry that the caller knows; empty: whatever comes from now on
/// @param model whose rollouts alone are told of
record EventsStream(
    RolloutParts parts, OptionalLong after, Optional<String> model, Visit visit, Refusals refusals)
    implements EventStream {
  private static final Duration HEARTBEAT = Duration.ofSeconds(15);

  /// @throws BadHead when the query or `Last-Event-ID` cannot be taken
  static EventsStream of(RolloutParts parts, Head head, Visit visit, Refusals refusals)
      throws BadHead {
    Query query = visit.query().knowing(List.of("after", "model"));
    Optional<String> last = head.headers().first("Last-Event-ID").filter(id -> !id.isEmpty());
    if (last.isPresent() && !last.get().matches("[0-9]{1,18}")) {
      throw new BadHead("Last-Event-ID must be the id of an event");
    }
    OptionalLong after =
        last.isPresent()
            ? OptionalLong.of(Long.parseLong(last.get()))
            : query.whole("after", 0, Long.MAX_VALUE);
    return new EventsStream(parts, after, query.text("model"), visit, refusals);
  }

  @Override
  public Response opening() {
    return refusals.answered(EventStream.head(List.of(visit.trace().field())), visit);
  }

  @Override
  public Response refuse(Problem problem, String detail) {
    return refusals.of(problem, detail, visit, List.of(Problems.retryAfter(Duration.ofSeconds(1))));
  }

  @Override
  public void run(Sink sink) {
    try {
      follow(sink);
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    } catch (StoreUnavailable away) {
      // The caller comes back, and is told then.
    }
  }

  private void follow(Sink sink) throws InterruptedException, StoreUnavailable {
    // A number that nothing has yet is of another store, or of nobody: what follows is new.
    long newest = parts.commands().store().lastSequence();
    long known = Math.min(after.orElse(newest), newest);
    // At once, so that a caller knows that it is heard.
    boolean open = sink.send(Event.heartbeat());
    while (open) {
      List<Entry.Logged> news = parts.feed().await(known, HEARTBEAT);
      if (news.isEmpty()) {
        open = sink.send(Event.heartbeat());
      }
      for (Entry.Logged logged : news) {
        known = logged.sequence();
        Optional<Event> event = event(logged);
        open = open && (event.isEmpty() || sink.send(event.get().bytes()));
      }
    }
  }

  /// Entries that say nothing to people are none.
  private Optional<Event> event(Entry.Logged logged) {
    Entry entry = logged.entry();
    if (model.isPresent() && !model.get().equals(entry.model())) {
      return Optional.empty();
    }
    return entry
        .change()
        .map(change -> named(WireWords.of(change.kind()), logged, changed(logged, change)))
        .or(() -> judged(logged));
  }

  private static ObjectNode changed(Entry.Logged logged, Change change) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("id", logged.entry().rollout().value());
    node.put("state", change.to());
    node.set("share", Decimals.node(change.toShare().percent()));
    node.setAll(EntryView.of(logged, change));
    return node;
  }

  private static Optional<Event> judged(Entry.Logged logged) {
    Entry entry = logged.entry();
    if (!(entry.event() instanceof dev.sluice.control.Event.Judged)) {
      return Optional.empty();
    }
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("id", entry.rollout().value());
    node.put("sequence", logged.sequence());
    node.put("rollout", entry.rollout().value());
    node.put("model", entry.model());
    node.put("revision", entry.revision());
    node.put("at", entry.at().toString());
    return Optional.of(named("judged", logged, node));
  }

  private static Event named(String name, Entry.Logged logged, ObjectNode data) {
    return new Event(OptionalLong.of(logged.sequence()), name, data.toString());
  }
}
