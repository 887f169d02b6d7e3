package dev.sluice.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Holds the files of infra/kubernetes to the kinds that they are of: no field that nobody knows,
/// no file that is not there.
final class KubernetesFieldsTest {
  private static final Pattern FILE =
      Pattern.compile("infra/kubernetes/[A-Za-z0-9/.-]*[A-Za-z0-9]");

  private final Manifests manifests;

  KubernetesFieldsTest() throws IOException {
    manifests = Manifests.read();
  }

  @Test
  void everyFieldIsKnown() throws ReflectiveOperationException {
    for (Manifest manifest : manifests.all()) {
      assertThat(KnownFields.unknown(manifest)).as(manifest.toString()).isEmpty();
    }
    assertThat(manifests.all())
        .extracting(Manifest::kind)
        .contains(
            "Deployment",
            "Service",
            "PodDisruptionBudget",
            "HorizontalPodAutoscaler",
            "NetworkPolicy",
            "ServiceMonitor",
            "Secret",
            "Kustomization",
            "DestinationRule",
            "VirtualService",
            "Namespace");
  }

  @Test
  void aMisspeltFieldIsFoundInEveryKind() throws ReflectiveOperationException {
    for (Manifest manifest : manifests.all()) {
      assertThat(KnownFields.unknown(misspelt(manifest))).as(manifest.toString()).isNotEmpty();
    }
  }

  @Test
  void aMisspeltFieldIsFoundHoweverDeepItIs() throws ReflectiveOperationException {
    var manifest =
        Manifest.of(
                "made up",
                """
        apiVersion: apps/v1
        kind: Deployment
        spec: {template: {spec: {containers: [{name: a, readinessProbe: {httpGet: {paht: /}}}]}}}
        """)
            .getFirst();

    assertThat(KnownFields.unknown(manifest))
        .containsExactly(".spec.template.spec.containers[].readinessProbe.httpGet.paht");
  }

  @Test
  void aTextInThePlaceOfANumberIsRefused() {
    var manifest =
        Manifest.of("made up", "{apiVersion: apps/v1, kind: Deployment, spec: {replicas: three}}")
            .getFirst();

    assertThatThrownBy(() -> KnownFields.unknown(manifest)).hasStackTraceContaining("replicas");
  }

  @Test
  void aKindThatNobodyKnowsIsRefused() throws ReflectiveOperationException {
    var manifest = Manifest.of("made up", "{apiVersion: apps/v1, kind: Deploiment}").getFirst();

    assertThat(KnownFields.unknown(manifest)).containsExactly("the kind apps/v1 Deploiment");
  }

  @Test
  void everyFileThatIsNamedIsThere() throws IOException {
    for (String page :
        List.of(
            "README.md",
            "istio/two-images.yaml",
            "istio/weights.yaml",
            "base/kustomization.yaml")) {
      for (String named :
          FILE.matcher(Repository.text(Manifests.FOLDER + "/" + page))
              .results()
              .map(it -> it.group())
              .toList()) {
        assertThat(
                named.contains("/overlays/mine") || Files.exists(Repository.root().resolve(named)))
            .as(named)
            .isTrue();
      }
    }
    for (Manifest kustomization : manifests.of("Kustomization")) {
      Path folder = Repository.root().resolve(kustomization.file()).resolveSibling("");
      for (JsonNode resource : kustomization.at("/resources")) {
        assertThat(folder.resolve(resource.asText())).exists();
      }
    }
  }

  private static Manifest misspelt(Manifest manifest) {
    var tree = (ObjectNode) manifest.tree().deepCopy();
    tree.put("specs", 1);
    return new Manifest(manifest.file(), tree);
  }
}
