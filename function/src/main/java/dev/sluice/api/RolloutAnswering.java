package dev.sluice.api;

import static java.util.Comparator.comparing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.api.RolloutParts.Forecast.Guess;
import dev.sluice.control.Commands;
import dev.sluice.control.Entry;
import dev.sluice.control.Replay;
import dev.sluice.control.RolloutRecord;
import dev.sluice.control.Rollouts;
import dev.sluice.control.Ruling;
import dev.sluice.control.Series;
import dev.sluice.control.StoreUnavailable;
import dev.sluice.control.Verb;
import dev.sluice.rollout.Remark;
import dev.sluice.rollout.RolloutId;
import dev.sluice.rollout.State;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/// Answers the admin API of rollouts. What is answered as done is written. Thread-safe; blocks.
final class RolloutAnswering {
  private static final int USUAL_LIMIT = 20;
  private static final int ENTRIES_AT_ONCE = 200;
  private static final int MOST_POINTS = 600;
  // Longer than a store takes to be called away: whoever waited is told that then, not to try
  // again.
  private static final int PATIENCE_SECONDS = 3;

  private final RolloutParts parts;
  private final InstantSource instants;
  private final Supplier<RandomGenerator> chance;
  private final StrictJson json;
  private final Refusals refusals;
  private final Rulings rulings;
  private final Map<Endpoint, Handler> handlers;
  // Each judges all windows of a rollout again.
  private final Semaphore replays = new Semaphore(1);
  // Each reads up to a thousand records or entries.
  private final Semaphore lists = new Semaphore(1);
  private final SeriesShelf series;

  RolloutAnswering(
      RolloutParts parts,
      InstantSource instants,
      Supplier<RandomGenerator> chance,
      StrictJson json,
      Refusals refusals,
      Rulings rulings) {
    this.parts = parts;
    this.instants = instants;
    this.chance = chance;
    this.json = json;
    this.refusals = refusals;
    this.rulings = rulings;
    this.series = new SeriesShelf(parts.commands().store());
    this.handlers = handlers();
  }

  Response answer(Head head, Visit visit, byte[] body) throws BadBody, BadHead, StoreUnavailable {
    Optional<Handler> handler = Optional.ofNullable(handlers.get(visit.endpoint()));
    return handler.isPresent()
        ? handler.get().answer(head, visit, body, instants.instant())
        : refusals.quietly(
            Problem.NOT_FOUND, "nothing is at this path", visit, List.of(), List.of());
  }

  /// What answers at one endpoint.
  private interface Handler {
    Response answer(Head head, Visit visit, byte[] body, Instant now)
        throws BadBody, BadHead, StoreUnavailable;
  }

  private Map<Endpoint, Handler> handlers() {
    return Map.of(
        Endpoint.ROLLOUTS,
        (head, visit, body, now) ->
            visit.method().equals("POST")
                ? created(head, visit, body, now)
                : oneAtATime(lists, visit, () -> list(visit, now)),
        Endpoint.ROLLOUT,
        (head, visit, body, now) ->
            visit.method().equals("DELETE")
                ? obeyed(head, visit, Verb.DELETE, body, now)
                : found(visit, record -> new RolloutView(record, now).whole()),
        Endpoint.ROLLOUT_VERB,
        this::verb,
        Endpoint.ROLLOUT_HISTORY,
        (head, visit, body, now) -> oneAtATime(lists, visit, () -> historyOfOne(visit)),
        Endpoint.ROLLOUT_EXPLAIN,
        (head, visit, body, now) ->
            found(visit, record -> new RolloutView(record, now).explanation()),
        Endpoint.ROLLOUT_REPLAY,
        (head, visit, body, now) ->
            oneAtATime(replays, visit, () -> found(visit, record -> replay(record.id()))),
        Endpoint.ROLLOUT_SERIES,
        (head, visit, body, now) -> series(visit),
        Endpoint.ADMIN_HISTORY,
        (head, visit, body, now) -> oneAtATime(lists, visit, () -> history(visit)));
  }

  private Rollouts store() {
    return parts.commands().store();
  }

  private static Rollouts.Filter filter(Query query) throws BadHead {
    return new Rollouts.Filter(query.text("model"), query.text("tag"), limit(query));
  }

  private static int limit(Query query) throws BadHead {
    return (int) query.whole("limit", 1, Rollouts.Filter.MOST).orElse(USUAL_LIMIT);
  }

  private Response list(Visit visit, Instant now) throws BadHead, StoreUnavailable {
    Query query = visit.query().knowing(List.of("model", "tag", "limit", "active"));
    Rollouts.Filter filter = filter(query);
    List<ObjectNode> found =
        query.flag("active")
            ? active(filter).map(record -> new RolloutView(record, now).brief()).toList()
            : store().list(filter, record -> new RolloutView(record, now).brief());
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.putArray("rollouts").addAll(found);
    return ok(node);
  }

