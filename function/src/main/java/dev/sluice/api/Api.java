package dev.sluice.api;

import dev.sluice.admission.ConcurrencyLimit;
import dev.sluice.experiment.OutcomeTokens;
import dev.sluice.routing.StickyCookie;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// The service as the wire sees it: every path, for every way in. Decides from the head who may go
/// on; what is cheap and needs no body is answered at once, on whatever thread asks. Thread-safe.
public final class Api implements Door {
  private static final Duration COOKIE_LIFE = Duration.ofDays(90);
  private static final int LONGEST_TEXT = 10_000;
  private static final long MOST_FEEDBACK_BYTES = 1_048_576;

  private final Adapters adapters;
  private final String defaultModel;
  private final SageMakerHead sageMaker;
  private final Health health;
  private final byte[] openApi;
  private final Operations operations;
  private final RolloutParts rollouts;
  private final Operators operators;
  private final Console console;
  private final Predictions predictions;
  // By endpoint: every one for callers.
  private final Map<Endpoint, Predictions.Lane> lanes;
  private final Map<Endpoint, Function<Visit, Response>> readings;
  private final Problems problems;
  private final Refusals refusals;
  private final ApiListener listener;
  private final LongSupplier clock;
  private final Supplier<RandomGenerator> chance;

  public Api(ApiRules rules, ApiParts parts) {
    var json = new StrictJson(rules.maxBodyBytes());
    var text = new JsonText();
    this.adapters = rules.adapters();
    this.defaultModel = rules.defaultModel();
    this.sageMaker = new SageMakerHead(rules.callerKeyHeader());
    this.rollouts = parts.rollouts();
    this.listener = parts.listener();
    this.clock = parts.clock();
    this.chance = parts.chance();
    this.openApi = parts.openApi();
    this.problems = new Problems(text);
    this.refusals = new Refusals(problems, listener, clock);
    var credentials = new Credentials(rules.adminToken(), rules.viewerToken(), rules.apiKeys());
    var sessions = new Sessions(rules.adminToken(), rules.viewerToken());
    this.operators = new Operators(credentials, sessions, parts.instants());
    this.console =
        new Console(
            new Console.Parts(
                parts.console(), parts.proxies(), listener, clock, parts.instants(), chance),
            credentials,
            sessions,
            operators,
            json,
            text,
            refusals);
    this.health = new Health(parts.serving(), parts.readiness(), text, clock);
    var answers = new JsonAnswers(text, problems);
    var protocol =
        new Protocol(
            parts.build(),
            rules.maxBatch(),
            parts.serving(),
            parts.models(),
            parts.readiness(),
            answers);
    this.operations =
        new Operations(
            new Repository(parts.serving(), parts.models(), json, answers),
            new Admin(
                rules.defaultModel(),
                parts.serving(),
                parts.rollouts().commands(),
                parts.warmUp(),
                json,
                text),
            new RolloutAnswering(
                parts.rollouts(), parts.instants(), chance, json, refusals, new Rulings(refusals)),
            new ModelsAdmin(parts.models(), json, text),
            new SystemView(parts.system()),
            new Rulings(refusals),
            parts.instants(),
            parts.metrics(),
            refusals,
            listener);
    Callers callers = callers(rules, parts, credentials);
    OutcomeTokens tokens = OutcomeTokens.of(rules.signingKeys(), rules.feedbackLife());
    var marks = new Marks(tokens, parts.instants(), parts.chance(), parts.underWay());
    var replies = new Replies(problems, callers, marks, listener);
    this.predictions =
        new Predictions(
            parts.gate(),
            parts.bytes(),
            parts.proxies(),
            credentials,
            callers,
            new Predictions.Rules(rules.deadline()),
            refusals,
            clock);
    Predictions.Lane infer =
        lane(
            parts.pictures(),
            Predictions.BodyLimit.set(rules.maxBodyBytes()),
            parts,
            new InferAnswering(
                rules.defaultModel(),
                rules.maxBatch(),
                json,
                text,
                new Pictures(parts.decoder(), parts.pixels(), rules.maxPixels()),
                parts.serving(),
                replies,
                callers,
                chance,
                clock));
    Predictions.Lane predict =
        lane(
            parts.texts(),
            Predictions.BodyLimit.set(rules.maxBodyBytes()),
            parts,
            new PredictAnswering(
                Map.of(
                    PredictBody.Kind.SENTENCE, rules.sentenceModel(),
                    PredictBody.Kind.SMS, rules.smsModel()),
                new PredictAnswering.TextLimits(rules.maxBatch(), LONGEST_TEXT),
                json,
                text,
                parts.serving(),
                replies,
                callers,
                chance));
    Predictions.Lane feedback =
        lane(
            parts.feedback(),
            Predictions.BodyLimit.atMost(MOST_FEEDBACK_BYTES, rules.maxBodyBytes()),
            parts,
            new FeedbackAnswering(
                tokens,
                parts.firstFeedback(),
                parts.serving()::versions,
                parts.serving()::shares,
                json,
                text,
                problems,
                listener,
                parts.instants()));
    var all = new EnumMap<>(TensorLanes.of(rules, parts, replies, callers));
    all.put(Endpoint.INFER, infer);
    all.put(Endpoint.PREDICT, predict);
    all.put(Endpoint.FEEDBACK, feedback);
    this.lanes = all;
    this.readings =
        readings(
            protocol,
            new ModelStatistics(parts.serving(), answers),
            new KServe(parts.serving(), text));
  }

