package dev.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which paths a template takes.
final class PathTemplateTest {
  private final PathTemplate rollout = PathTemplate.of("/admin/rollouts/{id}/{verb}");

  private Optional<Map<String, String>> match(String path) {
    return rollout.match(PathTemplate.split(path));
  }

  @Test
  void readsItsParameters() {
    assertThat(match("/admin/rollouts/r-1.x_Y/pause"))
        .contains(Map.of("id", "r-1.x_Y", "verb", "pause"));
  }

  @Test
  void takesNoPathOfAnotherLengthOrOtherWords() {
    assertThat(match("/admin/rollouts/a")).isEmpty();
    assertThat(match("/admin/rollouts/a/pause/")).isEmpty();
    assertThat(match("/admin/rollouts//pause")).isEmpty();
    assertThat(match("/admin/Rollouts/a/pause")).isEmpty();
    assertThat(match("")).isEmpty();
  }

  @Test
  void takesNoSignsThatMeanSomethingElsewhere() {
    assertThat(match("/admin/rollouts/a%2Fb/pause")).isEmpty();
    assertThat(match("/admin/rollouts/a;b/pause")).isEmpty();
    assertThat(match("/admin/rollouts/{id}/{verb}")).isEmpty();
    assertThat(match("/admin/rollouts/" + "a".repeat(129) + "/pause")).isEmpty();
  }

  @Test
  void decodesAParameterOnce() {
    assertThat(match("/admin/rollouts/%61%2d%5A%2E/%70ause"))
        .contains(Map.of("id", "a-Z.", "verb", "pause"));
    assertThat(match("/admin/rollouts/" + "%61".repeat(128) + "/pause"))
        .contains(Map.of("id", "a".repeat(128), "verb", "pause"));
    assertThat(match("/admin/rollouts/%2561/pause")).isEmpty();
    assertThat(match("/admin/rollouts/" + "%61".repeat(129) + "/pause")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "%",
        "a%",
        "a%6",
        "a%6g",
        "%g1",
        "%%61",
        "%+1",
        "%2F",
        "%2f",
        "%5C",
        "%00",
        "%20",
        "%3F",
        "%25",
        "%7B",
        "%C3%A9",
        "%u0061",
        "\uff05\uff16\uff11",
        "%\uff16\uff11",
        "é",
        "a+b",
        "a b"
      })
  void takesNoEscapeThatIsNoneOrSpellsWhatNamesLack(String segment) {
    assertThat(match("/admin/rollouts/" + segment + "/pause")).isEmpty();
  }

  @Test
  void anEscapedSlashNeverCutsAPath() {
    assertThat(match("/admin/rollouts/a%2Fpause")).isEmpty();
    assertThat(match("/admin/rollouts%2Fa/pause")).isEmpty();
    assertThat(Endpoint.at("/v2/models/digits%2Fready")).isEmpty();
  }

  @Test
  void fixedWordsHaveOneSpelling() {
    assertThat(match("/%61dmin/rollouts/a/pause")).isEmpty();
    assertThat(Endpoint.at("/%61dmin/config")).isEmpty();
    assertThat(Endpoint.at("/v2/models/%73tats"))
        .contains(new Endpoint.Match(Endpoint.V2_MODEL, Map.of("model", "stats")));
  }

  @ParameterizedTest
  @EnumSource(Endpoint.class)
  void everyNameInAPathIsDecoded(Endpoint endpoint) {
    String path = endpoint.path();
    String plain = path.replaceAll("\\{[a-z]+}", "ab");

    assertThat(Endpoint.at(path.replaceAll("\\{[a-z]+}", "%61%62"))).isEqualTo(Endpoint.at(plain));
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
