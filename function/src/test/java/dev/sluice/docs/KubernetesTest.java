package dev.sluice.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.api.Endpoint;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Holds the manifests of infra/kubernetes to each other and to what a pod should be like. No
/// cluster is asked.
final class KubernetesTest {
  private final Manifests manifests;

  KubernetesTest() throws IOException {
    manifests = Manifests.read();
  }

  @Test
  void probesAskEndpointsThatAreOpen() {
    for (Manifest deployment : manifests.of("Deployment")) {
      JsonNode container = deployment.container();
      for (var probe :
          Map.of("startupProbe", "/ready", "readinessProbe", "/ready", "livenessProbe", "/healthz")
              .entrySet()) {
        JsonNode get = container.path(probe.getKey()).path("httpGet");
        assertThat(get.path("path").asText())
            .as(deployment + " " + probe)
            .isEqualTo(probe.getValue());
        assertThat(get.path("port").asText()).isEqualTo(container.at("/ports/0/name").asText());
      }
    }
    assertThat(open()).contains("/ready", "/healthz", "/metrics");
    assertThat(manifests.the("ServiceMonitor").text("/spec/endpoints/0/path"))
        .isEqualTo("/metrics");
  }

  @Test
  void everyContainerHasItsLimits() {
    for (Manifest deployment : manifests.of("Deployment")) {
      JsonNode resources = deployment.container().path("resources");
      assertThat(resources.at("/requests/cpu").asText()).as(deployment.toString()).isNotEmpty();
      assertThat(resources.at("/limits/cpu").asText()).isNotEmpty();
      assertThat(resources.at("/limits/memory").asText())
          .isNotEmpty()
          .isEqualTo(resources.at("/requests/memory").asText());
      for (JsonNode volume : deployment.at("/spec/template/spec/volumes")) {
        assertThat(volume.at("/emptyDir/sizeLimit").asText()).as(volume.toString()).isNotEmpty();
      }
    }
  }

  @Test
  void noContainerHasRightsThatItDoesNotNeed() {
    for (Manifest deployment : manifests.of("Deployment")) {
      JsonNode pod = deployment.at("/spec/template/spec");
      JsonNode container = deployment.container();
      assertThat(deployment.at("/spec/template/spec/containers")).hasSize(1);
      assertThat(pod.path("automountServiceAccountToken")).hasToString("false");
      assertThat(pod.at("/securityContext/runAsNonRoot")).hasToString("true");
      assertThat(pod.at("/securityContext/runAsUser").asInt()).isEqualTo(10001);
      assertThat(pod.at("/securityContext/seccompProfile/type").asText())
          .isEqualTo("RuntimeDefault");
      assertThat(container.at("/securityContext/allowPrivilegeEscalation")).hasToString("false");
      assertThat(container.at("/securityContext/readOnlyRootFilesystem")).hasToString("true");
      assertThat(container.at("/securityContext/capabilities")).hasToString("{\"drop\":[\"ALL\"]}");
      assertThat(Manifests.texts(container.path("volumeMounts"), "mountPath"))
          .contains("/tmp", "/data");
      assertThat(Manifests.texts(container.path("volumeMounts"), "name"))
          .isEqualTo(Manifests.texts(pod.path("volumes"), "name"));
    }
  }

  @Test
  void selectorsFindThePods() {
    for (Manifest deployment : manifests.of("Deployment")) {
      JsonNode labels = deployment.at("/spec/template/metadata/labels");
      assertWithin(deployment.at("/spec/selector/matchLabels"), labels);
      for (JsonNode spread : deployment.at("/spec/template/spec/topologySpreadConstraints")) {
        assertWithin(spread.at("/labelSelector/matchLabels"), labels);
      }
      assertThat(deployment.at("/spec/template/spec/topologySpreadConstraints")).isNotEmpty();
    }
    for (Manifest other : manifests.all()) {
      if (!other.is("Deployment") && !other.is("DestinationRule") && !other.is("ServiceMonitor")) {
        for (String selector :
            List.of(
                "/spec/selector/matchLabels", "/spec/selector", "/spec/podSelector/matchLabels")) {
          JsonNode wanted = other.at(selector);
          if (wanted.isObject() && !wanted.has("matchLabels")) {
            assertThat(manifests.of("Deployment"))
                .as(other.toString())
                .anyMatch(it -> Manifests.within(wanted, it.at("/spec/template/metadata/labels")));
          }
        }
      }
    }
    assertThat(manifests.of("Service"))
        .allMatch(
            it ->
                Manifests.within(
                    manifests.the("ServiceMonitor").at("/spec/selector/matchLabels"),
                    it.at("/metadata/labels")));
    assertThat(manifests.the("HorizontalPodAutoscaler").text("/spec/scaleTargetRef/name"))
        .isEqualTo(manifests.of("Deployment").getFirst().name());
  }

  @Test
  void portsLeadToTheService() {
    for (Manifest deployment : manifests.of("Deployment")) {
      assertThat(deployment.container().path("ports")).hasSize(1);
      assertThat(deployment.container().at("/ports/0/containerPort").asInt()).isEqualTo(8080);
      assertThat(deployment.container().at("/ports/0/name").asText()).isEqualTo("http");
    }
    for (Manifest service : manifests.of("Service")) {
      assertThat(service.text("/spec/ports/0/targetPort")).isEqualTo("http");
      assertThat(manifests.the("ServiceMonitor").text("/spec/endpoints/0/port"))
          .isEqualTo(service.text("/spec/ports/0/name"));
      for (Manifest virtual : manifests.of("VirtualService")) {
        assertThat(virtual.at("/spec").findValues("number"))
            .isNotEmpty()
            .allMatch(it -> it.equals(service.at("/spec/ports/0/port")));
      }
    }
    assertThat(manifests.in("base/network-policy.yaml").at("/spec/ingress/0/ports/0/port").asInt())
        .isEqualTo(8080);
  }

  @Test
  void theAutoscalerAloneSaysHowManyThereAre() {
    assertThat(manifests.in("base/deployment.yaml").at("/spec/replicas").isMissingNode()).isTrue();
    assertThat(manifests.the("HorizontalPodAutoscaler").at("/spec/minReplicas").asInt())
        .isEqualTo(3);
    assertThat(manifests.the("PodDisruptionBudget").at("/spec/maxUnavailable").asInt())
        .isEqualTo(1);
  }

  private static Set<String> open() {
    return endpoints()
        .filter(it -> it.access() == Endpoint.Access.OPEN)
        .map(Endpoint::path)
        .collect(Collectors.toSet());
  }

  private static void assertWithin(JsonNode wanted, JsonNode labels) {
    assertThat(Manifests.within(wanted, labels)).as("%s within %s", wanted, labels).isTrue();
  }

  private static Stream<Endpoint> endpoints() {
    return Arrays.stream(Endpoint.values()).filter(it -> it != Endpoint.OTHER);
  }
}
