package dev.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.inference.TensorTask;
import dev.sluice.onnx.ModelDirectory;
import dev.sluice.onnx.ModelRefused;
import dev.sluice.onnx.OnnxRuntime;
import dev.sluice.routing.Split;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FleetTest {
  private static final Path SHIPPED = Path.of("..", "models");
  private static final Path TENSORS = Path.of("src", "test", "resources", "models", "tensors");

  @TempDir Path folder;

  private OnnxRuntime runtime;

  @BeforeEach
  void start() {
    runtime = OnnxRuntime.start();
  }

  @AfterEach
  void stop() {
    runtime.close();
  }

  private void put(Path file, String version) throws Exception {
    Files.copy(file, Files.createDirectories(folder.resolve(version)).resolve("model.onnx"));
  }

  private Fleet load() throws Exception {
    Map<String, String> environment =
        Map.of(
            "MODELS_DIR", folder.toString(),
            "MODEL_VA_PATH", SHIPPED.resolve("vA.onnx").toString(),
            "MODEL_VB_PATH", SHIPPED.resolve("vB.onnx").toString());
    Settings settings =
        SettingsReader.read(setting -> Optional.ofNullable(environment.get(setting.variable())));
    return Fleet.load(settings, new ModelDirectory(runtime));
  }

  @Test
  void modelsOfTensorsStandBesideThoseOfPictures() throws Exception {
    put(TENSORS.resolve("two-in-two-out.onnx"), "sums/v1");
    put(TENSORS.resolve("two-in-two-out.onnx"), "sums/v2");

    Fleet fleet = load();

    assertThat(fleet.versions()).containsOnlyKeys("digits", "sums");
    assertThat(fleet.versions().getOrDefault("sums", new LinkedHashMap<>()).values())
        .hasSize(2)
        .allMatch(loaded -> loaded.task().equals(new TensorTask(List.of())));
    assertThat(fleet.splits()).extractingByKey("sums").extracting(Split::stable).isEqualTo("v1");
  }

  @Test
  void aVersionWithOtherPortsIsRefusedAndThePortIsNamed() throws Exception {
    put(TENSORS.resolve("two-in-two-out.onnx"), "sums/v1");
    put(TENSORS.resolve("two-in-two-out-wider.onnx"), "sums/v2");

    assertThatThrownBy(this::load)
        .isInstanceOf(ModelRefused.class)
        .hasMessageContaining("sums/v2/model.onnx: takes or gives something else than version v1")
        .hasMessageContaining("input a is float[?,3], not float[?,2]");
  }

  @Test
  void aModelOfTensorsIsNotOneOfTexts() throws Exception {
    put(TENSORS.resolve("two-in-two-out.onnx"), "sms/v1");

    assertThatThrownBy(this::load)
        .isInstanceOf(ModelRefused.class)
        .hasMessageContaining("SMS_MODEL must be models of texts");
  }
}
