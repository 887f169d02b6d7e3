package dev.sluice.api;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// Who may use the admin API: whoever has its bearer token, and whoever has logged in at the
/// console. A token wins over a session.
///
/// A browser sends a cookie whoever made the page that asks. So what is changed by a session needs
/// two things that a foreign page cannot send: a header field of ours, and our own `Origin`.
/// Thread-safe.
final class Operators {
  static final String COOKIE = "sluice_session";
  static final String OURS = "X-Sluice-Request";

  /// What makes an `Origin` our own, for people with a proxy in front.
  static final String OWN_ORIGIN =
      "its Origin has to be the place in Host: a proxy has to pass on Host, with its port, and"
          + " Origin as they came";

  private static final String OFF =
      "the admin API is off: start the service with ADMIN_TOKEN (16 characters or more) set";

  private final Credentials credentials;
  private final Sessions sessions;
  private final InstantSource instants;

  Operators(Credentials credentials, Sessions sessions, InstantSource instants) {
    this.credentials = credentials;
    this.sessions = sessions;
    this.instants = instants;
  }

  /// Whether a request may go on.
  sealed interface Ruling {
    record Admitted() implements Ruling {}

    record Refused(Problem problem, String detail, List<Field> fields) implements Ruling {}
  }

  /// Whether there are operators at all; else why not.
  Optional<Ruling.Refused> off() {
    return credentials.standing("") == Credentials.Standing.OFF
        ? Optional.of(refused(Problem.ADMIN_OFF, OFF))
        : Optional.empty();
  }

  Ruling admit(Head head) {
    Optional<Ruling.Refused> off = off();
    if (off.isPresent()) {
      return off.get();
    }
    if (credentials.hasBearer(head.headers()) || !hasCookie(head.headers())) {
      return byToken(head);
    }
    Optional<Sessions.Session> session = session(head.headers());
    if (session.isEmpty()) {
      return unauthorized("the session has ended, or is none of ours: log in at /console");
    }
    return reads(head) ? new Ruling.Admitted() : changing(head, session.get().role());
  }

  private Ruling byToken(Head head) {
    return switch (credentials.standing(head.headers())) {
      case OFF, NOBODY -> unauthorized("the admin token is needed: Authorization: Bearer TOKEN");
      case VIEWER ->
          reads(head)
              ? new Ruling.Admitted()
              : refused(Problem.FORBIDDEN, "the viewer token may read, not change");
      case ADMIN -> new Ruling.Admitted();
    };
  }

  private static Ruling changing(Head head, Sessions.Role role) {
    Optional<Ruling.Refused> foreign = foreign(head.headers());
    if (foreign.isPresent()) {
      return foreign.get();
    }
    return switch (role) {
      case VIEWER ->
          refused(
              Problem.FORBIDDEN,
              "a session of a viewer may read, not change: log in with the admin token");
      case ADMIN -> new Ruling.Admitted();
    };
  }

  /// Why a change cannot be told from one that a foreign page makes.
  static Optional<Ruling.Refused> foreign(Headers headers) {
    if (!headers.all(OURS).equals(List.of("1"))) {
      return Optional.of(
          refused(Problem.FORBIDDEN, "with the session's cookie a change needs " + OURS + ": 1"));
    }
    return SameOrigin.holds(headers)
        ? Optional.empty()
        : Optional.of(
            refused(
                Problem.FORBIDDEN,
                "a change with the session's cookie is made from the console's own page, and "
                    + OWN_ORIGIN));
  }

  /// What the cookie of a request says; none where it is not ours, or has run out. Of several the
  /// first that is ours counts: whoever sets others may not log people out by it.
  Optional<Sessions.Session> session(Headers headers) {
    return headers.all("cookie").stream()
        .flatMap(field -> Cookies.values(field, COOKIE))
        .flatMap(value -> sessions.read(value, instants.instant()).stream())
        .findFirst();
  }

  private static boolean hasCookie(Headers headers) {
    return headers.all("cookie").stream()
        .anyMatch(field -> Cookies.values(field, COOKIE).findAny().isPresent());
  }

  static Ruling.Refused unauthorized(String detail) {
    return new Ruling.Refused(
        Problem.UNAUTHORIZED, detail, List.of(new Field("WWW-Authenticate", "Bearer")));
  }

  private static Ruling.Refused refused(Problem problem, String detail) {
    return new Ruling.Refused(problem, detail, List.of());
  }

  private static boolean reads(Head head) {
    return head.method().equals("GET") || head.method().equals("HEAD");
  }
}
