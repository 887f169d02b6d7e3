package dev.sluice.aws;

import dev.sluice.control.Outside;
import dev.sluice.control.OutsideAddress.Alias;
import dev.sluice.control.OutsideContract;
import dev.sluice.rollout.Rollout;
import dev.sluice.routing.Share;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.GetAliasResponse;
import software.amazon.awssdk.services.lambda.model.Runtime;

/// The actuator against something that keeps functions, versions and aliases.
abstract class AliasContract extends OutsideContract {
  private static final String NAME = "live";

  private final String function = "f" + UUID.randomUUID();
  private final AtomicReference<Optional<Outside>> outside =
      new AtomicReference<>(Optional.empty());

  abstract LambdaClient client();

  /// The ARN of a role for the function.
  abstract String role() throws Exception;

  /// With versions 1 and 2 of a new function, and all traffic on version 1.
  @Override
  protected Outside actuator() throws Exception {
    String role = role();
    client()
        .createFunction(
            create ->
                create
                    .functionName(function)
                    .runtime(Runtime.PYTHON3_12)
                    .handler("code.handle")
                    .role(role)
                    .code(code -> code.zipFile(zip("one"))));
    settled();
    client().publishVersion(publish -> publish.functionName(function));
    client().updateFunctionCode(update -> update.functionName(function).zipFile(zip("two")));
    settled();
    client().publishVersion(publish -> publish.functionName(function));
    client()
        .createAlias(create -> create.functionName(function).name(NAME).functionVersion(stable()));
    return outside();
  }

  /// One for all of a test, since it knows since when.
  @Override
  protected Outside outside() {
    return outside
        .updateAndGet(
            made ->
                made.or(
                    () ->
                        Optional.of(
                            new LambdaAliasActuator(
                                client(), new Alias(MODEL, function, NAME), clock))))
        .orElseThrow();
  }

  @Override
  protected void makeReady(String version) {
    client()
        .waiter()
        .waitUntilFunctionActiveV2(get -> get.functionName(function).qualifier(version));
  }

  @Override
  protected String nobody() {
    return "99";
  }

  private void settled() {
    client().waiter().waitUntilFunctionActiveV2(get -> get.functionName(function));
    client().waiter().waitUntilFunctionUpdatedV2(get -> get.functionName(function));
  }

  private static SdkBytes zip(String answer) {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("code.py"));
      zip.write(
          "def handle(event, context): return '%s'"
              .formatted(answer)
              .getBytes(StandardCharsets.UTF_8));
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
    return SdkBytes.fromByteArray(bytes.toByteArray());
  }

  @Override
  protected Traffic traffic() {
    return new Traffic() {
      @Override
      public Share of(Rollout rollout) {
        GetAliasResponse alias = client().getAlias(get -> get.functionName(function).name(NAME));
        Map<String, Double> weights =
            alias.routingConfig() == null
                ? Map.of()
                : alias.routingConfig().additionalVersionWeights();
        return alias.functionVersion().equals(rollout.canary())
            ? Share.ALL
            : Share.ofFraction(weights.getOrDefault(rollout.canary(), 0.0));
      }

      @Override
      public void move(Rollout rollout, Share share) {
        boolean all = share.equals(Share.ALL);
        boolean some = !all && !share.equals(Share.NONE);
        client()
            .updateAlias(
                update ->
                    update
                        .functionName(function)
                        .name(NAME)
                        .functionVersion(all ? rollout.canary() : rollout.stable())
                        .routingConfig(
                            to ->
                                to.additionalVersionWeights(
                                    some ? Map.of(rollout.canary(), share.fraction()) : Map.of())));
      }
    };
  }
}
