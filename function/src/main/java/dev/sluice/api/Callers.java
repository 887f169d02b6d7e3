package dev.sluice.api;

import dev.sluice.routing.Key;
import dev.sluice.routing.StickyCookie;
import dev.sluice.routing.StickyId;
import dev.sluice.routing.VariantOverride;
import dev.sluice.serving.Attempt;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// By what a caller is known to the router, and which variant it asks for.
final class Callers {
  private static final int LONGEST_KEY = 256;
  private static final int LONGEST_COUNT = 9;

  private final String keyHeader;
  private final Optional<Cookie> cookie;
  private final ApiRules.ExperimentHeader experimentHeader;
  private final Credentials credentials;
  private final ApiListener listener;

  /// The sticky cookie.
  ///
  /// @param name of the cookie
  /// @param life how long a browser keeps it
  record Cookie(String name, StickyCookie values, Duration life, InstantSource clock) {}

  Callers(
      String keyHeader,
      Optional<Cookie> cookie,
      ApiRules.ExperimentHeader experimentHeader,
      Credentials credentials,
      ApiListener listener) {
    this.keyHeader = keyHeader;
    this.cookie = cookie;
    this.experimentHeader = experimentHeader;
    this.credentials = credentials;
    this.listener = listener;
  }

  /// By what the caller is known. A key of more than 256 characters is no key.
  Key key(Headers headers, RandomGenerator chance) {
    Optional<String> named =
        headers
            .first(keyHeader)
            .map(String::strip)
            .filter(text -> !text.isEmpty() && text.length() <= LONGEST_KEY);
    if (named.isPresent()) {
      return new Key.Named(named.get());
    }
    if (cookie.isEmpty()) {
      return new Key.Anonymous();
    }
    return remembered(headers, cookie.get())
        .<Key>map(Key.Remembered::new)
        .orElseGet(() -> new Key.Fresh(StickyId.fresh(chance)));
  }

  private Optional<StickyId> remembered(Headers headers, Cookie sticky) {
    for (String field : headers.all("cookie")) {
      Optional<String> value = Cookies.values(field, sticky.name()).findFirst();
      if (value.isPresent()) {
        return switch (sticky.values().read(value.get(), sticky.clock().instant())) {
          case StickyCookie.Known(StickyId id) -> Optional.of(id);
          case StickyCookie.Ignored(StickyCookie.Cause cause) -> {
            listener.cookieIgnored(cause.label());
            yield Optional.empty();
          }
        };
      }
    }
    return Optional.empty();
  }

  /// The `Set-Cookie` field that makes a new caller known. Without `Secure` only where the request
  /// was made to this very machine, for there is no TLS in front of it.
  Optional<Field> remember(StickyId id, Headers headers) {
    return cookie.map(
        sticky ->
            new Field(
                "Set-Cookie",
                sticky.name()
                    + "="
                    + sticky.values().issue(id, sticky.clock().instant())
                    + "; Path=/; Max-Age="
                    + sticky.life().toSeconds()
                    + "; HttpOnly; SameSite=Lax"
                    + (Cookies.toThisMachine(headers) ? "" : "; Secure")));
  }

  /// Which variant is asked for: by `X-Model-Variant` with a token, or the debug variant by
  /// `X-Experiment-Group: debug`.
  VariantOverride override(Headers headers) {
    Optional<String> variant = headers.first("x-model-variant").map(String::strip);
    if (variant.isPresent() && mayChoose(headers)) {
      return VariantOverride.parse(variant.get());
    }
    return debug(headers) ? new VariantOverride.Debug() : new VariantOverride.None();
  }

  /// Whether the request was sent before: proxies of the Envoy family count the times in
  /// `X-Envoy-Attempt-Count`. What is no number is not believed.
  static Attempt attempt(Headers headers) {
    return headers.first("x-envoy-attempt-count").map(Callers::attempt).orElse(Attempt.FIRST);
  }

  private static Attempt attempt(String count) {
    boolean number =
        !count.isEmpty()
            && count.length() <= LONGEST_COUNT
            && count.chars().allMatch(digit -> digit >= '0' && digit <= '9');
    return number && Integer.parseInt(count) > 1 ? Attempt.REPEATED : Attempt.FIRST;
  }

  /// Whether a variant is asked for by somebody who may not.
  boolean chooseWithoutToken(Headers headers) {
    return headers.first("x-model-variant").isPresent() && !mayChoose(headers);
  }

  /// Whether the caller asks for the debug variant and more detail.
  boolean debug(Headers headers) {
    return experimentHeader == ApiRules.ExperimentHeader.ON
        && headers.first("x-experiment-group").filter("debug"::equalsIgnoreCase).isPresent();
  }

  private boolean mayChoose(Headers headers) {
    return switch (credentials.standing(headers)) {
      case ADMIN, VIEWER -> true;
      case NOBODY, OFF -> false;
    };
  }
}
