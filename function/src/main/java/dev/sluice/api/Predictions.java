package dev.sluice.api;

import dev.sluice.admission.Admission;
import dev.sluice.admission.Arrival;
import dev.sluice.admission.ByteBudget;
import dev.sluice.admission.Caller;
import dev.sluice.admission.ConcurrencyLimit;
import dev.sluice.admission.Gate;
import dev.sluice.admission.Permit;
import dev.sluice.admission.Quota;
import dev.sluice.admission.Reason;
import dev.sluice.admission.TrustedProxies;
import dev.sluice.inference.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Lets predictions in. What can be refused is refused from the head, before a byte of the body is
/// read: who asks, how often, and whether there is any hope of an answer in time.
///
/// The place among the requests in flight is only looked at then, and taken when the body is
/// there: a caller that sends its body slowly holds bytes of the budget, but nobody's turn.
final class Predictions {
  private static final Pattern WAIT =
      Pattern.compile("(?:^|[,;\\s])wait\\s*=\\s*\"?(\\d{1,6})\"?(?:$|[,;\\s])");
  private static final Pattern JSON =
      Pattern.compile(
          "application/(?:[a-z0-9.-]+\\+)?json\\s*(?:;\\s*charset\\s*=\\s*\"?utf-8\"?\\s*)?",
          Pattern.CASE_INSENSITIVE);

  private final Gate gate;
  private final ByteBudget bytes;
  private final TrustedProxies proxies;
  private final Credentials credentials;
  private final Callers callers;
  private final Rules rules;
  private final Refusals refusals;
  private final LongSupplier clock;

  /// What holds for every prediction.
  ///
  /// @param deadline from the head to the answer
  record Rules(Duration deadline) {}

  /// A kind of prediction, or what is reported of one: its own limit of requests in flight, and how
  /// it is answered.
  record Lane(
      ConcurrencyLimit limit, Pace pace, BodyLimit body, Intake intake, Answering answering) {}

  /// How large a body may be.
  ///
  /// @param said for the caller of a larger one, with the setting where there is one
  record BodyLimit(long bytes, String said) {
    static BodyLimit set(long bytes) {
      return new BodyLimit(bytes, "the body may have %d bytes (MAX_BODY_BYTES)".formatted(bytes));
    }

    /// The smaller of what is set and what this kind of body may have at most.
    static BodyLimit atMost(long most, long bytes) {
      return bytes < most
          ? set(bytes)
          : new BodyLimit(most, "the body may have %d bytes".formatted(most));
    }
  }

  /// What bodies there may be.
  enum Intake {
    /// JSON as it is.
    JSON,
    /// JSON or tensors, compressed or not.
    TENSORS,
    /// The same, and their content type says which.
    INVOCATIONS
  }

  Predictions(
      Gate gate,
      ByteBudget bytes,
      TrustedProxies proxies,
      Credentials credentials,
      Callers callers,
      Rules rules,
      Refusals refusals,
      LongSupplier clock) {
    this.gate = gate;
    this.bytes = bytes;
    this.proxies = proxies;
    this.credentials = credentials;
    this.callers = callers;
    this.rules = rules;
    this.refusals = refusals;
    this.clock = clock;
  }

  Entrance enter(Head head, Visit visit, Lane lane) {
    Optional<Response> misfit = misfit(head, visit, lane.intake());
    if (misfit.isPresent()) {
      return new Entrance.Answered(misfit.get());
    }
    Optional<Caller> caller = caller(head);
    if (caller.isEmpty()) {
      return new Entrance.Answered(unknown(visit));
    }
    long now = clock.getAsLong();
    var deadline = new Deadline(head.arrivedNanos() + patience(head.headers()).toNanos());
    Admission admission =
        gate.admit(new Arrival(caller.get(), deadline.atNanos()), lane.limit(), now);
    List<Field> limits = limits(gate.quotas(caller.get(), now));
    return switch (admission) {
      case Admission.Rejected rejected ->
          new Entrance.Answered(refusals.of(rejected, visit, limits));
      case Admission.Admitted admitted -> {
        admitted.permit().close();
        var request = new Prediction(head, visit, deadline, limits);
        yield new Entrance.Open(new Room(request, visit, caller.get(), lane));
      }
    };
  }

  /// What is wrong with the head itself.
  private Optional<Response> misfit(Head head, Visit visit, Intake intake) {
    Headers headers = head.headers();
    Optional<String> body =
        switch (intake) {
          case JSON -> misfitOfJson(headers);
          case TENSORS -> misfitOfTensors(headers);
          case INVOCATIONS -> misfitOfTensors(headers).or(() -> SageMaker.misfit(headers));
        };
    if (body.isPresent()) {
      return Optional.of(refusals.of(Problem.UNSUPPORTED_MEDIA_TYPE, body.get(), visit));
    }
    if (callers.chooseWithoutToken(headers)) {
      return Optional.of(
          refusals.of(
              Problem.FORBIDDEN,
              "X-Model-Variant needs the admin or viewer token: Authorization: Bearer TOKEN",
              visit));
    }
    return Optional.empty();
  }

  private static Optional<String> misfitOfJson(Headers headers) {
    boolean plain = headers.all("content-encoding").stream().allMatch("identity"::equalsIgnoreCase);
    if (!plain) {
      return Optional.of("Content-Encoding is not supported here: send the body as it is");
    }
    return isJson(headers)
        ? Optional.empty()
        : Optional.of("the body is JSON in UTF-8: send Content-Type: application/json");
  }

  // The content type is not looked at: clients of the protocol send any, or none.
  private static Optional<String> misfitOfTensors(Headers headers) {
    return Coding.of(headers).isEmpty()
        ? Optional.of("Content-Encoding is gzip, deflate or identity, one of them")
        : Optional.empty();
  }

