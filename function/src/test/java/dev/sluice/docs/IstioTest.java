package dev.sluice.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.api.Endpoint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Holds the routes of infra/kubernetes/istio to the service, and the commands that are printed
/// there to what they promise.
final class IstioTest {
  private final Manifests manifests;

  IstioTest() throws IOException {
    manifests = Manifests.read();
  }

  @Test
  void callersReachOnlyWhatIsForThem() {
    for (Manifest virtual : manifests.of("VirtualService")) {
      var routed = new ArrayList<String>();
      for (JsonNode http : virtual.at("/spec/http")) {
        if (http.has("route")) {
          for (JsonNode match : http.path("match")) {
            routed.addAll(match.path("uri").valueStream().map(JsonNode::asText).toList());
          }
        }
      }
      assertThat(routed).isNotEmpty();
      for (String path : routed) {
        assertThat(endpoints().filter(it -> it.path().startsWith(path))).as(path).isNotEmpty();
        assertThat(endpoints().filter(it -> it.path().startsWith(path)))
            .as(path)
            .allMatch(
                it ->
                    it.access() != Endpoint.Access.ADMIN || it.path().startsWith("/v2/repository"));
      }
      assertThat(virtual.text("/spec/http/0/match/0/uri/prefix")).isEqualTo("/v2/repository");
      assertThat(virtual.at("/spec/http/0/directResponse/status").asInt()).isEqualTo(404);
    }
  }

  @Test
  void routesLeadToWhatIsThereAndShareAllCallers() {
    Manifest rule = manifests.the("DestinationRule");
    for (JsonNode subset : rule.at("/spec/subsets")) {
      assertThat(manifests.of("Deployment"))
          .anyMatch(
              it ->
                  Manifests.within(subset.path("labels"), it.at("/spec/template/metadata/labels"))
                      && it.name().endsWith(subset.path("name").asText()));
    }
    for (Manifest virtual : manifests.of("VirtualService")) {
      for (JsonNode http : virtual.at("/spec/http")) {
        for (JsonNode route : http.path("route")) {
          JsonNode destination = route.path("destination");
          assertThat(destination.path("host").asText()).isIn("sluice", "sluice-next");
          if (destination.has("subset")) {
            assertThat(Manifests.texts(rule.at("/spec/subsets"), "name"))
                .contains(destination.path("subset").asText());
          }
        }
        if (http.has("route")) {
          assertThat(
                  http.path("route").valueStream().mapToInt(it -> it.path("weight").asInt()).sum())
              .as(virtual + " " + http.path("name"))
              .isEqualTo(100);
        }
      }
    }
    assertThat(weights(manifests.in("istio/two-images.yaml", "VirtualService").tree()))
        .containsExactly(90, 10);
  }

  @Test
  void thePrintedLinesMoveTheWeightsAsTheySay() throws IOException {
    assertThat(printed("istio/two-images.yaml"))
        .containsExactly(
            Map.entry("Half of the callers:", List.of(50, 50)),
            Map.entry("Promote v2:", List.of(0, 100)),
            Map.entry("Roll back to v1 (it must still have its replicas):", List.of(100, 0)));
    assertThat(printed("istio/weights.yaml").stream().map(Map.Entry::getValue))
        .containsExactly(List.of(75, 25), List.of(0, 100), List.of(100, 0));
  }

  /// What each comment of a file that ends with a colon promises, and the weights after its
  /// command.
  private List<Map.Entry<String, List<Integer>>> printed(String file) throws IOException {
    var moved = new ArrayList<Map.Entry<String, List<Integer>>>();
    String said = "";
    for (String line : Repository.text(Manifests.FOLDER + "/" + file).lines().toList()) {
      String prefix = "#   kubectl -n sluice patch virtualservice sluice --type=json -p '";
      if (line.startsWith(prefix)) {
        JsonNode patched = manifests.in(file, "VirtualService").tree().deepCopy();
        JsonPatch.apply(
            new ObjectMapper().readTree(line.substring(prefix.length(), line.length() - 1)),
            patched);
        moved.add(Map.entry(said, weights(patched)));
      } else if (line.startsWith("# ") && line.endsWith(":")) {
        said = line.substring(2);
      }
    }
    return moved;
  }

  private static List<Integer> weights(JsonNode virtual) {
    JsonNode split =
        virtual
            .at("/spec/http")
            .valueStream()
            .filter(it -> it.path("name").asText().equals("split"))
            .findFirst()
            .orElseThrow();
    return split.path("route").valueStream().map(it -> it.path("weight").asInt()).toList();
  }

  private static Stream<Endpoint> endpoints() {
    return Arrays.stream(Endpoint.values()).filter(it -> it != Endpoint.OTHER);
  }
}
