package dev.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.control.StoreUnavailable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SystemViewTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  private static JsonNode view(SystemParts.Lease lease) throws Exception {
    var parts =
        new SystemParts(
            "1.0",
            "abc",
            "serve",
            () -> "h-1",
            NOW.minusSeconds(60),
            new SystemParts.Leadership("sqlite", () -> false, lease, Duration.ofSeconds(5)),
            () -> new SystemParts.Load(1, 2, 3, 4, 5, 6),
            List.of("checkout"),
            List.of(
                new SystemParts.Setting.Open("PORT", "8080", SystemParts.Origin.DEFAULT),
                new SystemParts.Setting.Secret("ADMIN_TOKEN", SystemParts.Presence.SET)));
    return new JsonMapper().readTree(new SystemView(parts).at(NOW));
  }

  /// Taken for two ticks at a look so long ago.
  private static JsonNode looked(int secondsAgo) throws Exception {
    return view(() -> Optional.of(NOW.minusSeconds(secondsAgo).plusSeconds(10))).path("controller");
  }

  @Test
  void somebodyJudgesUntilThreeLooksWereMissed() throws Exception {
    assertThat(looked(14).path("away").asBoolean()).isFalse();
    assertThat(looked(15).path("away").asBoolean()).isTrue();
    assertThat(looked(15).path("last_seen_at").asText()).isEqualTo("2026-03-01T11:59:45Z");
  }

  @Test
  void nobodyJudgesWhereNobodyEverLed() throws Exception {
    JsonNode controller = view(Optional::empty).path("controller");

    assertThat(controller.path("away").asBoolean()).isTrue();
    assertThat(controller.has("last_seen_at")).isFalse();
  }

  @Test
  void doesNotKnowWhoJudgesWhileTheStoreIsAway() throws Exception {
    JsonNode view =
        view(
            () -> {
              throw new StoreUnavailable("away");
            });

    assertThat(view.at("/store/up").asBoolean()).isFalse();
    assertThat(view.path("controller").has("away")).isFalse();
  }

  @Test
  void tellsOfASecretOnlyThatItIsSet() throws Exception {
    JsonNode settings = view(Optional::empty).path("settings");

    assertThat(settings.get(0).toString())
        .isEqualTo("{\"name\":\"PORT\",\"value\":\"8080\",\"default\":true}");
    assertThat(settings.get(1).toString())
        .isEqualTo("{\"name\":\"ADMIN_TOKEN\",\"secret\":true,\"set\":true}");
  }
}
