package dev.sluice.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/// Holds the compose file to what it promises, as no engine can run it here.
class LocalStackTest {
  private static final Set<String> UNPUBLISHED = Set.of("postgres", "demo");
  // Its image has nothing that could ask it, and no digest that two sources agree on.
  private static final String NOT_ASKED = "nginx-exporter";
  private static final Path COMPOSE = Repository.file("infra/local/compose.yaml");

  /// The members of a service that are looked at.
  private record Part(String name, Map<?, ?> members) {
    List<String> list(String member) {
      return members.get(member) instanceof List<?> list
          ? list.stream().map(String::valueOf).toList()
          : List.of();
    }

    Map<?, ?> map(String member) {
      return members.get(member) instanceof Map<?, ?> map ? map : Map.of();
    }

    String text(String member) {
      return String.valueOf(members.get(member));
    }
  }

  @Test
  void whatIsMountedExists() throws IOException {
    Set<String> volumes = volumes();
    for (Part part : parts()) {
      for (String mount : part.list("volumes")) {
        String source = mount.split(":", 2)[0];
        boolean there =
            source.startsWith(".")
                ? Files.exists(COMPOSE.resolveSibling(source))
                : volumes.contains(source);
        assertThat(there).as(part.name() + " mounts " + source).isTrue();
      }
    }
  }

  @Test
  void nothingIsPublishedBeyondThisMachine() throws IOException {
    for (Part part : parts()) {
      assertThat(part.list("ports"))
          .as(part.name())
          .allMatch(
              port -> port.matches("127\\.0\\.0\\.1:\\$\\{SLUICE_STACK_[A-Z_2-3]+:-\\d+}:\\d+"));
      assertThat(part.list("ports").isEmpty())
          .as("only what people look at is published: " + part.name())
          .isEqualTo(UNPUBLISHED.contains(part.name()));
    }
  }

  @Test
  void everyContainerIsLockedDownBoundedAndWatched() throws IOException {
    for (Part part : parts()) {
      assertThat(part.text("read_only")).as(part.name()).isEqualTo("true");
      assertThat(part.list("tmpfs")).as(part.name()).isNotEmpty();
      assertThat(part.list("cap_drop")).as(part.name()).containsExactly("ALL");
      assertThat(part.list("security_opt")).as(part.name()).contains("no-new-privileges:true");
      assertThat(part.text("mem_limit")).as(part.name()).matches("\\d+m");
      String how = part.name().equals(NOT_ASKED) ? "disable" : "test";
      assertThat(part.map("healthcheck").containsKey(how)).as(part.name()).isTrue();
    }
  }

  /// nginx computes from it how many bodies an address may have waiting.
  @Test
  void theRoomForBodiesIsInTheMemoryOfNginx() throws IOException {
    String stack = Files.readString(Repository.file("scripts/lib/stack.sh"));
    Part nginx =
        parts().stream().filter(part -> part.name().equals("nginx")).findFirst().orElseThrow();
    long bodies = number(stack, "(?m)^STACK_BODY_SPACE_BYTES=(\\d+)$");
    long temporary = number(String.join("\n", nginx.list("tmpfs")), "/tmp:size=(\\d+)m,") << 20;
    long memory = number(nginx.text("mem_limit"), "(\\d+)m") << 20;

    assertThat(temporary - bodies).as("for answers").isGreaterThanOrEqualTo(32L << 20);
    assertThat(memory - temporary).as("for nginx itself").isGreaterThanOrEqualTo(128L << 20);
  }

  private static long number(String text, String pattern) {
    var found = Pattern.compile(pattern).matcher(text);
    assertThat(found.find()).as(pattern).isTrue();
    return Long.parseLong(found.group(1));
  }

  @Test
  void everyImageIsOursOrPinned() throws IOException {
    for (Part part : parts()) {
      boolean ours =
          part.members().get("build") instanceof Map<?, ?>
              || (part.text("image").equals("sluice:local")
                  && part.text("pull_policy").equals("never"));
      String pinned =
          part.name().equals(NOT_ASKED) ? ".+:[0-9.]+" : ".+:v?[0-9].*@sha256:[0-9a-f]{64}";
      assertThat(ours || part.text("image").matches(pinned)).as(part.name()).isTrue();
    }
  }

