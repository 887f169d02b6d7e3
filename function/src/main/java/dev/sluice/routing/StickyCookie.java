package dev.sluice.routing;

import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The value of the cookie by which a caller without a key is known again:
///
///     v1.<key id>.<caller's id>.<expiry, epoch seconds>.<mac>
///
/// It holds an id and never a variant. The variant is computed from the id at every request, so a
/// new share or a rollback reaches callers with cookies at once, a growing share moves them only
/// towards the canary, and one cookie does for all models. What is not believed selects nothing;
/// the caller is treated as a new one.
public final class StickyCookie {
  private static final Pattern BODY = Pattern.compile("([A-Za-z0-9_-]{16})\\.([1-9][0-9]{0,11})");

  private final Seal seal;
  private final Duration life;

  private StickyCookie(Seal seal, Duration life) {
    this.seal = seal;
    this.life = life;
  }

  /// Cookies signed by these keys.
  ///
  /// @param life how long a cookie is believed after it was issued
  public static StickyCookie of(SigningKeys keys, Duration life) {
    if (life.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException("life must be at least a second: " + life);
    }
    return new StickyCookie(keys.sealFor("sticky"), life);
  }

  /// What a cookie says.
  public sealed interface Reading {}

  /// An id that we issued.
  public record Known(StickyId id) implements Reading {}

  /// Nothing; the cookie is to be replaced.
  public record Ignored(Cause cause) implements Reading {}

  /// Why a cookie is ignored.
  public enum Cause {
    MALFORMED("malformed"),
    UNKNOWN_KEY("unknown_key"),
    FORGED("forged"),
    EXPIRED("expired");

    private final String label;

    Cause(String label) {
      this.label = label;
    }

    /// The value of a metric label.
    public String label() {
      return label;
    }
  }

  /// The value of a new cookie.
  public String issue(StickyId id, Instant now) {
    return seal.seal(id.text() + "." + now.plus(life).getEpochSecond());
  }

  /// Reads a value from outside; never throws.
  public Reading read(String value, Instant now) {
    return switch (seal.open(value)) {
      case Seal.Genuine(String body) -> readBody(body, now);
      case Seal.NotOurs(Seal.Fault fault) ->
          new Ignored(
              switch (fault) {
                case MALFORMED -> Cause.MALFORMED;
                case UNKNOWN_KEY -> Cause.UNKNOWN_KEY;
                case FORGED -> Cause.FORGED;
              });
    };
  }

  private static Reading readBody(String body, Instant now) {
    Matcher matcher = BODY.matcher(body);
    if (!matcher.matches()) {
      return new Ignored(Cause.MALFORMED);
    }
    if (now.getEpochSecond() >= Long.parseLong(matcher.group(2))) {
      return new Ignored(Cause.EXPIRED);
    }
    return StickyId.parse(matcher.group(1))
        .<Reading>map(Known::new)
        .orElseGet(() -> new Ignored(Cause.MALFORMED));
  }
}
