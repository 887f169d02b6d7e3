package dev.sluice.docs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/// The OpenAPI document, and what it says about an answer.
record OpenApi(JsonNode document) {
  /// Fields that HTTP itself asks for; all others are ours to describe.
  private static final Set<String> OF_HTTP =
      Set.of("date", "content-length", "content-type", "connection");

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final SchemaRegistry SCHEMAS =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

  /// One method at one path.
  record Operation(String path, String method, JsonNode described) {
    String name() {
      return method + " " + path;
    }

    boolean describes(int status) {
      return described.path("responses").has(Integer.toString(status));
    }
  }

  /// A request that the document shows, and the status that it promises for it.
  record Example(Operation operation, String name, JsonNode body, int status) {}

  static OpenApi parse(String yaml) {
    Object loaded = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
    return new OpenApi(JSON.valueToTree(loaded));
  }

  List<Operation> operations() {
    var operations = new ArrayList<Operation>();
    for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
      for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
        operations.add(
            new Operation(
                path.getKey(), method.getKey().toUpperCase(Locale.ROOT), method.getValue()));
      }
    }
    return operations;
  }

  Operation operation(String method, String path) {
    return operations().stream()
        .filter(it -> it.method().equals(method) && it.path().equals(path))
        .findFirst()
        .orElseThrow();
  }

  List<Example> examples() {
    return operations().stream().flatMap(OpenApi::examples).toList();
  }

  private static Stream<Example> examples(Operation operation) {
    return operation
        .described()
        .at("/requestBody/content/application~1json/examples")
        .properties()
        .stream()
        .map(
            it ->
                new Example(
                    operation,
                    operation.name() + " " + it.getKey(),
                    it.getValue().path("value"),
                    Integer.parseInt(it.getValue().path("x-answers").asText())));
  }

  /// Every place that points to another one.
  List<String> references() {
    return document.findValuesAsText("$ref");
  }

  /// The node behind a reference such as `#/components/headers/TraceId`.
  JsonNode resolved(JsonNode node) {
    return node.has("$ref") ? document.at(node.path("$ref").asText().substring(1)) : node;
  }

  /// What is wrong with an answer by the document; nothing when all of it is described.
  List<String> faults(Operation operation, HttpResponse<String> answer) {
    JsonNode responses = operation.described().path("responses");
    String status = Integer.toString(answer.statusCode());
    JsonNode response =
        resolved(responses.has(status) ? responses.path(status) : responses.path("default"));
    var faults = new ArrayList<String>();
    headers(response, answer, faults);
    body(response, answer, faults);
    return faults;
  }

  private void headers(JsonNode response, HttpResponse<String> answer, List<String> faults) {
    JsonNode described = response.path("headers");
    for (Map.Entry<String, JsonNode> header : described.properties()) {
      JsonNode rule = resolved(header.getValue());
      List<String> values = answer.headers().allValues(header.getKey());
      if (values.isEmpty() && rule.path("required").asBoolean()) {
        faults.add("missing header " + header.getKey());
      }
      for (String value : values) {
        faults.addAll(faults(rule.path("schema"), JSON.getNodeFactory().textNode(value)));
      }
    }
    for (String name : answer.headers().map().keySet()) {
      boolean known =
          described.properties().stream().anyMatch(it -> it.getKey().equalsIgnoreCase(name));
      if (!known && !OF_HTTP.contains(name.toLowerCase(Locale.ROOT))) {
        faults.add("undocumented header " + name);
      }
    }
  }

  private void body(JsonNode response, HttpResponse<String> answer, List<String> faults) {
    String type =
        answer.headers().firstValue("content-type").orElse("").replaceFirst("\\s*;.*$", "");
    if (answer.body().isEmpty() && response.path("content").isMissingNode()) {
      return;
    }
    JsonNode content = response.path("content").path(type);
    if (content.isMissingNode()) {
      faults.add("undocumented content type " + type);
    } else if (type.endsWith("json")) {
      faults.addAll(faults(content.path("schema"), json(answer.body())));
    }
  }

  /// What is wrong with a value by a schema of the document.
  List<String> faults(JsonNode schema, JsonNode value) {
    ObjectNode whole = JSON.createObjectNode();
    whole.set("components", document.path("components"));
    whole.setAll((ObjectNode) schema);
    Schema compiled = SCHEMAS.getSchema(whole);
    return compiled.validate(value).stream().map(Object::toString).toList();
  }

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException malformed) {
      throw new IllegalArgumentException("not JSON: " + text, malformed);
    }
  }
}
