package dev.sluice.aws;

import dev.sluice.control.Outside;
import dev.sluice.control.OutsideAddress.Alias;
import dev.sluice.control.ReadBack;
import dev.sluice.rollout.Report;
import dev.sluice.rollout.Rollout;
import dev.sluice.routing.Share;
import dev.sluice.routing.Split;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.AliasRoutingConfiguration;
import software.amazon.awssdk.services.lambda.model.GetFunctionConfigurationResponse;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;
import software.amazon.awssdk.services.lambda.model.State;

/// Moves traffic between two versions of a Lambda function by the weights of an alias. The versions
/// of the model are called what the versions of the function are: `7`, `8`.
///
/// Each move names the revision of the alias that was read, so that it cannot undo what somebody
/// else did meanwhile, and says the weights even where there are none: left out, the old ones stay,
/// and a promoted version would be weighed against itself. A promotion is one call.
///
/// The split is per request: no caller stays with a version. Belongs to one thread, but for
/// [#inEffect].
public final class LambdaAliasActuator implements Outside, AutoCloseable {
  private final LambdaClient client;
  private final Alias alias;
  private final ReadBack readBack;

  LambdaAliasActuator(LambdaClient client, Alias alias, InstantSource clock) {
    this.client = client;
    this.alias = alias;
    this.readBack = new ReadBack(new Weights(client, alias), clock);
  }

  /// With what the environment says of region, endpoint and credentials.
  public static LambdaAliasActuator of(Alias alias, InstantSource clock) {
    return new LambdaAliasActuator(Clients.lambda(), alias, clock);
  }

  @Override
  public String model() {
    return alias.model();
  }

  @Override
  public Split split() throws Refused {
    return Said.asked(alias.toString(), () -> AliasAsRead.of(client, alias).split());
  }

  /// A version is ready when Lambda calls it active: with SnapStart that is when it has its
  /// snapshot. One that was idle for so long that Lambda put it away becomes active again only when
  /// it is invoked, so that there is nothing to wait for.
  @Override
  public Optional<Report> readiness(String version) throws Refused {
    if (!AliasAsRead.isVersion(version)) {
      return Optional.of(new Report.LoadFailed(noVersion(version)));
    }
    String name = "version %s of function %s".formatted(version, alias.function());
    return Said.asked(name, () -> readiness(name, version));
  }

  private Optional<Report> readiness(String name, String version) {
    try {
      GetFunctionConfigurationResponse found =
          client.getFunctionConfiguration(
              get -> get.functionName(alias.function()).qualifier(version));
      if (found.state() == State.ACTIVE) {
        return Optional.of(new Report.Loaded());
      }
      boolean never = found.state() == State.FAILED || found.state() == State.INACTIVE;
      return never
          ? Optional.of(
              new Report.LoadFailed(
                  "%s is %s: %s".formatted(name, found.stateAsString(), found.stateReason())))
          : Optional.empty();
    } catch (ResourceNotFoundException none) {
      return Optional.of(new Report.LoadFailed("there is no " + name + ": " + Said.by(none)));
    }
  }

  private static String noVersion(String version) {
    return "version %s must be called what the function's version is, a number".formatted(version);
  }

  @Override
  public Optional<Instant> inEffectSince(Rollout rollout) {
    return readBack.inEffectSince(rollout);
  }

  @Override
  public void apply(Rollout rollout, Current current) throws Refused {
    readBack.apply(rollout, current);
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
      if (!rollout.model().equals(alias.model())) {
        throw new Refused(
            "%s is of model %s, not of %s".formatted(alias, alias.model(), rollout.model()));
      }
      return new Found(
          client,
          Said.asked(name(), () -> AliasAsRead.of(client, alias)),
          numbered(rollout.stable()),
          numbered(rollout.canary()));
    }

    private static String numbered(String version) throws Refused {
      if (!AliasAsRead.isVersion(version)) {
        throw new Refused(noVersion(version));
      }
      return version;
    }
  }

  /// An alias between the two versions of a rollout.
  private record Found(LambdaClient client, AliasAsRead read, String stable, String canary)
      implements ReadBack.Split {

    @Override
    public Optional<Share> share() {
      double part = read.part(canary);
      return part >= 0 && part <= 1 ? Optional.of(AliasAsRead.atLeast(part)) : Optional.empty();
    }

    @Override
    public String revision() {
      return read.revision();
    }

    @Override
    public boolean is(Share wanted) {
      return read.is(main(wanted), weights(wanted));
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
    public Optional<String> move(Share wanted) {
      return Said.against(
          () ->
              client.updateAlias(
                  update ->
                      update
                          .functionName(read.alias().function())
                          .name(read.alias().name())
                          .functionVersion(main(wanted))
                          .routingConfig(
                              AliasRoutingConfiguration.builder()
                                  .additionalVersionWeights(weights(wanted))
                                  .build())
                          .revisionId(read.revision())));
    }
  }
}
