package dev.sluice.config;

import dev.sluice.admission.ConcurrencyLimit;
import dev.sluice.api.SystemParts;
import dev.sluice.serving.LiveVersion;
import dev.sluice.serving.Serving;
import dev.sluice.store.StoreAddress;
import dev.sluice.telemetry.Build;
import dev.sluice.telemetry.Watched;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToIntFunction;

/// Gathers what an operator may know of this process.
record SystemFacts(Protection protection, Serving serving, Watched.Connections connections) {

  SystemParts of(Settings settings, Core.Manner manner, Control control) {
    Build build = Build.ofThisJar();
    return new SystemParts(
        build.version(),
        build.revision(),
        settings.rollouts().mode().name().toLowerCase(Locale.ROOT),
        manner.process(),
        manner.instants().instant(),
        new SystemParts.Leadership(
            settings.rollouts().store().map(SystemFacts::kind).orElse("sqlite"),
            control::leads,
            control::leased,
            settings.rollouts().tick()),
        this::load,
        List.copyOf(control.deployments()),
        settings.shown());
  }

  private static String kind(StoreAddress address) {
    return switch (address) {
      case StoreAddress.Sqlite file -> "sqlite";
      case StoreAddress.Postgres server -> "postgresql";
      case StoreAddress.Dynamo table -> "dynamodb";
    };
  }

  private SystemParts.Load load() {
    return new SystemParts.Load(
        sum(ConcurrencyLimit::inFlight),
        sum(ConcurrencyLimit::bound),
        queueRows(),
        protection.bytes().used(),
        protection.bytes().bound(),
        connections.open().getAsInt());
  }

  /// Each kind of request has a limit of its own.
  private int sum(ToIntFunction<ConcurrencyLimit> part) {
    return List.of(
            protection.pictures(), protection.texts(), protection.feedback(), protection.tensors())
        .stream()
        .mapToInt(part)
        .sum();
  }

  private long queueRows() {
    long rows = 0;
    for (Map<String, LiveVersion> siblings : serving.versions().values()) {
      for (LiveVersion version : siblings.values()) {
        rows += version.batcher().queuedRows();
      }
    }
    return rows;
  }
}
