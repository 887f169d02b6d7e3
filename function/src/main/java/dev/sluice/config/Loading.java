package dev.sluice.config;

import dev.sluice.onnx.ModelDirectory;
import dev.sluice.onnx.ModelRefused;
import dev.sluice.onnx.OnnxRuntime;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// The models on their way into memory, on a thread of their own: meanwhile the framework starts.
final class Loading {
  private final FutureTask<Stock> task;

  private Loading(FutureTask<Stock> task) {
    this.task = task;
  }

  /// What was loaded, and what runs it.
  record Stock(OnnxRuntime runtime, Fleet fleet) {}

  static Loading begin(Settings settings) {
    var task =
        new FutureTask<>(
            () -> {
              OnnxRuntime runtime = OnnxRuntime.start();
              return new Stock(runtime, Fleet.load(settings, new ModelDirectory(runtime)));
            });
    Thread.ofPlatform().daemon().name("loading").start(task);
    return new Loading(task);
  }

  /// Waits for the models.
  ///
  /// @throws ModelRefused with a line for each file that cannot be served
  Stock await() throws ModelRefused {
    try {
      return task.get();
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof ModelRefused refused) {
        throw refused;
      }
      throw new IllegalStateException("models cannot be loaded", failed.getCause());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("stopped while models were loaded", stopped);
    }
  }
}
