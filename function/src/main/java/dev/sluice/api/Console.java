package dev.sluice.api;

import dev.sluice.admission.Attempts;
import dev.sluice.admission.Caller;
import dev.sluice.admission.RatePolicy;
import dev.sluice.admission.TrustedProxies;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// Answers at `/console`: the page, its files, and the session that it works with. Everything else
/// the page asks for is the admin API. Thread-safe.
final class Console {
  /// Nothing but what we send may run, be shown or be asked, and nobody may put us in a frame.
  private static final List<Field> BROWSERS_RULES =
      List.of(
          new Field(
              "Content-Security-Policy",
              "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                  + " connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri"
                  + " 'none'; require-trusted-types-for 'script'"),
          new Field("X-Content-Type-Options", "nosniff"),
          new Field("Referrer-Policy", "no-referrer"));

  private static final Field NOT_KEPT = new Field("Cache-Control", "no-store");
  private static final int LONGEST_BODY = 4_096;

  private static final String OFF_PAGE =
      """
      <!doctype html>
      <html lang="en"><meta charset="utf-8"><title>Sluice</title>
      <p>The console is off: start the service with <code>ADMIN_TOKEN</code> (16 characters or more) set.</p>
      </html>
      """;

  // Five wrong ones a minute, each address.
  private static final int TRIES = 5;
  private static final int ADDRESSES = 65_536;

  private final ConsoleAssets assets;
  private final Credentials credentials;
  private final Sessions sessions;
  private final Operators operators;
  private final TrustedProxies proxies;
  private final Attempts attempts;
  private final StrictJson json;
  private final JsonText text;
  private final Refusals refusals;
  private final ApiListener listener;
  private final LongSupplier clock;
  private final InstantSource instants;
  private final Supplier<RandomGenerator> chance;

  /// What it works with.
  ///
  /// @param clock `System.nanoTime()`, or a test's
  /// @param chance random bits of the calling thread
  record Parts(
      ConsoleAssets assets,
      TrustedProxies proxies,
      ApiListener listener,
      LongSupplier clock,
      InstantSource instants,
      Supplier<RandomGenerator> chance) {}

  Console(
      Parts parts,
      Credentials credentials,
      Sessions sessions,
      Operators operators,
      StrictJson json,
      JsonText text,
      Refusals refusals) {
    this.assets = parts.assets();
    this.credentials = credentials;
    this.sessions = sessions;
    this.operators = operators;
    this.proxies = parts.proxies();
    this.clock = parts.clock();
    this.attempts =
        new Attempts(new RatePolicy("login", TRIES / 60.0, TRIES), ADDRESSES, clock.getAsLong());
    this.json = json;
    this.text = text;
    this.refusals = refusals;
    this.listener = parts.listener();
    this.instants = parts.instants();
    this.chance = parts.chance();
  }

  Entrance enter(Head head, Visit visit) {
    Optional<Operators.Ruling.Refused> off = operators.off();
    if (off.isPresent()) {
      return answered(off(off.get(), head, visit), visit);
    }
    if (visit.endpoint() == Endpoint.CONSOLE) {
      return answered(assets.shell(head.headers()), visit);
    }
    if (visit.endpoint() == Endpoint.CONSOLE_ASSET) {
      return answered(
          assets
              .asset(visit.parameter("asset"), head.headers())
              .orElseGet(() -> refused(Problem.NOT_FOUND, "the console has no such file", visit)),
          visit);
    }
    return switch (head.method()) {
      case "POST" -> new Entrance.Open(new Login(head, visit));
      case "DELETE" -> answered(loggedOut(head, visit), visit);
      default -> answered(session(head, visit), visit);
    };
  }

  /// The same entrance with what browsers are told of every answer here.
  static Entrance ruled(Entrance entrance) {
    return entrance instanceof Entrance.Answered(Response response)
        ? new Entrance.Answered(ruled(response))
        : entrance;
  }

  private static Response ruled(Response response) {
    var fields = new ArrayList<>(response.fields());
    fields.addAll(BROWSERS_RULES);
    return new Response(response.status(), fields, response.body(), response.after());
  }

  private Entrance answered(Response response, Visit visit) {
    return new Entrance.Answered(refusals.answered(response, visit));
  }

  /// For a person at a browser a page, for programs what they get everywhere.
  private Response off(Operators.Ruling.Refused off, Head head, Visit visit) {
    Response refused = refused(off, visit);
    boolean person =
        visit.endpoint() == Endpoint.CONSOLE
            && head.headers().all("accept").stream().anyMatch(types -> types.contains("text/html"));
    return person
        ? new Response(
            refused.status(),
            List.of(new Field("Content-Type", "text/html; charset=utf-8"), NOT_KEPT),
            OFF_PAGE.getBytes(StandardCharsets.UTF_8),
            Response.After.KEEP)
        : refused;
  }

