package dev.sluice.config;

import dev.sluice.batching.BatchListener;
import dev.sluice.batching.BatchPolicy;
import dev.sluice.batching.BatchSettings;
import dev.sluice.batching.Batcher;
import dev.sluice.batching.CostCurve;
import dev.sluice.batching.Runners;
import dev.sluice.experiment.ErrorRate;
import dev.sluice.experiment.Ledger;
import dev.sluice.inference.Buffers;
import dev.sluice.inference.ImageTask;
import dev.sluice.inference.Loaded;
import dev.sluice.inference.ModelError;
import dev.sluice.inference.TensorTask;
import dev.sluice.inference.TextTask;
import dev.sluice.onnx.ModelRefused;
import dev.sluice.serving.LiveVersion;
import dev.sluice.serving.MadeUp;
import dev.sluice.serving.Statistics;
import dev.sluice.serving.WarmUp;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes a loaded version one that can serve: warm, measured, with a queue and a page in the
/// ledger.
record Commission(
    WarmUp warmUp,
    BatchSettings batching,
    Buffers buffers,
    Runners runners,
    Ledger ledger,
    BatchListener listener) {
  private static final Logger LOG = LoggerFactory.getLogger(Commission.class);

  static Commission of(
      Settings settings,
      WarmUp warmUp,
      Buffers buffers,
      Runners runners,
      Ledger ledger,
      BatchListener listener) {
    return new Commission(warmUp, batching(settings), buffers, runners, ledger, listener);
  }

  private static BatchSettings batching(Settings settings) {
    BatchSettings batching =
        BatchSettings.defaults()
            .withRequestDeadline(settings.limits().deadline())
            .withMaxDelay(settings.batching().maxDelay());
    return settings.batching().maxSize().isPresent()
        ? batching.withMaxRows(settings.batching().maxSize().getAsInt())
        : batching;
  }

  /// Runs the version; blocks, so it wants a platform thread.
  ///
  /// @throws ModelRefused when it cannot run a single row, and that is no fault of the made-up one
  LiveVersion of(Loaded loaded) throws ModelRefused {
    var policy = BatchPolicy.of(batching, curve(loaded));
    String model = loaded.version().model();
    var statistics = new Statistics();
    BatchListener both =
        (version, run) -> {
          statistics.ran(run);
          listener.ran(version, run);
        };
    return new LiveVersion(
        loaded,
        new Batcher(loaded.version(), loaded.model(), policy, buffers, runners, both),
        new ErrorRate(),
        ledger.page(model, loaded.version().name()),
        statistics);
  }

  private CostCurve curve(Loaded loaded) throws ModelRefused {
    try {
      return warmUp.measure(loaded);
    } catch (ModelError broken) {
      switch (loaded.task()) {
        case TensorTask tensors when MadeUp.toBlame(broken, loaded.model().signature()) -> {
          LOG.atWarn()
              .addKeyValue("version", loaded.version())
              .addKeyValue("why", broken.getMessage())
              .log("not warmed up: the model does not take zeros");
          return CostCurve.unmeasured();
        }
        case TensorTask tensors -> throw refused(loaded, broken);
        case ImageTask image -> throw refused(loaded, broken);
        case TextTask text -> throw refused(loaded, broken);
      }
    }
  }

  private static ModelRefused refused(Loaded loaded, ModelError broken) {
    return new ModelRefused(
        loaded.version() + " fails on made-up input: " + broken.getMessage(), broken);
  }
}