  private Stream<RolloutRecord> active(Rollouts.Filter filter) throws StoreUnavailable {
    return store().active().stream()
        .filter(record -> filter.model().map(record.model()::equals).orElse(true))
        .filter(record -> filter.tag().map(record.about().tags()::contains).orElse(true))
        .sorted(comparing((RolloutRecord record) -> record.about().createdAt()).reversed())
        .limit(filter.limit());
  }

  private Response history(Visit visit) throws BadHead, StoreUnavailable {
    Query query = visit.query().knowing(List.of("model", "tag", "limit"));
    return ok(EntryView.history(store().history(filter(query))));
  }

  /// Shows a rollout in some way.
  private interface Showing {
    ObjectNode of(RolloutRecord record) throws StoreUnavailable, BadHead;
  }

  private Response found(Visit visit, Showing showing) throws StoreUnavailable, BadHead {
    Optional<RolloutId> id = id(visit);
    Optional<RolloutRecord> record = id.isPresent() ? store().find(id.get()) : Optional.empty();
    return record.isPresent() ? ok(showing.of(record.get())) : unknown(visit);
  }

  private Response unknown(Visit visit) {
    return rulings.refused(
        new Ruling.Unknown("no rollout is called " + visit.parameter("id")), visit);
  }

  private static Optional<RolloutId> id(Visit visit) {
    try {
      return Optional.of(new RolloutId(visit.parameter("id")));
    } catch (IllegalArgumentException noId) {
      return Optional.empty();
    }
  }

  private Response historyOfOne(Visit visit) throws StoreUnavailable, BadHead {
    int limit = limit(visit.query().knowing(List.of("limit")));
    return found(visit, record -> EntryView.history(store().history(record.id(), limit)));
  }

  private Response series(Visit visit) throws BadHead, StoreUnavailable {
    Query query = visit.query().knowing(List.of("after", "points"));
    long after = query.whole("after", 0, Long.MAX_VALUE).orElse(0);
    int points = (int) query.whole("points", 2, MOST_POINTS).orElse(MOST_POINTS);
    Optional<RolloutId> id = id(visit);
    if (id.isEmpty()) {
      return unknown(visit);
    }
    return switch (series.show(id.get(), it -> shown(it, after, points))) {
      case SeriesShelf.Shown.Done<Response>(Response response) -> response;
      case SeriesShelf.Shown.Unknown<Response> unknown -> unknown(visit);
      case SeriesShelf.Shown.Busy<Response> busy -> busy(visit);
    };
  }

  private static Response shown(Series series, long after, int points) {
    return ok(SeriesView.of(series, series.record().orElseThrow(), after, points));
  }

  /// All entries of a rollout in their order. Read page by page: one may have thousands.
  private List<Entry> entries(RolloutId id) throws StoreUnavailable {
    List<Entry> found = new ArrayList<>();
    long after = -1;
    List<Entry.Logged> page;
    do {
      page = store().entries(id, after, ENTRIES_AT_ONCE);
      for (Entry.Logged logged : page) {
        after = logged.entry().revision();
        found.add(logged.entry());
      }
    } while (page.size() == ENTRIES_AT_ONCE);
    return found;
  }

  /// What takes a while.
  private interface Work {
    Response done() throws StoreUnavailable, BadHead;
  }

