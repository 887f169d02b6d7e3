package dev.sluice.aws;

import dev.sluice.control.Actuator;
import dev.sluice.rollout.Rollout;
import dev.sluice.routing.Share;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.AliasRoutingConfiguration;
import software.amazon.awssdk.services.lambda.model.GetAliasResponse;

/// Moves traffic between two versions of a Lambda function by the weights of an alias. The versions
/// of the model are called what the versions of the function are: `7`, `8`.
///
/// Each move names the revision of the alias that was read, so that it cannot undo what somebody
/// else did meanwhile, and says the weights even where there are none: left out, the old ones stay,
/// and a promoted version would be weighed against itself. A promotion is one call.
///
/// The split is per request: no caller stays with a version. Belongs to one thread, but for
/// [#inEffect].
public final class LambdaAliasActuator implements Actuator, AutoCloseable {
  private static final Pattern VERSION = Pattern.compile("[1-9][0-9]*");
  // Less than the smallest share is of a share.
  private static final double SAME = 1e-6;

  private final LambdaClient client;
  private final ReadBack readBack;

  LambdaAliasActuator(LambdaClient client, Alias alias) {
    this.client = client;
    this.readBack = new ReadBack(new Weights(client, alias));
  }

  /// With what the environment says of region, endpoint and credentials.
  public static LambdaAliasActuator of(Alias alias) {
    return new LambdaAliasActuator(Clients.lambda(), alias);
  }

  /// An alias of a function.
  ///
  /// @param model the only one whose rollouts move it
  public record Alias(String model, String function, String name) {
    @Override
    public String toString() {
      return "alias " + name + " of function " + function;
    }
  }

  @Override
  public void apply(Rollout rollout) throws Refused {
    readBack.apply(rollout);
  }

  /// The canary's part of the traffic as it was read last; empty where it could not be read.
  public Optional<Share> inEffect() {
    return readBack.inEffect();
  }

  @Override
  public void close() {
    client.close();
  }

  private record Weights(LambdaClient client, Alias alias) implements ReadBack.Splitter {
    @Override
    public String name() {
      return alias.toString();
    }

    @Override
    public ReadBack.Split read(Rollout rollout) throws Refused {
      if (!rollout.model().equals(alias.model)) {
        throw new Refused(
            "%s is of model %s, not of %s".formatted(alias, alias.model, rollout.model()));
      }
      GetAliasResponse found =
          client.getAlias(get -> get.functionName(alias.function).name(alias.name));
      Map<String, Double> weights =
          found.routingConfig() == null
              ? Map.of()
              : Map.copyOf(found.routingConfig().additionalVersionWeights());
      return new Found(
          client,
          alias,
          numbered(rollout.stable()),
          numbered(rollout.canary()),
          found.functionVersion(),
          weights,
          found.revisionId());
    }

    private static String numbered(String version) throws Refused {
      if (!VERSION.matcher(version).matches()) {
        throw new Refused(
            "version %s must be called what the function's version is, a number"
                .formatted(version));
      }
      return version;
    }
  }

  /// An alias as it was read.
  ///
  /// @param main the version that has what the weights leave
  /// @param weights of other versions, 0..1
  private record Found(
      LambdaClient client,
      Alias alias,
      String stable,
      String canary,
      String main,
      Map<String, Double> weights,
      String revision)
      implements ReadBack.Split {

    @Override
    public Optional<Share> share() {
      double others = weights.values().stream().mapToDouble(Double::doubleValue).sum();
      double part = main.equals(canary) ? 1 - others : weights.getOrDefault(canary, 0.0);
      return part >= 0 && part <= 1
          ? Optional.of(Share.of((int) Math.ceil(part * Share.ALL.basisPoints() - SAME)))
          : Optional.empty();
    }

    @Override
    public boolean is(Share wanted) {
      Map<String, Double> should = weights(wanted);
      return main.equals(main(wanted))
          && weights.keySet().equals(should.keySet())
          && should.entrySet().stream()
              .allMatch(
                  each ->
                      Math.abs(weights.getOrDefault(each.getKey(), Double.NaN) - each.getValue())
                          < SAME);
    }

    private String main(Share wanted) {
      return wanted.equals(Share.ALL) ? canary : stable;
    }

    private Map<String, Double> weights(Share wanted) {
      return wanted.equals(Share.ALL) || wanted.equals(Share.NONE)
          ? Map.of()
          : Map.of(canary, wanted.fraction());
    }

    @Override
    public void move(Share wanted) {
      client.updateAlias(
          update ->
              update
                  .functionName(alias.function)
                  .name(alias.name)
                  .functionVersion(main(wanted))
                  .routingConfig(
                      AliasRoutingConfiguration.builder()
                          .additionalVersionWeights(weights(wanted))
                          .build())
                  .revisionId(revision));
    }
  }
}
