package dev.sluice.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.experiment.Outcome.Counted;
import dev.sluice.experiment.OutcomeTokens.Cause;
import dev.sluice.experiment.OutcomeTokens.Known;
import dev.sluice.experiment.OutcomeTokens.Refused;
import dev.sluice.routing.Role;
import dev.sluice.routing.Seal;
import dev.sluice.routing.SigningKeys;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

final class OutcomeTokensTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);
  private static final Duration LIFE = Duration.ofHours(24);
  private static final String OLD = "k1:" + base64(1);
  private static final String NEW = "k2:" + base64(2);
  private static final OutcomeToken TOKEN =
      new OutcomeToken(
          "digits",
          Optional.of(new OutcomeToken.Rollout("r-17", 42)),
          Optional.of(Role.CANARY),
          "B",
          new ExposureId(0x0123456789abcdefL, -2),
          -7,
          NOW,
          OptionalInt.of(3),
          Counted.EXPOSURE);

  private static String base64(int fill) {
    byte[] secret = new byte[32];
    Arrays.fill(secret, (byte) fill);
    return Base64.getEncoder().encodeToString(secret);
  }

  private static OutcomeTokens tokens(String keys) {
    return OutcomeTokens.of(SigningKeys.parse(keys), LIFE);
  }

  private static String issued(String keys) {
    return tokens(keys).issue(TOKEN).orElseThrow();
  }

  private static Refused refused(Cause cause) {
    return new Refused(cause);
  }

  @Provide
  Arbitrary<OutcomeToken> any() {
    Arbitrary<String> name = Arbitraries.strings().alpha().numeric().ofMinLength(1).ofMaxLength(40);
    Arbitrary<Optional<OutcomeToken.Rollout>> rollout =
        Combinators.combine(name, Arbitraries.longs()).as(OutcomeToken.Rollout::new).optional();
    return Combinators.combine(
            name,
            rollout,
            Arbitraries.of(Role.class).optional(),
            Combinators.combine(Arbitraries.longs(), Arbitraries.integers()).as(ExposureId::new),
            Arbitraries.longs(),
            Arbitraries.longs().between(0, 0xffffffffL),
            Arbitraries.integers().between(-1, Integer.MAX_VALUE),
            Arbitraries.of(Counted.class))
        .as(
            (model, plan, role, id, unit, second, predicted, counted) ->
                new OutcomeToken(
                    model,
                    plan,
                    role,
                    model + "-2",
                    id,
                    unit,
                    Instant.ofEpochSecond(second),
                    predicted < 0 ? OptionalInt.empty() : OptionalInt.of(predicted),
                    counted));
  }

  @Property(seed = "21", tries = 500)
  void readsBackWhatItIssuedInAtMost256Letters(@ForAll("any") OutcomeToken token) {
    String text = tokens(OLD).issue(token).orElseThrow();

    assertThat(text).hasSizeLessThanOrEqualTo(256).matches("[A-Za-z0-9._-]+");
    assertThat(tokens(OLD).open(text, token.issuedAt()))
        .isEqualTo(new Known(token, token.issuedAt().plus(LIFE)));
  }

  @Test
  void everyChangedLetterAndEveryCutIsRefused() {
    String text = issued(OLD);

    for (int i = 0; i < text.length(); i++) {
      String before = text.substring(0, i);
      String after = text.substring(i + 1);
      for (char other : "AB._-z0".toCharArray()) {
        if (other != text.charAt(i)) {
          assertThat(tokens(OLD).open(before + other + after, NOW)).isInstanceOf(Refused.class);
        }
      }
      assertThat(tokens(OLD).open(before, NOW)).isInstanceOf(Refused.class);
      assertThat(tokens(OLD).open(after, NOW)).isInstanceOf(Refused.class);
    }
  }

  @Test
  void keysRotate() {
    String text = issued(OLD);

    assertThat(tokens(NEW + "," + OLD).open(text, NOW)).isInstanceOf(Known.class);
    assertThat(issued(NEW + "," + OLD)).startsWith("v1.k2.");
    assertThat(tokens(NEW).open(text, NOW)).isEqualTo(refused(Cause.UNKNOWN_KEY));
    assertThat(tokens("k1:" + base64(9)).open(text, NOW)).isEqualTo(refused(Cause.BAD_SIGNATURE));
  }

  @Test
  void expiresWhenItsLifeIsOver() {
    String text = issued(OLD);

    assertThat(tokens(OLD).open(text, NOW.plus(LIFE).minusSeconds(1))).isInstanceOf(Known.class);
    assertThat(tokens(OLD).open(text, NOW.plus(LIFE))).isEqualTo(refused(Cause.EXPIRED));
  }

  @Test
  void aReplicaWhoseClockIsBehindBelievesIt() {
    assertThat(tokens(OLD).open(issued(OLD), NOW.minusSeconds(90))).isInstanceOf(Known.class);
  }

  @Test
  void theSealOfAnotherPurposeDoesNotOpen() {
    SigningKeys keys = SigningKeys.parse(OLD);
    String body = Base64.getUrlEncoder().withoutPadding().encodeToString(TOKEN.bytes());

    assertThat(tokens(OLD).open(keys.sealFor("sticky").seal(body), NOW))
        .isEqualTo(refused(Cause.BAD_SIGNATURE));
    assertThat(tokens(OLD).open(keys.sealFor("sticky", 16).seal(body), NOW))
        .isEqualTo(refused(Cause.BAD_SIGNATURE));
    assertThat(tokens(OLD).open(keys.sealFor("outcome").seal(body), NOW))
        .isEqualTo(refused(Cause.BAD_SIGNATURE));
  }

  @Test
  void namesThatAreTooLongGetNoToken() {
    var id = new ExposureId(1, 2);
    for (int length = 1; length <= 128; length++) {
      String name = "m".repeat(length);
      var token =
          new OutcomeToken(
              name,
              Optional.empty(),
              Optional.of(Role.STABLE),
              name,
              id,
              0,
              NOW,
              OptionalInt.empty(),
              Counted.EXPOSURE);

      Optional<String> text = tokens(OLD).issue(token);

      assertThat(text.isPresent()).as("names of %d", length).isEqualTo(length <= 71);
      assertThat(text.map(String::length).orElse(0)).isLessThanOrEqualTo(256);
    }
  }

  @Property(seed = "22", tries = 500)
  void noTextThrowsOrIsBelieved(@ForAll String text) {
    assertThat(tokens(OLD).open(text, NOW)).isInstanceOf(Refused.class);
    assertThat(tokens(OLD).open("v1.k1." + text, NOW)).isInstanceOf(Refused.class);
  }

  /// What we sealed ourselves, by mistake or in a later form, is not believed for its seal alone.
  @Test
  void genuineButStrangeBytesAreMalformed() {
    Seal seal = SigningKeys.parse(OLD).sealFor("outcome", 16);
    var random = new Random(23);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = TOKEN.bytes();
      for (int change = random.nextInt(3); change >= 0; change--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      byte[] cut = Arrays.copyOf(bytes, random.nextInt(bytes.length + 4));
      String body = Base64.getUrlEncoder().withoutPadding().encodeToString(cut);

      OutcomeTokens.Opened opened = tokens(OLD).open(seal.seal(body), NOW);

      if (opened instanceof Known known) {
        assertThat(known.token().bytes()).isEqualTo(cut);
      }
    }
    assertThat(tokens(OLD).open(seal.seal("no base64!"), NOW)).isEqualTo(refused(Cause.MALFORMED));
  }

  @Test
  void saysWhatIsWrongWithAToken() {
    assertThatThrownBy(() -> OutcomeTokens.of(SigningKeys.parse(OLD), Duration.ZERO))
        .hasMessage("life must be at least a second: PT0S");
    assertThatThrownBy(() -> new OutcomeToken.Rollout("no name", 1))
        .hasMessage("not a name: no name");
    assertThatThrownBy(() -> SigningKeys.parse(OLD).sealFor("x", 15))
        .hasMessage("a mac must have 16..32 bytes: 15");
  }
}
