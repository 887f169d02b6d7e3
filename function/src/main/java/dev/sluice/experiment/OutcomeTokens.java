package dev.sluice.experiment;

import dev.sluice.routing.Seal;
import dev.sluice.routing.SigningKeys;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/// Signs [OutcomeToken]s for callers, and reads them when they come back:
///
///     v1.<key id>.<bytes in base64url>.<first 16 bytes of the mac>
///
/// Whoever holds one can report of that one prediction and of nothing else; nothing is stored until
/// it comes back. Immutable and thread-safe.
public final class OutcomeTokens {
  private static final int MAC_BYTES = 16;

  private final Seal seal;
  private final Duration life;

  private OutcomeTokens(Seal seal, Duration life) {
    this.seal = seal;
    this.life = life;
  }

  /// Tokens signed by these keys.
  ///
  /// @param life how long a token is believed after it was issued
  public static OutcomeTokens of(SigningKeys keys, Duration life) {
    if (life.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException("life must be at least a second: " + life);
    }
    return new OutcomeTokens(keys.sealFor("outcome", MAC_BYTES), life);
  }

  /// What a token says.
  public sealed interface Opened {}

  /// We issued it.
  ///
  /// @param forget when it expires
  public record Known(OutcomeToken token, Instant forget) implements Opened {}

  /// It says nothing.
  public record Refused(Cause cause) implements Opened {}

  /// Why a token is refused.
  public enum Cause {
    /// Not of the form, or too long.
    MALFORMED("malformed"),
    /// The mac is not that of the text.
    BAD_SIGNATURE("bad-signature"),
    /// Signed by a key that we do not have, or no longer.
    UNKNOWN_KEY("unknown-key"),
    EXPIRED("expired");

    private final String label;

    Cause(String label) {
      this.label = label;
    }

    /// What callers are told.
    public String label() {
      return label;
    }
  }

  /// A token as a text of at most 256 letters, digits, dots and `-_`; nothing when the names in it
  /// are too long for that.
  public Optional<String> issue(OutcomeToken token) {
    String body = Base64.getUrlEncoder().withoutPadding().encodeToString(token.bytes());
    return body.length() > seal.longestBody() ? Optional.empty() : Optional.of(seal.seal(body));
  }

  /// Reads a text from outside; never throws.
  public Opened open(String text, Instant now) {
    return switch (seal.open(text)) {
      case Seal.Genuine(String body) -> opened(body, now);
      case Seal.NotOurs(Seal.Fault fault) ->
          new Refused(
              switch (fault) {
                case MALFORMED -> Cause.MALFORMED;
                case UNKNOWN_KEY -> Cause.UNKNOWN_KEY;
                case FORGED -> Cause.BAD_SIGNATURE;
              });
    };
  }

  private Opened opened(String body, Instant now) {
    Optional<OutcomeToken> token = decoded(body).flatMap(OutcomeToken::parse);
    if (token.isEmpty()) {
      return new Refused(Cause.MALFORMED);
    }
    Instant forget = token.get().issuedAt().plus(life);
    return now.isBefore(forget) ? new Known(token.get(), forget) : new Refused(Cause.EXPIRED);
  }

  private static Optional<byte[]> decoded(String body) {
    try {
      return Optional.of(Base64.getUrlDecoder().decode(body));
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }
}