  @Test
  void nobodyStartsBeforeWhatItNeedsIsHealthy() throws IOException {
    Set<String> names = parts().stream().map(Part::name).collect(Collectors.toSet());
    for (Part part : parts()) {
      part.map("depends_on")
          .forEach(
              (name, how) -> {
                assertThat(names).contains(String.valueOf(name));
                assertThat(how).as(part.name()).isEqualTo(Map.of("condition", "service_healthy"));
              });
      assertThat(part.map("depends_on").isEmpty())
          .as(part.name())
          .isEqualTo(part.name().equals("postgres"));
    }
  }

  @Test
  void theReplicasDifferInNothingButTheirPlace() throws IOException {
    List<Map<String, Object>> replicas =
        parts().stream()
            .filter(part -> part.name().startsWith("app-"))
            .map(
                part -> {
                  var same = new TreeMap<String, Object>();
                  part.members().forEach((name, value) -> same.put(String.valueOf(name), value));
                  same.keySet()
                      .removeAll(Set.of("build", "pull_policy", "hostname", "ports", "volumes"));
                  return Map.copyOf(same);
                })
            .toList();

    assertThat(replicas).hasSize(3);
    assertThat(Set.copyOf(replicas)).hasSize(1);
  }

  @Test
  void everySettingOfTheReplicasIsKnown() throws IOException {
    String known = Files.readString(Repository.file("function/docs/configuration.md"));
    for (Part part : parts()) {
      if (part.name().startsWith("app-")) {
        for (Object name : part.map("environment").keySet()) {
          assertThat(name.equals("MICRONAUT_CONFIG_FILES") || known.contains("| `" + name + "` |"))
              .as(part.name() + " sets " + name)
              .isTrue();
        }
      }
    }
  }

  @Test
  void everySecretIsDeclaredUsedAndMadeAtTheFirstStart() throws IOException {
    Map<?, ?> declared = new Part("", yaml(COMPOSE)).map("secrets");
    Set<String> used =
        parts().stream()
            .flatMap(part -> part.list("secrets").stream())
            .collect(Collectors.toUnmodifiableSet());
    String makes = Files.readString(Repository.file("scripts/lib/stack.sh"));

    assertThat(declared.keySet().stream().map(String::valueOf)).hasSameElementsAs(used);
    for (String secret : used) {
      assertThat(declared.get(secret))
          .isEqualTo(Map.of("file", "${SLUICE_STACK_DIR:-./.state}/" + secret));
      assertThat(makes).containsAnyOf("$folder/" + secret, "$1/" + secret);
    }
  }

  @Test
  void whatGrafanaIsProvisionedWithCanBeRead() throws IOException {
    for (String file : List.of("datasources/prometheus.yml", "dashboards/sluice.yml")) {
      Object content = yaml(Repository.file("dashboards/grafana/provisioning/" + file));
      assertThat(content).as(file).isInstanceOf(Map.class);
    }
  }

  private static List<Part> parts() throws IOException {
    var parts = new TreeMap<String, Part>();
    if (yaml(COMPOSE).get("services") instanceof Map<?, ?> services) {
      services.forEach(
          (name, members) ->
              parts.put(String.valueOf(name), new Part(String.valueOf(name), (Map<?, ?>) members)));
    }
    assertThat(parts)
        .containsOnlyKeys(
            "app-1",
            "app-2",
            "app-3",
            "demo",
            "grafana",
            "nginx",
            "nginx-exporter",
            "postgres",
            "prometheus");
    return List.copyOf(parts.values());
  }

  private static Set<String> volumes() throws IOException {
    return yaml(COMPOSE).get("volumes") instanceof Map<?, ?> volumes
        ? volumes.keySet().stream().map(String::valueOf).collect(Collectors.toUnmodifiableSet())
        : Set.of();
  }

  private static Map<?, ?> yaml(Path file) throws IOException {
    return new Yaml().<Map<?, ?>>load(Files.readString(file));
  }
}
