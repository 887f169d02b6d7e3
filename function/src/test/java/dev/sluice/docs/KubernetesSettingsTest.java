package dev.sluice.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Holds what infra/kubernetes sets to what the service and its image know.
final class KubernetesSettingsTest {
  private static final Pattern SETTING = Pattern.compile("(?m)^\\| `([A-Z_]+)` \\|");
  // What the service takes to end what is under way, after DRAIN_SECONDS: concurrency.md.
  private static final int LAST_REQUESTS_SECONDS = 30;

  private final Manifests manifests;

  KubernetesSettingsTest() throws IOException {
    manifests = Manifests.read();
  }

  @Test
  void theUserIsTheImages() throws IOException {
    assertThat(Repository.text("function/Dockerfile"))
        .contains("USER 10001:10001", "EXPOSE 8080", "VOLUME /data");
  }

  /// For a Service `sluice` it would set SLUICE_PORT, which the service reads as a setting.
  @Test
  void noVariablesOfServicesAreMixedWithTheSettings() {
    for (Manifest deployment : manifests.of("Deployment")) {
      assertThat(deployment.at("/spec/template/spec/enableServiceLinks"))
          .as(deployment.toString())
          .hasToString("false");
    }
  }

  @Test
  void everyVariableIsASetting() throws IOException {
    var used = new HashSet<String>();
    for (Manifest manifest : manifests.all()) {
      manifest.tree().findValues("env").forEach(env -> used.addAll(Manifests.texts(env, "name")));
      manifest.tree().findValues("secretKeyRef").forEach(it -> used.add(it.path("key").asText()));
      manifest.at("/stringData").fieldNames().forEachRemaining(used::add);
      manifest
          .tree()
          .findValues("literals")
          .forEach(it -> it.forEach(line -> used.add(line.asText().split("=", 2)[0])));
    }
    Repository.text(Manifests.FOLDER + "/base/settings.env")
        .lines()
        .filter(line -> !line.startsWith("#"))
        .forEach(line -> used.add(line.split("=", 2)[0]));

    assertThat(settings()).contains("PORT").containsAll(used);
    assertThat(used).contains("STORE_URL", "SIGNING_KEYS", "ADMIN_TOKEN", "DRAIN_SECONDS");
  }

  @Test
  void everySecretOfTheDeploymentIsInTheExample() {
    JsonNode example = manifests.the("Secret").at("/stringData");
    for (Manifest deployment : manifests.of("Deployment")) {
      for (JsonNode reference : deployment.tree().findValues("secretKeyRef")) {
        assertThat(example.has(reference.path("key").asText())).as(reference.toString()).isTrue();
      }
    }
  }

  /// So that applying it as it is starts nothing with a token that is known to everybody.
  @Test
  void theExampleOfASecretHasNoValueThatTheServiceWouldTake() {
    for (JsonNode value : manifests.the("Secret").at("/stringData")) {
      assertThat(value.asText()).startsWith("<").endsWith(">");
    }
    assertThat(manifests.all())
        .filteredOn(it -> it.is("Kustomization"))
        .noneMatch(it -> it.tree().toString().contains("secret.example"));
  }

  @Test
  void imagesArePinned() {
    for (Manifest deployment : manifests.of("Deployment")) {
      assertThat(deployment.container().path("image").asText())
          .matches("[a-z0-9./-]+:\\d+\\.\\d+\\.\\d+");
    }
    for (Manifest kustomization : manifests.of("Kustomization")) {
      for (JsonNode image : kustomization.at("/images")) {
        assertThat(image.path("newTag").asText()).matches("\\d+\\.\\d+\\.\\d+");
      }
    }
  }

  @Test
  void aPodHasTheTimeToDrain() throws IOException {
    int base = drainSeconds(Repository.text(Manifests.FOLDER + "/base/settings.env"));
    for (Manifest deployment : manifests.of("Deployment")) {
      int drain =
          deployment
              .container()
              .path("env")
              .valueStream()
              .filter(it -> it.path("name").asText().equals("DRAIN_SECONDS"))
              .map(it -> Integer.parseInt(it.path("value").asText()))
              .findFirst()
              .orElse(base);
      JsonNode ready = deployment.container().path("readinessProbe");
      assertThat(deployment.at("/spec/template/spec/terminationGracePeriodSeconds").asInt())
          .as(deployment.toString())
          .isGreaterThan(drain + LAST_REQUESTS_SECONDS);
      assertThat(drain)
          .as("until nobody sends it any")
          .isGreaterThan(
              ready.path("periodSeconds").asInt() * ready.path("failureThreshold").asInt());
    }
  }

  private static int drainSeconds(String env) {
    return env.lines()
        .filter(it -> it.startsWith("DRAIN_SECONDS="))
        .mapToInt(it -> Integer.parseInt(it.substring(it.indexOf('=') + 1)))
        .findFirst()
        .orElseThrow();
  }

  private static Set<String> settings() throws IOException {
    return SETTING
        .matcher(Repository.text("function/docs/configuration.md"))
        .results()
        .map(it -> it.group(1))
        .collect(Collectors.toSet());
  }
}
