package dev.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.api.Sessions.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class SessionsTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);
  private static final String ADMIN = "admin-token-0123456789";
  private static final String VIEWER = "viewer-token-0123456789";

  private final Sessions sessions = sessions(ADMIN, VIEWER);

  private static Sessions sessions(String admin, String viewer) {
    return new Sessions(Optional.of(admin), Optional.of(viewer));
  }

  private String opened(Role role) {
    return sessions.open(role, NOW, new Random(1));
  }

  @Test
  void knowsTheRoleOfItsOwnUntilItRunsOut() {
    for (Role role : Role.values()) {
      Instant end = NOW.plus(Duration.ofHours(8));

      assertThat(sessions.read(opened(role), NOW)).contains(new Sessions.Session(role, end));
      assertThat(sessions.read(opened(role), end.minusSeconds(1))).isPresent();
      assertThat(sessions.read(opened(role), end)).isEmpty();
    }
  }

  @Test
  void isBelievedByEveryReplicaOfTheSameTokens() {
    assertThat(sessions(ADMIN, VIEWER).read(opened(Role.ADMIN), NOW)).isPresent();
  }

  @Test
  void endsWithTheTokenThatItWasOpenedBy() {
    assertThat(sessions("another-token-01234", VIEWER).read(opened(Role.ADMIN), NOW)).isEmpty();
    assertThat(sessions("another-token-01234", VIEWER).read(opened(Role.VIEWER), NOW)).isPresent();
    assertThat(new Sessions(Optional.of(ADMIN), Optional.empty()).read(opened(Role.VIEWER), NOW))
        .isEmpty();
  }

  @Test
  void makesNoAdminOfAViewerEvenUnderTheSameToken() {
    String viewer = sessions(ADMIN, ADMIN).open(Role.VIEWER, NOW, new Random(1));
    String raised = viewer.replaceFirst("viewer", "admin");

    assertThat(sessions(ADMIN, ADMIN).read(raised, NOW)).isEmpty();
  }

  @Test
  void isNotLengthenedByItsHolder() {
    String later = opened(Role.ADMIN).replaceFirst("1800028800", "1900028800");

    assertThat(later).isNotEqualTo(opened(Role.ADMIN));
    assertThat(sessions.read(later, NOW)).isEmpty();
  }

  @Test
  void everyChangedLetterAndEveryCutIsNone() {
    String value = opened(Role.ADMIN);
    for (int i = 0; i < value.length(); i++) {
      char other = value.charAt(i) == 'A' ? 'B' : 'A';
      assertThat(sessions.read(value.substring(0, i) + other + value.substring(i + 1), NOW))
          .isEmpty();
      assertThat(sessions.read(value.substring(0, i), NOW)).isEmpty();
    }
  }

  @Property(seed = "8", tries = 300)
  void whatOthersMakeUpIsNone(@ForAll String text) {
    assertThat(sessions.read(text, NOW)).isEmpty();
    assertThat(sessions.read("v1.admin." + text, NOW)).isEmpty();
  }

  @Test
  void hasNoTokenInItAndIsAnotherEachTime() {
    var chance = new Random(2);

    assertThat(opened(Role.ADMIN))
        .matches("v1\\.admin\\.1800028800\\.[A-Za-z0-9_-]{22}\\.[A-Za-z0-9_-]{43}")
        .doesNotContain(ADMIN);
    assertThat(sessions.open(Role.ADMIN, NOW, chance))
        .isNotEqualTo(sessions.open(Role.ADMIN, NOW, chance));
  }

  @Test
  void thereAreNoneWithoutAnAdminToken() {
    var off = new Sessions(Optional.empty(), Optional.of(VIEWER));

    assertThat(off.read(opened(Role.VIEWER), NOW)).isEmpty();
    assertThatThrownBy(() -> off.open(Role.VIEWER, NOW, new Random(1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
