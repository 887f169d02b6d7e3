package dev.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.control.Change;
import dev.sluice.control.Commands;
import dev.sluice.control.Entry;
import dev.sluice.control.MemoryStore;
import dev.sluice.rollout.Cause;
import dev.sluice.rollout.Report;
import dev.sluice.rollout.RolloutId;
import dev.sluice.routing.Share;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/// Live events, over a feed that the test fills.
class EventsStreamTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  private final Queue<List<Entry.Logged>> news = new ArrayDeque<>();
  private static final long NEWEST = 20;

  private final List<Long> asked = new ArrayList<>();
  private final List<String> sent = new ArrayList<>();

  /// Takes events until there is no more news.
  private final class Taking implements EventStream.Sink {
    @Override
    public boolean send(byte[] bytes) {
      sent.add(new String(bytes, StandardCharsets.UTF_8));
      return open();
    }

    @Override
    public boolean open() {
      return !news.isEmpty();
    }
  }

  private void run(String query, Map<String, String> headers) throws Exception {
    var commands =
        new Commands(
            new MemoryStore() {
              @Override
              public long lastSequence() {
                return NEWEST;
              }
            },
            (model, version) -> true,
            1,
            record -> "",
            entry -> {},
            () -> {});
    RolloutParts.Feed feed =
        (after, atMost) -> {
          asked.add(after);
          return news.remove();
        };
    var parts =
        new RolloutParts(
            commands,
            draft -> new RolloutParts.Forecast.Guess.NoTraffic(),
            feed,
            Duration.ofSeconds(60),
            "digits");
    var visit =
        new Visit(
            Endpoint.ADMIN_EVENTS,
            Map.of(),
            Query.of(query),
            "GET",
            new Trace("t", Optional.empty()),
            0);
    var head = new Head("GET", "/admin/events", new Told(headers), "10.0.0.1", 0, 0);
    var refusals = new Refusals(new Problems(new JsonText()), new Deaf(), () -> 0);
    EventsStream.of(parts, head, visit, refusals).run(new Taking());
  }

  private static Entry.Logged moved(long sequence, String model) {
    var change =
        new Change(
            Change.Kind.MOVED,
            "starting",
            "running",
            Share.NONE,
            Share.ofPercent(5),
            new Cause(new Cause.Actor.Platform(), Cause.Code.LOADED, ""),
            "running: two\nlines",
            Optional.empty());
    return new Entry.Logged(
        sequence,
        new Entry(
            new RolloutId("r1"),
            model,
            2,
            NOW,
            new dev.sluice.control.Event.Reported(new Report.Loaded()),
            Optional.of(change),
            "d",
            Optional.empty()));
  }

  private static Entry.Logged judged(long sequence) {
    return new Entry.Logged(
        sequence,
        new Entry(
            new RolloutId("r1"),
            "digits",
            3,
            NOW,
            new dev.sluice.control.Event.Judged(List.of()),
            Optional.empty(),
            "d",
            Optional.empty()));
  }

  @Test
  void tellsWhatMovedAndWhatWasJudgedOnOneLineEach() throws Exception {
    news.add(List.of(moved(7, "digits"), judged(8)));
    news.add(List.of());

    run("after=6", Map.of());

    assertThat(sent.get(1))
        .startsWith("id: 7\nevent: moved\ndata: {\"id\":\"r1\",\"state\":\"running\",\"share\":5")
        .contains("\"actor\":\"runtime\"")
        .contains("two\\nlines");
    assertThat(sent.get(2)).startsWith("id: 8\nevent: judged\ndata: {\"id\":\"r1\"");
    assertThat(asked).containsExactly(6L, 8L);
  }

  @Test
  void goesOnAfterTheLastEventThatTheCallerHad() throws Exception {
    news.add(List.of());

    run("after=3", Map.of("Last-Event-ID", "5"));

    assertThat(asked).containsExactly(5L);
  }

  @Test
  void goesOnFromTheNewestWhereTheCallerKnowsEventsOfAnotherStore() throws Exception {
    news.add(List.of());

    run("", Map.of("Last-Event-ID", "99999999"));

    assertThat(asked).containsExactly(NEWEST);
  }

  @Test
  void beatsWhereNothingHappens() throws Exception {
    news.add(List.of());
    news.add(List.of());

    run("after=0", Map.of());

    assertThat(sent).hasSize(3).containsOnly(": \n\n");
  }

  @Test
  void tellsOfOneModelAlone() throws Exception {
    news.add(List.of(moved(1, "sms"), moved(2, "digits")));
    news.add(List.of());

    run("after=0&model=digits", Map.of());

    assertThat(sent).filteredOn(text -> text.contains("data:")).hasSize(1);
    assertThat(asked).containsExactly(0L, 2L);
  }

  @Test
  void refusesAPlaceThatIsNone() {
    assertThatThrownBy(() -> run("after=x", Map.of())).isInstanceOf(BadHead.class);
    assertThatThrownBy(() -> run("", Map.of("Last-Event-ID", "x"))).isInstanceOf(BadHead.class);
  }
}
