package dev.sluice.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import dev.sluice.inference.ModelError;
import java.nio.ByteBuffer;

/// The one ONNX runtime of this process and the watchdog that ends runs which nobody waits for.
///
/// The runtime has a single environment a process, and the first to ask for it decides its
/// threads: one for each run, never spinning, shared by all sessions. Measured: more threads for
/// one run, spinning ones above all, cost up to 2.5 times the CPU and answered no sooner under
/// load. Thread-safe.
public final class OnnxRuntime implements AutoCloseable {
  /// Where a model may find data outside of its file: in a place that can have no files. Without
  /// it the runtime reads any file of the working folder that a model names.
  private static final String NO_FOLDER = "/dev/null";

  private final OrtEnvironment environment;
  private final Watchdog watchdog;

  private OnnxRuntime(OrtEnvironment environment, Watchdog watchdog) {
    this.environment = environment;
    this.watchdog = watchdog;
  }

  /// Starts the runtime, or takes the one that this process has already.
  public static OnnxRuntime start() {
    return new OnnxRuntime(environment(), Watchdog.start());
  }

  private static OrtEnvironment environment() {
    try (var threads = new OrtEnvironment.ThreadingOptions()) {
      threads.setGlobalIntraOpNumThreads(1);
      threads.setGlobalInterOpNumThreads(1);
      threads.setGlobalSpinControl(false);
      OrtEnvironment environment =
          OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "sluice", threads);
      environment.setTelemetry(false);
      return environment;
    } catch (IllegalStateException alreadyStarted) {
      // Threads can only be chosen by the first caller; a second runtime in a process shares the
      // first's.
      return OrtEnvironment.getEnvironment();
    } catch (OrtException broken) {
      throw new IllegalStateException("ONNX Runtime does not start", broken);
    }
  }

  /// Loads a model from the bytes of its file; data outside of the file is not looked for.
  ///
  /// @param file a direct buffer, read to its limit
  /// @throws ModelError when the file is not a model that this runtime can run
  OnnxModel load(ByteBuffer file) throws ModelError {
    try {
      return OnnxModel.of(environment, session(file), this::session, watchdog);
    } catch (OrtException refused) {
      throw new ModelError(
          ModelError.Kind.INVALID_ARGUMENT, Messages.oneLine(refused.getMessage()), refused);
    }
  }

  private OrtSession session(ByteBuffer file) throws OrtException {
    try (var options = new OrtSession.SessionOptions()) {
      options.disablePerSessionThreads();
      options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      options.addConfigEntry("session.model_external_initializers_file_folder_path", NO_FOLDER);
      return environment.createSession(file, options);
    }
  }

  /// Stops the watchdog; the environment itself lives as long as the process.
  @Override
  public void close() {
    watchdog.close();
  }
}
