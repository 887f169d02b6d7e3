package dev.sluice.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.api.Endpoint;
import dev.sluice.api.Platform;
import dev.sluice.api.Problem;
import dev.sluice.docs.OpenApi.Example;
import dev.sluice.docs.OpenApi.Operation;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Holds openapi.yml against the list of endpoints and against itself.
final class OpenApiTest {
  private OpenApi api;

  @BeforeEach
  void read() throws IOException {
    api = OpenApi.parse(Repository.text("function/src/main/resources/openapi.yml"));
  }

  @Test
  void describesEveryEndpointAndNothingElse() {
    Set<String> known =
        Arrays.stream(Endpoint.values())
            .filter(it -> it != Endpoint.OTHER && it != Endpoint.MANAGE)
            .flatMap(it -> it.methods().stream().map(method -> method + " " + it.path()))
            .collect(Collectors.toSet());

    Set<String> described =
        api.operations().stream().map(Operation::name).collect(Collectors.toSet());

    assertThat(described).isEqualTo(known);
  }

  @Test
  void saysOfWhatIsOffByDefaultThatItIs() {
    for (Endpoint endpoint : Endpoint.values()) {
      for (Platform platform : endpoint.platform().stream().toList()) {
        String turnsOn = "ADAPTERS=" + platform.name().toLowerCase(Locale.ROOT);
        for (String method : endpoint.methods()) {
          JsonNode described = api.operation(method, endpoint.path()).described();
          assertThat(described.path("description").asText()).contains("Off by default", turnsOn);
        }
      }
    }
  }

  @Test
  void isWellFormed() {
    assertThat(api.document().path("openapi").asText()).matches("3\\.1\\.\\d+");
    assertThat(api.document().at("/info/title").asText()).isNotEmpty();
    assertThat(api.document().at("/info/version").asText()).isNotEmpty();
    List<String> ids =
        api.operations().stream().map(it -> it.described().path("operationId").asText()).toList();
    assertThat(ids).doesNotHaveDuplicates().doesNotContain("");
    for (Operation operation : api.operations()) {
      for (JsonNode parameter : operation.described().path("parameters")) {
        JsonNode resolved = api.resolved(parameter);
        assertThat(resolved.path("name").asText()).isNotEmpty();
        assertThat(resolved.path("in").asText()).isIn("header", "path", "query");
        assertThat(resolved.has("schema")).isTrue();
      }
      for (JsonNode response : operation.described().path("responses")) {
        assertThat(api.resolved(response).path("description").asText()).isNotEmpty();
      }
    }
  }

  @Test
  void pointsOnlyToWhatIsThereAndHoldsNothingThatNobodyPointsTo() {
    Set<String> pointedTo = new TreeSet<>(api.references());

    assertThat(pointedTo)
        .allSatisfy(it -> assertThat(api.document().at(it.substring(1)).isMissingNode()).isFalse());
    for (String kind : List.of("parameters", "headers", "responses", "schemas")) {
      for (Map.Entry<String, JsonNode> one :
          api.document().path("components").path(kind).properties()) {
        assertThat(pointedTo).contains("#/components/" + kind + "/" + one.getKey());
      }
    }
  }

  @Test
  void namesEveryKindOfProblem() {
    String described = api.document().path("components").path("responses").toString();

    for (Problem problem : Problem.values()) {
      assertThat(described).contains("`" + problem.slug() + "`");
    }
  }

  @Test
  void documentsEveryExampleBodyThatIsNotRefusedForItsForm() {
    for (Example example : api.examples()) {
      JsonNode schema =
          example.operation().described().at("/requestBody/content/application~1json/schema");
      boolean fits = api.faults(schema, example.body()).isEmpty();
      assertThat(fits || example.status() == 400).as(example.name()).isTrue();
    }
  }

  /// An unquoted comma in a YAML flow mapping makes a key of what was meant as text.
  @Test
  void hasNoKeyThatLooksLikeText() {
    assertThat(names(api.document()))
        .doesNotContain("")
        .filteredOn(it -> it.contains(" "))
        .containsOnly("prediction value");
  }

  private static Set<String> names(JsonNode node) {
    var names = new TreeSet<String>();
    node.properties().forEach(it -> names.add(it.getKey()));
    node.forEach(child -> names.addAll(names(child)));
    return names;
  }
}