  /// Whoever asks while another is at it waits for a moment, and is sent away then: together they
  /// would take the processors and the memory that predictions need.
  private Response oneAtATime(Semaphore turn, Visit visit, Work work)
      throws StoreUnavailable, BadHead {
    try {
      if (!turn.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        return busy(visit);
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return busy(visit);
    }
    try {
      return work.done();
    } finally {
      turn.release();
    }
  }

  private Response busy(Visit visit) {
    return refusals.quietly(
        Problem.OVERLOADED,
        "others ask for the same just now; try again",
        visit,
        List.of(),
        List.of(Problems.retryAfter(Duration.ofSeconds(1))));
  }

  private ObjectNode replay(RolloutId id) throws StoreUnavailable {
    Replay.Replayed replayed = Replay.of(entries(id), parts.commands().digest());
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("id", id.value());
    node.put("entries", replayed.entries());
    node.put("identical", replayed.identical());
    replayed
        .difference()
        .ifPresent(
            first ->
                node.putObject("difference")
                    .put("revision", first.revision())
                    .put("recorded", first.recorded())
                    .put("recomputed", first.recomputed()));
    return node;
  }

  private Response created(Head head, Visit visit, byte[] body, Instant now)
      throws BadBody, BadHead, StoreUnavailable {
    Person person = Person.of(head.headers());
    var context = new RolloutBody.Context(parts.model(), parts.window(), person.name(), now);
    RolloutBody wanted = json.read(body, parser -> RolloutBody.read(parser, context));
    return switch (wanted.kind()) {
      case DRY_RUN ->
          drafted(parts.commands().draft(wanted.proposal(), new RolloutId("draft")), visit, now);
      case WRITTEN -> {
        Ruling ruling =
            parts
                .commands()
                .create(
                    wanted.proposal(),
                    person.request(visit.method(), path(head), body),
                    now,
                    chance.get());
        yield created(ruling, wanted, person, visit, now);
      }
    };
  }

  private Response drafted(Ruling ruling, Visit visit, Instant now) throws StoreUnavailable {
    return rulings.answer(
        ruling,
        visit,
        done -> {
          ObjectNode node = proposed(done.record(), now);
          node.remove("id");
          node.put("dry_run", true);
          return ok(node);
        });
  }

  /// A draft with what its author should know.
  private ObjectNode proposed(RolloutRecord draft, Instant now) {
    ObjectNode node = new RolloutView(draft, now).whole();
    ArrayNode warnings = node.putArray("warnings");
    for (Remark remark : draft.rollout().plan().check()) {
      switch (remark) {
        case Remark.Warning(String text) -> warnings.add(text);
        case Remark.Fault fault -> {}
      }
    }
    ObjectNode forecast = node.putObject("forecast");
    switch (parts.forecast().toPromotion(draft)) {
      case Guess.After(Duration time) ->
          forecast.set("minutes_to_promotion", RolloutView.minutes(time));
      case Guess.NoTraffic none -> forecast.put("unknown", "no_traffic");
      case Guess.NoProof none -> forecast.put("unknown", "no_proof");
    }
    return node;
  }

  private Response created(
      Ruling ruling, RolloutBody wanted, Person person, Visit visit, Instant now)
      throws StoreUnavailable {
    return rulings.answer(
        ruling,
        visit,
        done ->
            wanted.start() == RolloutBody.After.START
                ? started(done, person, visit, now)
                : located(done.record(), done.repeated(), now));
  }

  /// A request that was cut off before the start is sent again, and finds its draft.
  private Response started(Ruling.Done created, Person person, Visit visit, Instant now)
      throws StoreUnavailable {
    if (!(created.record().rollout().state() instanceof State.Draft)) {
      return located(created.record(), created.repeated(), now);
    }
    RolloutId id = created.record().id();
    Ruling ruling = say(id, Verb.START, created.record().about().description(), person, now);
    if (!(ruling instanceof Ruling.Done)) {
      say(id, Verb.DELETE, "", person, now);
    }
    return rulings.answer(ruling, visit, done -> located(done.record(), created.repeated(), now));
  }

  private Ruling say(RolloutId id, Verb verb, String reason, Person person, Instant now)
      throws StoreUnavailable {
    return parts
        .commands()
        .obey(
            new Commands.Order(
                id, verb.by(person.name(), reason), OptionalLong.empty(), Optional.empty()),
            now);
  }

  private Response located(RolloutRecord record, Ruling.Repeated repeated, Instant now) {
    var fields = new ArrayList<>(fields(repeated));
    fields.add(new Field("Location", "/admin/rollouts/" + record.id().value()));
    return response(201, proposed(record, now), fields);
  }

  private Response verb(Head head, Visit visit, byte[] body, Instant now)
      throws BadBody, BadHead, StoreUnavailable {
    Optional<Verb> verb = Verb.of(visit.parameter("verb")).filter(word -> word != Verb.DELETE);
    if (verb.isEmpty()) {
      return refusals.quietly(
          Problem.NOT_FOUND,
          "a rollout knows start, pause, resume, promote, rollback, stop; a draft is deleted by"
              + " DELETE",
          visit,
          List.of(),
          List.of());
    }
    return obeyed(head, visit, verb.get(), body, now);
  }

  private Response obeyed(Head head, Visit visit, Verb verb, byte[] body, Instant now)
      throws BadBody, BadHead, StoreUnavailable {
    Person person = Person.of(head.headers());
    VerbBody said =
        body.length == 0
            ? VerbBody.NONE
            : json.read(body, parser -> VerbBody.read(parser, VerbBody.Scope.ROLLOUT));
    Optional<RolloutId> id = id(visit);
    if (id.isEmpty()) {
      return unknown(visit);
    }
    Ruling ruling =
        parts
            .commands()
            .obey(
                new Commands.Order(
                    id.get(),
                    verb.by(person.name(), said.reason()),
                    said.revision(),
                    person.request(visit.method(), path(head), body)),
                now);
    return rulings.answer(
        ruling,
        visit,
        done ->
            response(200, new RolloutView(done.record(), now).whole(), fields(done.repeated())));
  }

  private static String path(Head head) {
    int query = head.target().indexOf('?');
    return query < 0 ? head.target() : head.target().substring(0, query);
  }

  private static List<Field> fields(Ruling.Repeated repeated) {
    return switch (repeated) {
      case FIRST -> List.of();
      case AGAIN -> List.of(new Field("Idempotency-Replayed", "true"));
    };
  }

  private static Response ok(JsonNode node) {
    return response(200, node, List.of());
  }

  private static Response response(int status, JsonNode node, List<Field> more) {
    var fields = new ArrayList<Field>();
    fields.add(new Field("Content-Type", "application/json"));
    fields.add(new Field("Cache-Control", "no-store"));
    fields.addAll(more);
    return new Response(
        status, fields, node.toString().getBytes(StandardCharsets.UTF_8), Response.After.KEEP);
  }
}
