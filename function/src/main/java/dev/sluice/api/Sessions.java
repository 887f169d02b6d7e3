package dev.sluice.api;

import dev.sluice.routing.Seal;
import dev.sluice.routing.SigningKey;
import dev.sluice.routing.SigningKeys;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Sessions of the console, kept by nobody but the browser: what its cookie says is
///
///     v1.<role>.<expiry, epoch seconds>.<nonce>.<HMAC-SHA-256 over all before it>
///
/// under a key that is derived from the token of that role. So every replica believes it, a session
/// of a viewer cannot be made into one of an admin, and a new token ends all sessions of the old
/// one. A session cannot be taken back before: logging out makes the browser forget it. Immutable
/// and thread-safe.
final class Sessions {
  /// How long a session lasts after its login.
  static final Duration LIFE = Duration.ofHours(8);

  private static final String PURPOSE = "console";
  private static final int NONCE_BYTES = 16;
  private static final Pattern BODY = Pattern.compile("([1-9][0-9]{0,11})\\.[A-Za-z0-9_-]{22}");

  private final Map<Role, Seal> seals = new EnumMap<>(Role.class);

  /// @param admin its token; without one there are no sessions at all
  Sessions(Optional<String> admin, Optional<String> viewer) {
    if (admin.isPresent()) {
      seals.put(Role.ADMIN, seal(Role.ADMIN, admin.get()));
      viewer.ifPresent(token -> seals.put(Role.VIEWER, seal(Role.VIEWER, token)));
    }
  }

  /// What somebody may do who has logged in.
  enum Role {
    /// Read and change.
    ADMIN("admin"),
    /// Read.
    VIEWER("viewer");

    private final String word;

    Role(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  /// A session that we opened.
  record Session(Role role, Instant expiresAt) {}

  /// The value of a new cookie.
  ///
  /// @throws IllegalArgumentException where nobody has that role
  String open(Role role, Instant now, RandomGenerator chance) {
    byte[] nonce = new byte[NONCE_BYTES];
    chance.nextBytes(nonce);
    String body =
        now.plus(LIFE).getEpochSecond()
            + "."
            + Base64.getUrlEncoder().withoutPadding().encodeToString(nonce);
    return Optional.ofNullable(seals.get(role))
        .orElseThrow(() -> new IllegalArgumentException("nobody is " + role.word()))
        .seal(body);
  }

  /// Reads a value from outside; never throws. None where it is not ours, was made by another
  /// token, or has run out.
  Optional<Session> read(String value, Instant now) {
    return seals.entrySet().stream()
        .flatMap(known -> read(known.getKey(), known.getValue().open(value), now).stream())
        .findFirst();
  }

  private static Optional<Session> read(Role role, Seal.Opened opened, Instant now) {
    return switch (opened) {
      case Seal.NotOurs notOurs -> Optional.empty();
      case Seal.Genuine(String body) -> {
        Matcher matcher = BODY.matcher(body);
        yield matcher.matches()
            ? Optional.of(
                    new Session(role, Instant.ofEpochSecond(Long.parseLong(matcher.group(1)))))
                .filter(session -> now.isBefore(session.expiresAt()))
            : Optional.empty();
      }
    };
  }

  // Two steps, as in RFC 5869: the token is no key, and its digest alone would be one that others
  // might compute for other ends. The seal's purpose is the second.
  private static Seal seal(Role role, String token) {
    byte[] key = extracted("sluice/v1/console/" + role.word(), token);
    return new SigningKeys(List.of(SigningKey.of(role.word(), key))).sealFor(PURPOSE);
  }

  private static byte[] extracted(String salt, String token) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(salt.getBytes(StandardCharsets.UTF_8), mac.getAlgorithm()));
      return mac.doFinal(token.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every Java platform has HmacSHA256", impossible);
    }
  }
}
