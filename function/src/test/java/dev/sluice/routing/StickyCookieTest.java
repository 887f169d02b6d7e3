package dev.sluice.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.routing.StickyCookie.Cause;
import dev.sluice.routing.StickyCookie.Ignored;
import dev.sluice.routing.StickyCookie.Known;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class StickyCookieTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);
  private static final Duration LIFE = Duration.ofDays(30);
  private static final StickyId ID = new StickyId(0x0123456789abcdefL, -2);
  private static final String OLD = "k1:" + base64(32, 1);
  private static final String NEW = "k2:" + base64(32, 2);

  private final StickyCookie cookie = cookie(OLD);
  private final String value = cookie.issue(ID, NOW);

  private static String base64(int length, int fill) {
    byte[] secret = new byte[length];
    Arrays.fill(secret, (byte) fill);
    return Base64.getEncoder().encodeToString(secret);
  }

  private static StickyCookie cookie(String keys) {
    return StickyCookie.of(SigningKeys.parse(keys), LIFE);
  }

  @Property(seed = "15", tries = 300)
  void readsBackWhatItIssued(@ForAll long high, @ForAll int low) {
    StickyId id = new StickyId(high, low);
    assertThat(cookie.read(cookie.issue(id, NOW), NOW)).isEqualTo(new Known(id));
  }

  @Test
  void holdsAnIdAndNoVariant() {
    assertThat(value).matches("v1\\.k1\\.[A-Za-z0-9_-]{16}\\.1802592000\\.[A-Za-z0-9_-]{43}");
  }

  @Test
  void everyChangedLetterIsIgnored() {
    for (int i = 0; i < value.length(); i++) {
      char other = value.charAt(i) == 'A' ? 'B' : 'A';
      String changed = value.substring(0, i) + other + value.substring(i + 1);
      assertThat(cookie.read(changed, NOW)).isInstanceOf(Ignored.class);
    }
  }

  @Test
  void everyCutIsIgnored() {
    for (int i = 0; i < value.length(); i++) {
      assertThat(cookie.read(value.substring(0, i), NOW)).isInstanceOf(Ignored.class);
      assertThat(cookie.read(value.substring(i + 1), NOW)).isInstanceOf(Ignored.class);
    }
  }

  @Test
  void splicedHalvesAreIgnored() {
    String other = cookie.issue(new StickyId(5, 6), NOW.plusSeconds(60));
    String[] mine = value.split("\\.");
    String[] theirs = other.split("\\.");
    for (int field = 2; field < 5; field++) {
      String[] spliced = mine.clone();
      spliced[field] = theirs[field];
      assertThat(cookie.read(String.join(".", spliced), NOW)).isEqualTo(new Ignored(Cause.FORGED));
    }
  }

  @Test
  void expiredIsIgnored() {
    assertThat(cookie.read(value, NOW.plus(LIFE).minusSeconds(1))).isEqualTo(new Known(ID));
    assertThat(cookie.read(value, NOW.plus(LIFE))).isEqualTo(new Ignored(Cause.EXPIRED));
  }

  @Test
  void keysRotate() {
    assertThat(cookie(NEW + "," + OLD).read(value, NOW)).isEqualTo(new Known(ID));
    assertThat(cookie(NEW + "," + OLD).issue(ID, NOW)).startsWith("v1.k2.");
    assertThat(cookie(NEW).read(value, NOW)).isEqualTo(new Ignored(Cause.UNKNOWN_KEY));
    assertThat(cookie("k1:" + base64(32, 9)).read(value, NOW)).isEqualTo(new Ignored(Cause.FORGED));
  }

  @Test
  void aSealForAnotherPurposeOpensNothing() {
    SigningKeys keys = SigningKeys.parse(OLD);
    String outcome = keys.sealFor("outcome").seal(ID.text() + ".1900000000");

    assertThat(cookie.read(outcome, NOW)).isEqualTo(new Ignored(Cause.FORGED));
    assertThat(keys.sealFor("sticky").open(outcome)).isEqualTo(new Seal.NotOurs(Seal.Fault.FORGED));
    assertThat(keys.sealFor("outcome").open(outcome))
        .isEqualTo(new Seal.Genuine(ID.text() + ".1900000000"));
  }

  @Test
  void genuineButStrangeBodiesAreMalformed() {
    Seal seal = SigningKeys.parse(OLD).sealFor("sticky");
    for (String body : new String[] {"x", "a.b", ID.text() + ".0", ID.text() + ".-5", ""}) {
      assertThat(cookie.read(seal.seal(body), NOW)).isEqualTo(new Ignored(Cause.MALFORMED));
    }
  }

  @Property(seed = "16", tries = 500)
  void noTextThrowsOrIsBelieved(@ForAll String text) {
    assertThat(cookie.read(text, NOW)).isInstanceOf(Ignored.class);
    assertThat(cookie.read("v1.k1." + text, NOW)).isInstanceOf(Ignored.class);
  }

  @Test
  void longTextsAreRefusedByLength() {
    assertThat(cookie.read("v1.k1." + "a".repeat(100_000) + ".b", NOW))
        .isEqualTo(new Ignored(Cause.MALFORMED));
  }

  @Test
  void saysWhatIsWrongWithKeysAndShowsNoSecret() {
    String weak = base64(31, 3);
    assertThatThrownBy(() -> SigningKeys.parse("k1:" + weak))
        .hasMessage("signing key k1 must have at least 32 bytes: 31");
    assertThatThrownBy(() -> SigningKeys.parse("k1")).hasMessage("signing key 1 must be id:base64");
    assertThatThrownBy(() -> SigningKeys.parse(OLD + ",k2:###"))
        .hasMessage("the secret of signing key 2 must be base64");
    assertThatThrownBy(() -> SigningKeys.parse("a.b:" + base64(32, 1)))
        .hasMessageContaining("id must be");
    assertThatThrownBy(() -> SigningKeys.parse(OLD + "," + OLD)).hasMessageContaining("differ");
    assertThat(SigningKeys.parse(OLD).toString()).isEqualTo("SigningKeys[keys=[SigningKey[k1]]]");
  }
}