  private static Callers callers(ApiRules rules, ApiParts parts, Credentials credentials) {
    return new Callers(
        rules.callerKeyHeader(),
        rules
            .stickyCookie()
            .map(
                name ->
                    new Callers.Cookie(
                        name,
                        StickyCookie.of(rules.signingKeys(), COOKIE_LIFE),
                        COOKIE_LIFE,
                        parts.instants())),
        rules.experimentHeader(),
        credentials,
        parts.listener());
  }

  private static Predictions.Lane lane(
      ConcurrencyLimit limit, Predictions.BodyLimit body, ApiParts parts, Answering answering) {
    var pace = new Pace(limit, parts.slots(), parts.clock().getAsLong());
    return new Predictions.Lane(limit, pace, body, Predictions.Intake.JSON, answering);
  }

  @Override
  public Entrance enter(Head head) {
    Trace trace = Trace.of(head.headers(), chance.get());
    int query = head.target().indexOf('?');
    String path = query < 0 ? head.target() : head.target().substring(0, query);
    Optional<Endpoint.Match> match = adapters.at(path, defaultModel);
    if (match.isEmpty()) {
      var lost = new Visit(Endpoint.OTHER, head.method(), trace, head.arrivedNanos());
      return refused(Problem.NOT_FOUND, "nothing is at this path; see /openapi.yml", lost);
    }
    Endpoint endpoint = match.get().endpoint();
    var visit =
        new Visit(
            endpoint,
            match.get().parameters(),
            query < 0 ? Query.NONE : Query.of(head.target().substring(query + 1)),
            head.method(),
            trace,
            head.arrivedNanos());
    Entrance entrance = enter(head, visit);
    return endpoint.access() == Endpoint.Access.CONSOLE ? Console.ruled(entrance) : entrance;
  }

  private Entrance enter(Head head, Visit visit) {
    Endpoint endpoint = visit.endpoint();
    if (head.method().equals("OPTIONS")) {
      return answered(204, List.of(allow(endpoint)), new byte[0], visit);
    }
    if (!endpoint.takes(head.method())) {
      return new Entrance.Answered(
          refusals.of(
              Problem.METHOD_NOT_ALLOWED,
              "allowed here: " + endpoint.allow(),
              visit,
              List.of(allow(endpoint))));
    }
    return switch (endpoint.access()) {
      case CALLER -> called(head, visit);
      case READER -> looking(head, visit);
      case ADMIN -> operated(head, visit);
      case CONSOLE -> console.enter(head, visit);
      case OPEN -> open(head, visit);
    };
  }

  private Entrance called(Head head, Visit visit) {
    Predictions.Lane lane = lane(visit.endpoint());
    if (visit.endpoint() != Endpoint.SAGEMAKER_INVOCATIONS) {
      return predictions.enter(head, visit, lane);
    }
    try {
      Head plain = sageMaker.plain(head);
      return predictions.enter(plain, visit.traced(Trace.of(plain.headers(), chance.get())), lane);
    } catch (BadHead wrong) {
      return refused(Problem.BAD_REQUEST, wrong.detail(), visit);
    }
  }

  private Predictions.Lane lane(Endpoint endpoint) {
    return Optional.ofNullable(lanes.get(endpoint)).orElseThrow();
  }

  private static Field allow(Endpoint endpoint) {
    return new Field("Allow", endpoint.allow());
  }

  private Entrance open(Head head, Visit visit) {
    return visit.endpoint() == Endpoint.METRICS
        ? new Entrance.Open(operations.exchange(head, visit))
        : read(visit);
  }

