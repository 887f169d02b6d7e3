package dev.sluice.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/// GitHub shows a form that has a fault as an empty page, and tells nobody.
final class IssueFormsTest {
  private static final Map<String, Set<String>> ATTRIBUTES =
      Map.of(
          "markdown", Set.of("value"),
          "textarea", Set.of("label", "description", "placeholder", "value", "render"),
          "input", Set.of("label", "description", "placeholder", "value"),
          "dropdown", Set.of("label", "description", "multiple", "options", "default"),
          "checkboxes", Set.of("label", "description", "options"));

  @Test
  void everyFormHasOnlyWhatGitHubKnows() throws IOException {
    for (Path file : forms()) {
      Map<?, ?> form = new Yaml().load(Files.readString(file));

      assertThat(form.keySet())
          .as(file.toString())
          .allMatch(Set.of("name", "description", "title", "labels", "body")::contains);
      assertThat(form.get("name")).as(file.toString()).isInstanceOf(String.class);
      assertThat(form.get("description")).as(file.toString()).isInstanceOf(String.class);
      assertThat((List<?>) form.get("body"))
          .as(file.toString())
          .isNotEmpty()
          .allSatisfy(element -> assertElement((Map<?, ?>) element, file));
    }
  }

  @Test
  void noFormAsksTheSameTwice() throws IOException {
    for (Path file : forms()) {
      Map<?, ?> form = new Yaml().load(Files.readString(file));
      var ids = new ArrayList<String>();
      for (Object element : (List<?>) form.get("body")) {
        if (((Map<?, ?>) element).get("id") instanceof String id) {
          ids.add(id);
        }
      }

      assertThat(ids).as(file.toString()).isNotEmpty().doesNotHaveDuplicates();
    }
  }

  private static void assertElement(Map<?, ?> element, Path file) {
    String type = String.valueOf(element.get("type"));
    Map<?, ?> attributes = (Map<?, ?>) element.get("attributes");
    assertThat(element.keySet())
        .as(file + " " + element)
        .allMatch(Set.of("type", "id", "attributes", "validations")::contains);
    assertThat(ATTRIBUTES).as(file + " " + type).containsKey(type);
    assertThat(attributes.keySet())
        .as(file + " " + element)
        .allMatch(ATTRIBUTES.getOrDefault(type, Set.of())::contains);
    assertThat(attributes.containsKey(type.equals("markdown") ? "value" : "label"))
        .as(file + " " + element)
        .isTrue();
    if (element.get("validations") instanceof Map<?, ?> validations) {
      assertThat(validations.toString()).as(file + " " + element).matches("\\{required=\\w+}");
    }
  }

  private static List<Path> forms() throws IOException {
    try (Stream<Path> files = Files.list(Repository.root().resolve(".github/ISSUE_TEMPLATE"))) {
      return files
          .filter(it -> it.toString().endsWith(".yml"))
          .filter(it -> !it.endsWith("config.yml"))
          .sorted()
          .toList();
    }
  }
}
