package dev.sluice.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

class LocalStackTest {
  private static final Path COMPOSE = Repository.file("infra/local/compose.yaml");

  /// The members of a service that are looked at.
  private record Part(String name, Map<?, ?> members) {
    List<String> list(String member) {
      return members.get(member) instanceof List<?> list
          ? list.stream().map(String::valueOf).toList()
          : List.of();
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
          .isNotEmpty()
          .allMatch(port -> port.startsWith("127.0.0.1:"));
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
      assertThat(part.members().get("healthcheck")).as(part.name()).isInstanceOf(Map.class);
      boolean ours = part.members().get("build") instanceof Map<?, ?>;
      assertThat(ours || part.text("image").matches(".+:v?[0-9.]+")).as(part.name()).isTrue();
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
    assertThat(parts).containsOnlyKeys("service", "prometheus", "grafana");
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
