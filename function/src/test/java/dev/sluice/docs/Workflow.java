package dev.sluice.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.yaml.snakeyaml.Yaml;

/// One file of `.github/workflows`, as it is written and as it reads.
///
/// @param members of its top level
record Workflow(String name, String text, Map<?, ?> members) {
  /// @param step empty text where it has no name
  record Step(String job, String step, Map<?, ?> members) {
    /// What the shell gets; empty text where the step is an action.
    String script() {
      return members.get("run") instanceof String script ? script : "";
    }

    @Override
    public String toString() {
      return job + ": " + step;
    }
  }

  static List<Workflow> all() throws IOException {
    var found = new ArrayList<Workflow>();
    try (Stream<Path> files = Files.list(Repository.root().resolve(".github/workflows"))) {
      for (Path file : files.sorted().toList()) {
        String text = Files.readString(file);
        found.add(new Workflow(file.getFileName().toString(), text, new Yaml().load(text)));
      }
    }
    return found;
  }

  static Step step(String workflow, String job, String step) throws IOException {
    return all().stream()
        .filter(it -> it.name().equals(workflow))
        .flatMap(it -> it.steps().stream())
        .filter(it -> it.job().equals(job) && it.step().equals(step))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no such step: " + job + ", " + step));
  }

  Map<?, ?> map(String member) {
    return mapOf(members.get(member));
  }

  Map<?, ?> jobs() {
    return map("jobs");
  }

  List<Step> steps() {
    var steps = new ArrayList<Step>();
    jobs()
        .forEach(
            (job, content) -> {
              if (mapOf(content).get("steps") instanceof List<?> list) {
                for (Object step : list) {
                  Map<?, ?> members = mapOf(step);
                  Object named = members.get("name");
                  steps.add(
                      new Step(
                          String.valueOf(job), named == null ? "" : named.toString(), members));
                }
              }
            });
    return steps;
  }

  static Map<?, ?> mapOf(Object value) {
    return value instanceof Map<?, ?> map ? map : Map.of();
  }
}
