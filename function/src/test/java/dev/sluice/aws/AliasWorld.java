package dev.sluice.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.config.ClockedLambda;
import dev.sluice.control.Advance;
import dev.sluice.control.OutsideAddress.Alias;
import dev.sluice.control.RolloutRecord;
import dev.sluice.e2e.RunningFunction;
import dev.sluice.rollout.RolloutId;
import dev.sluice.routing.Share;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.GetAliasResponse;
import software.amazon.awssdk.services.lambda.model.Runtime;

/// A function with three versions behind an alias, callers whose requests go where the alias sends
/// them, and the packaged controller, woken once a minute of the test's own time.
///
/// The alias is kept by a stand-in of Lambda, behind a server that can fail; the counts by a double
/// (the stand-in does not speak CloudWatch as the SDK does); rollouts by a local DynamoDB.
final class AliasWorld implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ALIAS = "live";
  private static final String TOKEN = "a-token-of-the-operators";
  private static final int REQUESTS = 20_000;
  // Around 21 ms, as a log-normal distribution has them.
  private static final int MIDDLE = 230;
  private static final double SPREAD = 9;

  final FaultyServer lambda = new FaultyServer(new MotoWorld());
  final String function = "f" + UUID.randomUUID().toString().replace("-", "");
  private final Path folder;
  private final Path task;
  private final LambdaClient aliases =
      TestAccount.at(MotoServer.endpoint(), Clients.once(LambdaClient.builder())).build();
  private final CloudWatchDouble counts = new CloudWatchDouble();
  private final FaultyServer cloudWatch = new FaultyServer(counts);
  private final DynamoDbClient dynamo = LocalDynamo.client();
  private final String table = LocalDynamo.emptyTable(dynamo);
  private final DynamoStore store = new DynamoStore(dynamo, table);
  private final Map<String, Behaviour> behaviours = new TreeMap<>();
  private RunningFunction controller;
  private Instant now = Instant.parse("2026-03-01T10:00:00Z");

  /// How a version answers.
  ///
  /// @param errors part of the requests that are answered with an error
  /// @param deaths part of the requests that kill the process, which then counts nothing itself
  /// @param slower by so many buckets
  record Behaviour(double errors, double deaths, int slower) {
    static final Behaviour GOOD = new Behaviour(0.02, 0, 0);
    static final Behaviour FAILING = new Behaviour(0.2, 0, 0);
    static final Behaviour DYING = new Behaviour(0.02, 0.2, 0);
    static final Behaviour SLOW = new Behaviour(0.02, 0, 16);
  }

  AliasWorld(Path folder, Path task, String role) throws Exception {
    this.folder = folder;
    this.task = task;
    aliases.createFunction(
        create ->
            create
                .functionName(function)
                .runtime(Runtime.PYTHON3_12)
                .handler("code.handle")
                .role(role)
                .code(code -> code.zipFile(SdkBytes.fromUtf8String("1"))));
    for (String version : List.of("1", "2", "3")) {
      aliases.updateFunctionCode(
          update -> update.functionName(function).zipFile(SdkBytes.fromUtf8String("v" + version)));
      aliases.publishVersion(publish -> publish.functionName(function));
      behaviours.put(version, Behaviour.GOOD);
    }
    aliases.createAlias(create -> create.functionName(function).name(ALIAS).functionVersion("1"));
    this.controller = started();
  }

  private RunningFunction started() throws Exception {
    return RunningFunction.start(
        folder,
        task,
        ClockedLambda.class,
        Map.ofEntries(
            Map.entry("CLOCK", now.toString()),
            Map.entry("SLUICE_MODE", "control"),
            Map.entry("ROLLOUT_TARGETS", "lambda:" + function + ":" + ALIAS),
            Map.entry("STORE_URL", "dynamodb:" + table),
            Map.entry("ADMIN_TOKEN", TOKEN),
            Map.entry("AWS_REGION", TestAccount.REGION),
            Map.entry("AWS_ACCESS_KEY_ID", "test"),
            Map.entry("AWS_SECRET_ACCESS_KEY", "test"),
            Map.entry("AWS_ENDPOINT_URL_DYNAMODB", LocalDynamo.endpoint().toString()),
            Map.entry("AWS_ENDPOINT_URL_CLOUDWATCH", cloudWatch.endpoint().toString()),
            Map.entry("AWS_ENDPOINT_URL_LAMBDA", lambda.endpoint().toString())));
  }

  void behave(String version, Behaviour behaviour) {
    behaviours.put(version, behaviour);
  }

  /// The controller's process ends at once, and Lambda starts another one.
  void killController() throws Exception {
    controller.close();
    controller = started();
  }

  /// Starts a rollout as an operator does.
  RolloutId release(String version) throws Exception {
    ObjectNode body = JSON.createObjectNode();
    body.put("version", version).put("preset", "fast").put("start", true);
    body.put("min_windows", 3).put("min_windows_per_step", 1);
    JsonNode answer = admin("POST", "/admin/rollouts", body);
    if (answer.path("statusCode").asInt() != 201) {
      throw new AssertionError(answer + controller.output());
    }
    return new RolloutId(JSON.readTree(answer.path("body").asText()).path("id").asText());
  }

  JsonNode admin(String method, String path, ObjectNode body) throws Exception {
    ObjectNode event = JSON.createObjectNode();
    event.put("sluice", "admin").put("method", method).put("path", path).set("body", body);
    event
        .putObject("headers")
        .put("Authorization", "Bearer " + TOKEN)
        .put("Content-Type", "application/json");
    return invoked(event);
  }

  private JsonNode invoked(ObjectNode event) throws Exception {
    ObjectNode said = JSON.createObjectNode();
    said.put("at", now.toString()).set("event", event);
    return controller.invoke(said.toString());
  }

  /// A minute of traffic, and then the schedule's event.
  void minute() throws Exception {
    GetAliasResponse alias = alias();
    Map<String, Double> weights = weights(alias);
    double rest = 1 - weights.values().stream().mapToDouble(Double::doubleValue).sum();
    count(alias.functionVersion(), rest);
    weights.forEach(this::count);
    now = now.plus(Duration.ofMinutes(1));
    tick();
  }

  void tick() throws Exception {
    JsonNode answer = invoked(JSON.createObjectNode().put("sluice", "tick"));
    if (!answer.path("ticked").asBoolean()) {
      throw new AssertionError(answer);
    }
  }

  private void count(String version, double part) {
    Behaviour behaviour = behaviours.getOrDefault(version, Behaviour.GOOD);
    double all = Math.rint(REQUESTS * part);
    double died = Math.rint(all * behaviour.deaths());
    double answered = all - died;
    Arm arm = Arm.of(new Alias(function, function, ALIAS), version);
    double counted = 0;
    for (int i = -40; i <= 40; i++) {
      double below = i == 40 ? answered : Math.rint(answered * below((i + 0.5) / SPREAD));
      counts.count(arm.buckets().get(MIDDLE + i + behaviour.slower()), now, below - counted);
      counted = below;
    }
    counts.count(arm.requests(), now, answered);
    counts.count(arm.errors().getFirst(), now, Math.rint(answered * behaviour.errors()));
    counts.count(arm.died().orElseThrow(), now, died);
  }

  /// The part of a logistic distribution, which a normal one is near to, below so many deviations.
  private static double below(double deviations) {
    return 1 / (1 + Math.exp(-1.702 * deviations));
  }

  private GetAliasResponse alias() {
    return aliases.getAlias(get -> get.functionName(function).name(ALIAS));
  }

  private static Map<String, Double> weights(GetAliasResponse alias) {
    return alias.routingConfig() == null
        ? Map.of()
        : alias.routingConfig().additionalVersionWeights();
  }

  /// The version that has what the weights leave.
  String main() {
    return alias().functionVersion();
  }

  /// A version's part of the traffic, as callers get it.
  Share share(String version) {
    GetAliasResponse alias = alias();
    double others = weights(alias).values().stream().mapToDouble(Double::doubleValue).sum();
    return Share.ofFraction(
        alias.functionVersion().equals(version)
            ? 1 - others
            : weights(alias).getOrDefault(version, 0.0));
  }

  /// Somebody else moves the alias.
  void move(String main, Map<String, Double> weights) {
    aliases.updateAlias(
        update ->
            update
                .functionName(function)
                .name(ALIAS)
                .functionVersion(main)
                .routingConfig(routing -> routing.additionalVersionWeights(weights)));
  }

  RolloutRecord record(RolloutId id) throws Exception {
    return store.find(id).orElseThrow();
  }

  /// Where a rollout stands, in a sentence.
  String sentence(RolloutId id) {
    try {
      return Advance.sentence(record(id), now);
    } catch (Exception failed) {
      throw new IllegalStateException(failed);
    }
  }

  String output() {
    return controller.output();
  }

  @Override
  public void close() {
    controller.close();
    lambda.close();
    aliases.close();
    cloudWatch.close();
    store.close();
  }
}
