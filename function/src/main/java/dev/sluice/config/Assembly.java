package dev.sluice.config;

import dev.sluice.admission.Gate;
import dev.sluice.api.Api;
import dev.sluice.api.ApiListener;
import dev.sluice.api.ApiParts;
import dev.sluice.api.ApiRules;
import dev.sluice.api.MetricsPage;
import dev.sluice.api.Models;
import dev.sluice.api.RolloutParts;
import dev.sluice.api.SystemParts;
import dev.sluice.experiment.ErrorRate;
import dev.sluice.experiment.FirstFeedback;
import dev.sluice.experiment.Ledger;
import dev.sluice.experiment.OutcomeToken;
import dev.sluice.inference.Buffers;
import dev.sluice.routing.Routes;
import dev.sluice.routing.SigningKeys;
import dev.sluice.routing.Turns;
import dev.sluice.serving.Inputs;
import dev.sluice.serving.LiveVersion;
import dev.sluice.serving.Serving;
import dev.sluice.serving.ServingListener;
import dev.sluice.serving.Shadows;
import dev.sluice.serving.WarmUp;
import dev.sluice.telemetry.Build;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// Puts the request's way together, for real traffic and for the rehearsal before it.
record Assembly(
    Settings settings,
    SigningKeys keys,
    Protection protection,
    Fleet fleet,
    Map<String, Map<String, LiveVersion>> live,
    Buffers buffers,
    Inputs inputs,
    WarmUp warmUp,
    Ledger ledger,
    Lifecycle lifecycle,
    Core.Manner manner) {
  /// The same machine, with records of its own: what a rehearsal does is nobody's traffic.
  Assembly unrecorded() {
    var scrap = new Ledger(() -> "rehearsal", ledger.started(), 1);
    var silent = new HashMap<String, Map<String, LiveVersion>>();
    live.forEach(
        (model, siblings) -> {
          var versions = new HashMap<String, LiveVersion>();
          siblings.forEach(
              (name, version) ->
                  versions.put(
                      name,
                      new LiveVersion(
                          version.loaded(),
                          version.batcher(),
                          new ErrorRate(),
                          scrap.page(model, name))));
          silent.put(model, versions);
        });
    return new Assembly(
        settings,
        keys,
        protection,
        fleet,
        silent,
        buffers,
        inputs,
        warmUp,
        scrap,
        lifecycle,
        manner);
  }

  /// The way from a call to its reply.
  Serving serving(ServingListener servingListener) {
    var shadows =
        new Shadows(
            protection.slots(),
            () ->
                protection.pictures().hasSpareRoom()
                    && protection.texts().hasSpareRoom()
                    && protection.tensors().hasSpareRoom(),
            manner.copies(),
            inputs,
            servingListener);
    return new Serving(
        Routes.of(fleet.splits(), 1),
        live,
        new Turns(),
        inputs,
        shadows,
        ledger,
        servingListener,
        System::nanoTime,
        manner.instants());
  }

  /// @param gate rates that hold; a rehearsal has none
  /// @param kept what outlives this process
  Api api(
      Gate gate,
      Serving serving,
      Models models,
      Kept kept,
      ApiListener apiListener,
      MetricsPage metrics)
      throws IOException {
    return new Api(
        rules(),
        new ApiParts(
            Build.ofThisJar().version(),
            serving,
            warmUp,
            models,
            kept.rollouts(),
            kept.underWay(),
            protection.decoder(),
            gate,
            protection.bytes(),
            protection.pixels(),
            settings.network().trustedProxies(),
            protection.pictures(),
            protection.texts(),
            protection.feedback(),
            protection.tensors(),
            buffers,
            protection.slots(),
            kept.feedback(),
            lifecycle,
            metrics,
            apiListener,
            openApi(),
            ConsoleFiles.read(),
            kept.system(),
            System::nanoTime,
            manner.instants(),
            manner.chance()));
  }

  /// What the API asks of the control plane.
  ///
  /// @param underWay the rollout of a model, as it was seen last
  record Kept(
      RolloutParts rollouts,
      SystemParts system,
      FirstFeedback feedback,
      Function<String, Optional<OutcomeToken.Rollout>> underWay) {}

  private ApiRules rules() {
    return new ApiRules(
        Fleet.DEFAULT_MODEL,
        settings.models().sentence(),
        settings.models().sms(),
        settings.limits().maxBatch(),
        settings.limits().maxBodyBytes(),
        settings.limits().maxPixels(),
        settings.limits().deadline(),
        settings.routing().callerKeyHeader(),
        settings.routing().stickyCookie(),
        keys,
        settings.feedback().life(),
        switch (settings.routing().experimentHeader()) {
          case ON -> ApiRules.ExperimentHeader.ON;
          case OFF -> ApiRules.ExperimentHeader.OFF;
        },
        settings.access().adminToken(),
        settings.access().viewerToken(),
        settings.access().apiKeys(),
        settings.adapters());
  }

  private static byte[] openApi() throws IOException {
    try (InputStream document = Assembly.class.getResourceAsStream("/openapi.yml")) {
      if (document == null) {
        throw new IOException("openapi.yml is missing from the jar");
      }
      return document.readAllBytes();
    }
  }
}