  /// Whether the body is said to be JSON, or not said to be anything.
  static boolean isJson(Headers headers) {
    for (String type : headers.all("content-type")) {
      if (!type.equals("application/json") && !JSON.matcher(type).matches()) {
        return false;
      }
    }
    return true;
  }

  /// Whether a request's caller is one.
  boolean knows(Head head) {
    return caller(head).isPresent();
  }

  Response unknown(Visit visit) {
    return refusals.of(
        Problem.UNAUTHORIZED,
        "an API key is needed: Authorization: Bearer KEY",
        visit,
        List.of(new Field("WWW-Authenticate", "Bearer")));
  }

  private Optional<Caller> caller(Head head) {
    if (!credentials.wantsApiKey()) {
      return Optional.of(proxies.caller(head.peer(), head.headers().all("x-forwarded-for")));
    }
    return credentials
        .keyed(head.headers())
        .or(
            () ->
                switch (credentials.standing(head.headers())) {
                  case ADMIN, VIEWER -> Optional.of(new Caller.Keyed("operator"));
                  case NOBODY, OFF -> Optional.empty();
                });
  }

  /// How long the caller waits: `Prefer: wait=SECONDS` (RFC 7240, section 4.3), but not longer
  /// than we do.
  private Duration patience(Headers headers) {
    Duration patience = rules.deadline();
    for (String prefer : headers.all("prefer")) {
      Matcher wait = WAIT.matcher(prefer);
      if (wait.find()) {
        Duration asked = Duration.ofSeconds(Long.parseLong(wait.group(1)));
        patience = asked.compareTo(patience) < 0 ? asked : patience;
      }
    }
    return patience;
  }

  private static List<Field> limits(List<Quota> quotas) {
    return quotas.isEmpty()
        ? List.of()
        : List.of(
            new Field("RateLimit-Policy", Quota.policyField(quotas)),
            new Field("RateLimit", Quota.limitField(quotas)));
  }

  /// One prediction between its head and its answer.
  private final class Room implements Exchange {
    private final Prediction request;
    private final Visit visit;
    private final Caller caller;
    private final Lane lane;
    private long reserved;

    Room(Prediction request, Visit visit, Caller caller, Lane lane) {
      this.request = request;
      this.visit = visit;
      this.caller = caller;
      this.lane = lane;
    }

    @Override
    public long maxBodyBytes() {
      return lane.body().bytes();
    }

    @Override
    public String tooLarge() {
      return lane.body().said();
    }

    @Override
    public boolean reserve(long more) {
      if (!bytes.tryTake(more)) {
        return false;
      }
      reserved += more;
      return true;
    }

    @Override
    public Optional<Pending> begin(Content body) {
      return lane.answering().brief(request, body) ? Optional.of(pending(body)) : Optional.empty();
    }

    @Override
    public Response answer(Content body) {
      return pending(body).response();
    }

    private Pending pending(Content body) {
      long began = clock.getAsLong();
      Admission admission =
          lane.limit().tryAcquire(new Arrival(caller, request.deadline().atNanos()), began);
      return switch (admission) {
        case Admission.Rejected rejected ->
            Pending.of(refusals.of(rejected, visit, request.limits()));
        case Admission.Admitted admitted -> {
          int inFlight = lane.limit().inFlight();
          try {
            yield new InFlight(guarded(body), admitted.permit(), began, inFlight);
          } catch (Error fatal) {
            admitted.permit().close();
            throw fatal;
          }
        }
      };
    }

    /// Whatever breaks inside becomes one plain answer; its cause goes to the log.
    private Pending guarded(Content body) {
      try {
        return lane.answering().begin(request, body);
      } catch (BadBody wrong) {
        return Pending.of(
            refusals.quietly(
                Problem.INVALID_BODY, wrong.detail(), visit, wrong.faults(), request.limits()));
      } catch (RuntimeException | StackOverflowError bug) {
        return Pending.of(refusals.broken(bug, visit));
      }
    }

    /// An answer that has its place among the requests in flight until it is known.
    private final class InFlight implements Pending {
      private final Pending answer;
      private final Permit permit;
      private final long began;
      private final int inFlight;

      InFlight(Pending answer, Permit permit, long began, int inFlight) {
        this.answer = answer;
        this.permit = permit;
        this.began = began;
        this.inFlight = inFlight;
      }

      @Override
      public void push() {
        answer.push();
      }

      @Override
      public boolean ready() {
        return answer.ready();
      }

      @Override
      public void whenReady(Runnable then) {
        answer.whenReady(then);
      }

      @Override
      public Duration remaining() {
        return answer.remaining();
      }

      @Override
      public Response response() {
        try {
          Response response = guarded();
          if (response.status() < 300) {
            lane.pace().departed(inFlight, began, clock.getAsLong());
          }
          return refusals.answered(response, visit);
        } finally {
          permit.close();
        }
      }

      private Response guarded() {
        try {
          return answer.response();
        } catch (RuntimeException | StackOverflowError bug) {
          return refusals.broken(bug, visit);
        }
      }
    }

    @Override
    public Response refuse(Problem problem, String detail) {
      List<Field> retry =
          problem == Problem.OVERLOADED
              ? List.of(Problems.retryAfter(Duration.ofSeconds(1)))
              : List.of();
      return refusals.of(problem, detail, visit, retry);
    }

    @Override
    public void close() {
      bytes.give(reserved);
      reserved = 0;
    }
  }

  /// The problem that stands for a refusal at the door.
  static Problem problem(Reason reason) {
    return switch (reason) {
      case RATE_LIMIT -> Problem.RATE_LIMITED;
      case OVERLOAD -> Problem.OVERLOADED;
      case SHUTTING_DOWN -> Problem.SHUTTING_DOWN;
    };
  }
}