  private Response session(Head head, Visit visit) {
    return operators
        .session(head.headers())
        .map(session -> said(session, List.of()))
        .orElseGet(
            () -> refused(Operators.unauthorized("nobody is logged in here: log in"), visit));
  }

  private Response said(Sessions.Session session, List<Field> more) {
    var fields = new ArrayList<Field>();
    fields.add(new Field("Content-Type", "application/json"));
    fields.add(NOT_KEPT);
    fields.addAll(more);
    byte[] body =
        text.write(
            out -> {
              out.writeStartObject();
              out.writeStringField("role", session.role().word());
              out.writeStringField("expires_at", session.expiresAt().toString());
              out.writeEndObject();
            });
    return new Response(200, fields, body, Response.After.KEEP);
  }

  private Response loggedOut(Head head, Visit visit) {
    return Operators.foreign(head.headers())
        .map(foreign -> refused(foreign, visit))
        .orElseGet(
            () ->
                new Response(
                    204,
                    List.of(NOT_KEPT, cookie("", Duration.ZERO, head.headers())),
                    new byte[0],
                    Response.After.KEEP));
  }

  private static Field cookie(String value, Duration life, Headers headers) {
    return new Field(
        "Set-Cookie",
        "%s=%s; Path=/; HttpOnly; SameSite=Strict; Max-Age=%d%s"
            .formatted(
                Operators.COOKIE,
                value,
                life.toSeconds(),
                Cookies.toThisMachine(headers) ? "" : "; Secure"));
  }

  private Response refused(Operators.Ruling.Refused refused, Visit visit) {
    return refusals.quietly(
        refused.problem(), refused.detail(), visit, List.of(), refused.fields());
  }

  private Response refused(Problem problem, String detail, Visit visit) {
    return refusals.quietly(problem, detail, visit, List.of(), List.of());
  }

  /// A token on its way to become a session.
  private final class Login implements Exchange {
    private final Head head;
    private final Visit visit;

    Login(Head head, Visit visit) {
      this.head = head;
      this.visit = visit;
    }

    @Override
    public long maxBodyBytes() {
      return LONGEST_BODY;
    }

    @Override
    public boolean reserve(long bytes) {
      return true;
    }

    @Override
    public Response answer(Content body) {
      return ruled(refusals.answered(response(body), visit));
    }

    private Response response(Content body) {
      if (!Predictions.isJson(head.headers())) {
        return refusals.notJson(visit);
      }
      // A foreign page may not use up the tries of whoever looks at it.
      if (!head.headers().all("origin").isEmpty() && !SameOrigin.holds(head.headers())) {
        return refused(
            Problem.FORBIDDEN,
            "a login is made from the console's own page, and " + Operators.OWN_ORIGIN,
            visit);
      }
      try {
        return tried(json.read(body, LoginBody::read).token());
      } catch (BadBody wrong) {
        return refusals.quietly(
            Problem.INVALID_BODY, wrong.detail(), visit, wrong.faults(), List.of());
      } catch (RuntimeException | StackOverflowError bug) {
        return refusals.broken(bug, visit);
      }
    }

    private Response tried(String token) {
      Caller caller = proxies.caller(head.peer(), head.headers().all("x-forwarded-for"));
      Optional<Duration> wait = attempts.refusal(caller, clock.getAsLong());
      if (wait.isPresent()) {
        return refusals.quietly(
            Problem.RATE_LIMITED,
            "five wrong tokens a minute are enough; try again after Retry-After seconds",
            visit,
            List.of(),
            List.of(Problems.retryAfter(wait.get())));
      }
      return switch (credentials.standing(token)) {
        case ADMIN -> loggedIn(Sessions.Role.ADMIN, caller);
        case VIEWER -> loggedIn(Sessions.Role.VIEWER, caller);
        case NOBODY, OFF ->
            refused(
                Operators.unauthorized(
                    "this is neither the admin token nor the viewer token of the service"),
                visit);
      };
    }

    private Response loggedIn(Sessions.Role role, Caller caller) {
      attempts.right(caller);
      Instant now = instants.instant();
      String value = sessions.open(role, now, chance.get());
      Sessions.Session session = sessions.read(value, now).orElseThrow();
      listener.operated(visit.trace(), visit.endpoint(), role.word(), "logged in");
      return said(session, List.of(cookie(value, Sessions.LIFE, head.headers())));
    }

    @Override
    public Response refuse(Problem problem, String detail) {
      return ruled(refusals.of(problem, detail, visit));
    }

    @Override
    public void close() {
      // Nothing was taken.
    }
  }
}
