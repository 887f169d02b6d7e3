package dev.sluice.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// One service with small models of every kind of tensor, for all the tests of the Open Inference
/// Protocol: started by the first that wants a [ProtocolClient], stopped after the last.
final class ProtocolService implements ParameterResolver {
  /// Of a model that gives back what it gets, one for each datatype.
  static final List<String> IDENTITIES =
      List.of(
          "bool",
          "uint8",
          "uint16",
          "uint32",
          "uint64",
          "int8",
          "int16",
          "int32",
          "int64",
          "float16",
          "bfloat16",
          "float",
          "double",
          "string");

  private static final List<String> OTHERS =
      List.of(
          "two-in-two-out",
          "scalars",
          "no-batch-axis",
          "look-up",
          "declared-tensors",
          "matrix-product",
          "optional-input",
          "empty-output");

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
    return parameter.getParameter().getType() == ProtocolClient.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext test) {
    return test.getRoot()
        .getStore(ExtensionContext.Namespace.GLOBAL)
        .getOrComputeIfAbsent(ProtocolService.class, first -> Running.start(), Running.class)
        .client();
  }

  /// Puts one of the models of tensors into a folder of models.
  static void put(Path models, String model, String version) throws IOException {
    Path file = Files.createDirectories(models.resolve(model).resolve(version));
    String name = "/models/tensors/" + model + ".onnx";
    try (InputStream small = ProtocolService.class.getResourceAsStream(name)) {
      Files.copy(small, file.resolve("model.onnx"));
    }
  }

  /// Closed by the store that it is in.
  private record Running(Path folder, RunningService service, ProtocolClient client)
      implements AutoCloseable {
    static Running start() {
      try {
        Path folder = Files.createTempDirectory("protocol");
        Path models = folder.resolve("models");
        for (String type : IDENTITIES) {
          put(models, "identity-" + type, "v1");
        }
        for (String model : OTHERS) {
          put(models, model, "v1");
        }
        copy("sms/v1", models);
        copy("sms/v2", models);
        RunningService service =
            RunningService.easy(
                folder,
                Map.of("MODELS_DIR", models.toString(), "AB_WEIGHT_A", "1", "AB_WEIGHT_B", "0"));
        return new Running(folder, service, new ProtocolClient(service));
      } catch (IOException | InterruptedException failed) {
        throw new AssertionError("the service does not start", failed);
      }
    }

    private static void copy(String version, Path models) throws IOException {
      Path file = Path.of("models", version, "model.onnx");
      Path to = Files.createDirectories(models.resolve(version)).resolve("model.onnx");
      Files.copy(RunningService.home().resolve(file), to);
    }

    @Override
    public void close() throws IOException {
      service.close();
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
