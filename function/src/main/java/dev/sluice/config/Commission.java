package dev.sluice.config;

import dev.sluice.batching.BatchListener;
import dev.sluice.batching.BatchPolicy;
import dev.sluice.batching.BatchSettings;
import dev.sluice.batching.Batcher;
import dev.sluice.batching.Runners;
import dev.sluice.experiment.ErrorRate;
import dev.sluice.experiment.Ledger;
import dev.sluice.inference.Buffers;
import dev.sluice.inference.Loaded;
import dev.sluice.inference.ModelError;
import dev.sluice.onnx.ModelRefused;
import dev.sluice.serving.LiveVersion;
import dev.sluice.serving.WarmUp;

/// Makes a loaded version one that can serve: warm, measured, with a queue and a page in the
/// ledger.
record Commission(
    WarmUp warmUp,
    BatchSettings batching,
    Buffers buffers,
    Runners runners,
    Ledger ledger,
    BatchListener listener) {

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
  /// @throws ModelRefused when it cannot run a single row
  LiveVersion of(Loaded loaded) throws ModelRefused {
    try {
      var policy = BatchPolicy.of(batching, warmUp.measure(loaded));
      String model = loaded.version().model();
      return new LiveVersion(
          loaded,
          new Batcher(loaded.version(), loaded.model(), policy, buffers, runners, listener),
          new ErrorRate(),
          ledger.page(model, loaded.version().name()));
    } catch (ModelError broken) {
      throw new ModelRefused(
          loaded.version() + " fails on made-up input: " + broken.getMessage(), broken);
    }
  }
}
