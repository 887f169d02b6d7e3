package dev.sluice.aws;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.aws.FaultyServer.Answer;
import dev.sluice.aws.FaultyServer.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// One alias of one function and the states of its versions, as Lambda keeps it: what is left out
/// of an update stays as it is, and an update that names another revision than the last is refused
/// with 412.
final class LambdaDouble implements FaultyServer.World {
  static final String PATH = "/2015-03-31/functions/served/aliases/live";

  private static final String CONFIGURATION =
      "/2015-03-31/functions/served/configuration?Qualifier=";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<JsonNode> updates = new ArrayList<>();
  private String version = "1";
  private Map<String, Double> weights = Map.of();
  private final Map<String, String> states = new TreeMap<>(Map.of("1", "Active", "2", "Active"));
  private int revision = 1;
  private Optional<Runnable> afterTheNextRead = Optional.empty();

  synchronized String version() {
    return version;
  }

  synchronized Map<String, Double> weights() {
    return weights;
  }

  /// What was asked, whether it was done or not.
  synchronized List<JsonNode> updates() {
    return List.copyOf(updates);
  }

  /// Somebody else changes the alias.
  synchronized void set(String toVersion, Map<String, Double> toWeights) {
    version = toVersion;
    weights = Map.copyOf(toWeights);
    revision++;
  }

  /// A version comes, or goes on.
  synchronized void state(String ofVersion, String state) {
    states.put(ofVersion, state);
  }

  /// Something happens between a read of the alias and what follows it.
  synchronized void afterTheNextRead(Runnable happens) {
    afterTheNextRead = Optional.of(happens);
  }

  @Override
  public synchronized Answer to(Request request) throws Exception {
    Optional<String> state =
        request.path().startsWith(CONFIGURATION)
            ? Optional.ofNullable(states.get(request.path().substring(CONFIGURATION.length())))
            : Optional.empty();
    if (state.isPresent()) {
      String found = "{\"State\":\"%s\",\"StateReason\":\"because\"}".formatted(state.get());
      return new Answer(200, "application/json", found.getBytes(UTF_8), Map.of());
    }
    if (!request.path().equals(PATH)) {
      return error(404, "ResourceNotFoundException", "Cannot find alias arn: " + request.path());
    }
    if (request.method().equals("GET")) {
      Answer answer = alias();
      Optional<Runnable> happens = afterTheNextRead;
      afterTheNextRead = Optional.empty();
      happens.ifPresent(Runnable::run);
      return answer;
    }
    JsonNode update = JSON.readTree(request.body());
    updates.add(update);
    if (update.has("RevisionId") && !update.get("RevisionId").asText().equals(revision())) {
      return error(
          412,
          "PreconditionFailedException",
          "The Revision Id provided does not match the latest Revision Id.");
    }
    if (update.has("FunctionVersion")) {
      version = update.get("FunctionVersion").asText();
    }
    if (update.has("RoutingConfig")) {
      var next = new TreeMap<String, Double>();
      update
          .get("RoutingConfig")
          .path("AdditionalVersionWeights")
          .properties()
          .forEach(each -> next.put(each.getKey(), each.getValue().asDouble()));
      weights = next;
    }
    revision++;
    return alias();
  }

  private String revision() {
    return "revision-" + revision;
  }

  private Answer alias() throws Exception {
    ObjectNode alias = JSON.createObjectNode();
    alias.put("AliasArn", "arn:aws:lambda:us-east-1:000000000000:function:served:live");
    alias.put("Name", "live");
    alias.put("FunctionVersion", version);
    alias.put("RevisionId", revision());
    if (!weights.isEmpty()) {
      ObjectNode additional = JSON.createObjectNode();
      weights.forEach(additional::put);
      alias.putObject("RoutingConfig").set("AdditionalVersionWeights", additional);
    }
    return new Answer(200, "application/json", JSON.writeValueAsBytes(alias), Map.of());
  }

  @Override
  public Answer error(int status, String code, String message) {
    return said(status, code, message);
  }

  /// An error in the words of Lambda.
  static Answer said(int status, String code, String message) {
    return new Answer(
        status,
        "application/json",
        "{\"Type\":\"User\",\"Message\":\"%s\"}".formatted(message).getBytes(UTF_8),
        Map.of("x-amzn-ErrorType", code));
  }
}
