package dev.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/// Which paths a template takes.
final class PathTemplateTest {
  private final PathTemplate rollout = PathTemplate.of("/admin/rollouts/{id}/{verb}");

  @Test
  void readsItsParameters() {
    assertThat(rollout.match("/admin/rollouts/r-1.x_Y/pause"))
        .contains(Map.of("id", "r-1.x_Y", "verb", "pause"));
  }

  @Test
  void takesNoPathOfAnotherLengthOrOtherWords() {
    assertThat(rollout.match("/admin/rollouts/a")).isEmpty();
    assertThat(rollout.match("/admin/rollouts/a/pause/")).isEmpty();
    assertThat(rollout.match("/admin/rollouts//pause")).isEmpty();
    assertThat(rollout.match("/admin/Rollouts/a/pause")).isEmpty();
    assertThat(rollout.match("")).isEmpty();
  }

  @Test
  void takesNoSignsThatMeanSomethingElsewhere() {
    assertThat(rollout.match("/admin/rollouts/a%2Fb/pause")).isEmpty();
    assertThat(rollout.match("/admin/rollouts/a;b/pause")).isEmpty();
    assertThat(rollout.match("/admin/rollouts/{id}/{verb}")).isEmpty();
    assertThat(rollout.match("/admin/rollouts/" + "a".repeat(129) + "/pause")).isEmpty();
  }

  @Test
  void findsAnEndpointByItsPathAlone() {
    assertThat(Endpoint.at("/admin/config"))
        .contains(new Endpoint.Match(Endpoint.ADMIN_CONFIG, Map.of()));
    assertThat(Endpoint.at("/manage/loggers/a"))
        .contains(new Endpoint.Match(Endpoint.MANAGE, Map.of()));
    assertThat(Endpoint.at("")).isEmpty();
    assertThat(Endpoint.at("/admin/nothing")).isEmpty();
  }
}