  /// What is so cheap that it is answered at once.
  private Entrance read(Visit visit) {
    return Optional.ofNullable(readings.get(visit.endpoint()))
        .map(reading -> counted(reading.apply(visit), visit))
        .orElseGet(() -> refused(Problem.NOT_FOUND, "nothing is at this path", visit));
  }

  private Map<Endpoint, Function<Visit, Response>> readings(
      Protocol protocol, ModelStatistics statistics, KServe kserve) {
    var readings = new EnumMap<Endpoint, Function<Visit, Response>>(Endpoint.class);
    readings.put(Endpoint.HEALTHZ, visit -> health.alive());
    readings.put(Endpoint.HEALTH, visit -> health.health());
    readings.put(Endpoint.READY, visit -> health.ready());
    readings.put(Endpoint.OPENAPI, visit -> page("application/yaml", openApi));
    readings.put(Endpoint.SAGEMAKER_PING, visit -> health.ready());
    readings.put(Endpoint.VERTEX_HEALTH, visit -> health.ready());
    readings.put(Endpoint.KSERVE_MODELS, visit -> kserve.models());
    readings.put(Endpoint.KSERVE_MODEL, protocol::modelReady);
    readings.put(Endpoint.V2, visit -> protocol.server());
    readings.put(Endpoint.V2_LIVE, visit -> protocol.live());
    readings.put(Endpoint.V2_READY, visit -> protocol.ready());
    readings.put(Endpoint.V2_STATS, visit -> statistics.ofAll());
    readings.put(Endpoint.V2_MODEL, protocol::metadata);
    readings.put(Endpoint.V2_VERSION, protocol::metadata);
    readings.put(Endpoint.V2_MODEL_READY, protocol::modelReady);
    readings.put(Endpoint.V2_VERSION_READY, protocol::modelReady);
    readings.put(Endpoint.V2_MODEL_CONFIG, protocol::config);
    readings.put(Endpoint.V2_VERSION_CONFIG, protocol::config);
    readings.put(Endpoint.V2_MODEL_STATS, statistics::of);
    readings.put(Endpoint.V2_VERSION_STATS, statistics::of);
    return readings;
  }

  private static Response page(String type, byte[] body) {
    return new Response(200, List.of(new Field("Content-Type", type)), body, Response.After.KEEP);
  }

  /// Whoever may predict may look.
  private Entrance looking(Head head, Visit visit) {
    if (!predictions.knows(head)) {
      return new Entrance.Answered(predictions.unknown(visit));
    }
    return visit.endpoint() == Endpoint.V2_INDEX
        ? new Entrance.Open(operations.exchange(head, visit))
        : read(visit);
  }

  /// The admin API: authorised by the matched endpoint, never by a prefix of a path.
  private Entrance operated(Head head, Visit visit) {
    return switch (operators.admit(head)) {
      case Operators.Ruling.Admitted admitted -> admitted(head, visit);
      case Operators.Ruling.Refused(Problem problem, String detail, List<Field> fields) ->
          new Entrance.Answered(refusals.of(problem, detail, visit, fields));
    };
  }

  private Entrance admitted(Head head, Visit visit) {
    if (visit.endpoint() != Endpoint.MANAGE && !Predictions.isJson(head.headers())) {
      return new Entrance.Answered(refusals.answered(refusals.notJson(visit), visit));
    }
    if (visit.endpoint() == Endpoint.ADMIN_EVENTS) {
      return events(head, visit);
    }
    return visit.endpoint() == Endpoint.MANAGE
        ? new Entrance.PassOn(List.of(visit.trace().field()))
        : new Entrance.Open(operations.exchange(head, visit));
  }

  private Entrance events(Head head, Visit visit) {
    try {
      EventsStream stream = EventsStream.of(rollouts, head, visit, refusals);
      return head.method().equals("HEAD")
          ? new Entrance.Answered(stream.opening())
          : new Entrance.Stream(stream);
    } catch (BadHead wrong) {
      return refused(Problem.BAD_REQUEST, wrong.detail(), visit);
    }
  }

  private Entrance refused(Problem problem, String detail, Visit visit) {
    return new Entrance.Answered(refusals.of(problem, detail, visit));
  }

  private Entrance counted(Response response, Visit visit) {
    return new Entrance.Answered(refusals.answered(response, visit));
  }

  private Entrance answered(int status, List<Field> fields, byte[] body, Visit visit) {
    return counted(new Response(status, fields, body, Response.After.KEEP), visit);
  }

  @Override
  public Response refuse(Problem problem, String detail) {
    var visit =
        new Visit(
            Endpoint.OTHER, "", Trace.fresh(chance.get(), Optional.empty()), clock.getAsLong());
    return refusals.of(problem, detail, visit);
  }
}
