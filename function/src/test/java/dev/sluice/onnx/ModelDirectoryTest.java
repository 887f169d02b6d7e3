package dev.sluice.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.inference.Deadline;
import dev.sluice.inference.ElementType;
import dev.sluice.inference.ImageTask;
import dev.sluice.inference.Loaded;
import dev.sluice.inference.ModelError;
import dev.sluice.inference.OutputKind;
import dev.sluice.inference.Tensor;
import dev.sluice.inference.TensorTask;
import dev.sluice.inference.TextTask;
import dev.sluice.onnx.ModelDirectory.Source;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ModelDirectoryTest {
  private static final Path MODELS = Path.of("..", "models");
  private static final Path ODD = Path.of("src", "test", "resources", "models");
  private static final long SECOND = 1_000_000_000L;

  @TempDir Path folder;

  private OnnxRuntime runtime;
  private ModelDirectory directory;

  @BeforeAll
  void start() {
    runtime = OnnxRuntime.start();
    directory = new ModelDirectory(runtime);
  }

  @AfterAll
  void stop() {
    runtime.close();
  }

  private static Deadline inSeconds(int seconds) {
    return new Deadline(System.nanoTime() + seconds * SECOND);
  }

  private static Tensor grey(int rows) {
    return new Tensor.Numbers(
        ElementType.FLOAT,
        List.of((long) rows, 1L, 8L, 8L),
        ByteBuffer.allocateDirect(rows * 64 * Float.BYTES).order(ByteOrder.nativeOrder()));
  }

  @Test
  void aModelSaysItselfWhatItIsFor() throws Exception {
    Loaded digits = directory.load(new Source("digits", "A", MODELS.resolve("vA.onnx")));
    Loaded sms = directory.load(new Source("sms", "v1", MODELS.resolve("sms/v1/model.onnx")));

    assertThat(digits.task()).isInstanceOf(ImageTask.class);
    assertThat(digits.task().labels())
        .containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
    assertThat(digits.model().signature().batched()).isTrue();
    assertThat(sms.task())
        .isEqualTo(new TextTask(OutputKind.PROBABILITIES, List.of("ham", "spam")));
    assertThat(digits.version().digest()).hasSize(64);

    digits.model().close();
    sms.model().close();
  }

  @Test
  void aRunGivesOneRowOfProbabilitiesForEachPicture() throws Exception {
    Loaded digits = directory.load(new Source("digits", "B", MODELS.resolve("vB.onnx")));

    List<Tensor> outputs = digits.model().run(List.of(grey(3)), inSeconds(10));

    assertThat(outputs).hasSize(1);
    assertThat(outputs.getFirst().shape()).containsExactly(3L, 10L);
    FloatBuffer numbers = ((Tensor.Numbers) outputs.getFirst()).data().asFloatBuffer();
    float sum = 0;
    for (int i = 0; i < 10; i++) {
      sum += numbers.get(i);
    }
    assertThat(sum).isBetween(0.999f, 1.001f);
    digits.model().close();
  }

  @Test
  void valuesThatDoNotFitAreTheCallersFault() throws Exception {
    Loaded digits = directory.load(new Source("digits", "A", MODELS.resolve("vA.onnx")));
    var wrongShape =
        new Tensor.Numbers(
            ElementType.FLOAT,
            List.of(1L, 1L, 8L, 4L),
            ByteBuffer.allocateDirect(32 * Float.BYTES).order(ByteOrder.nativeOrder()));

    assertThatThrownBy(() -> digits.model().run(List.of(wrongShape), inSeconds(10)))
        .isInstanceOfSatisfying(
            ModelError.class,
            error -> assertThat(error.kind()).isEqualTo(ModelError.Kind.INVALID_ARGUMENT));
    digits.model().close();
  }

  @Test
  void aRunEndsSoonAfterItsDeadlineAndTheNextOneIsWhole() throws Exception {
    Loaded slow = directory.load(new Source("digits", "C", MODELS.resolve("digits/C/model.onnx")));
    var passed = new Deadline(System.nanoTime());

    // So many rows take minutes; only a run that is ended lets this test end.
    assertThatThrownBy(() -> slow.model().run(List.of(grey(200_000)), passed))
        .isInstanceOfSatisfying(
            ModelError.class,
            error -> assertThat(error.kind()).isEqualTo(ModelError.Kind.CANCELLED));

    assertThat(slow.model().run(List.of(grey(1)), inSeconds(60))).hasSize(1);
    slow.model().close();
  }

  @Test
  void findsVersionsByTheFoldersThatTheyLieIn() throws Exception {
    assertThat(ModelDirectory.find(MODELS))
        .extracting(source -> source.model() + "/" + source.version())
        .containsExactly("digits/C", "sentence/v1", "sentence/v2", "sms/v1", "sms/v2");
    assertThat(ModelDirectory.find(folder.resolve("absent"))).isEmpty();
  }

  @Test
  void passesOverFoldersThatCannotBeNames() throws Exception {
    Path odd = Files.createDirectories(folder.resolve("-x").resolve("v1"));
    Files.copy(MODELS.resolve("vA.onnx"), odd.resolve("model.onnx"));

    assertThat(ModelDirectory.find(folder)).isEmpty();
  }

  @Test
  void aSidecarOverridesWhatTheFileSays() throws Exception {
    Path file = Files.copy(MODELS.resolve("vA.onnx"), folder.resolve("mine.onnx"));
    Files.writeString(
        folder.resolve("mine.json"),
        "{\"sluice.labels\": [\"zero\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\",\"i\",\"j\"],"
            + " \"sluice.output\": \"logits\"}");

    Loaded loaded = directory.load(new Source("digits", "A", file));

    assertThat(loaded.task().labels()).startsWith("zero").hasSize(10);
    assertThat(((ImageTask) loaded.task()).output()).isEqualTo(OutputKind.LOGITS);
    loaded.model().close();
  }

  @Test
  void aModelOfFreeSizeHasTheSizeOfItsMetadataUnlessAskedOtherwise() throws Exception {
    Loaded free = directory.load(new Source("free", "v1", ODD.resolve("free.onnx")));

    ImageTask task = (ImageTask) free.task();

    assertThat(task.width()).isEqualTo(16);
    assertThat(task.channels()).isEqualTo(ImageTask.ChannelOrder.RGB);
    assertThat(task.takes(99)).isTrue();
    free.model().close();
  }

  @Test
  void aFileThatIsAbsentOrNoModelIsRefusedInOneLine() throws IOException {
    Path text = Files.writeString(folder.resolve("model.onnx"), "this is not a model");
    Path cut = folder.resolve("cut.onnx");
    byte[] whole = Files.readAllBytes(MODELS.resolve("vB.onnx"));
    Files.write(cut, java.util.Arrays.copyOf(whole, whole.length / 2));
    Path empty = Files.write(folder.resolve("empty.onnx"), new byte[0]);

    for (Path file : List.of(text, cut, empty, folder.resolve("absent.onnx"))) {
      assertRefused(file, file.getFileName().toString());
    }
  }

  @Test
  void dataOutsideOfTheFileIsNotRead() {
    assertRefused(ODD.resolve("external.onnx"), "external.onnx");
  }

  @Test
  void whatIsNeitherPicturesNorTextsIsForTensors() throws Exception {
    for (String name :
        List.of("two-inputs", "tensors/two-in-two-out", "tensors/looks-like-pictures")) {
      Loaded loaded = directory.load(new Source("any", "v1", ODD.resolve(name + ".onnx")));

      assertThat(loaded.task()).as(name).isEqualTo(new TensorTask(List.of()));
      loaded.model().close();
    }
  }

  @Test
  void aModelMayAskForTensorsItself() throws Exception {
    Loaded loaded =
        directory.load(new Source("any", "v1", ODD.resolve("tensors/declared-tensors.onnx")));

    assertThat(loaded.task()).isEqualTo(new TensorTask(List.of("a", "b")));
    loaded.model().close();
  }

  @Test
  void sequencesAreRefused() {
    assertRefused(ODD.resolve("tensors/sequence.onnx"), "parts is not a tensor");
  }

  @Test
  void aSidecarThatDoesNotFitIsRefused() throws IOException {
    Path file = Files.copy(MODELS.resolve("vA.onnx"), folder.resolve("model.onnx"));

    for (String sidecar :
        List.of(
            "not json",
            "[]",
            "{\"labels\": []}",
            "{\"sluice.task\": \"text\"}",
            "{\"sluice.task\": \"sound\"}",
            "{\"sluice.image.size\": [9, 9]}",
            "{\"sluice.image.channels\": \"RGB\"}",
            "{\"sluice.image.std\": [0]}",
            "{\"sluice.image.scale\": \"much\"}",
            "{\"sluice.labels\": [1, 2]}",
            "{\"sluice.labels\": [\"too\", \"few\"]}",
            "{\"sluice.label\": []}",
            "{\"sluice.output\": \"maybe\"}")) {
      Files.writeString(folder.resolve("model.json"), sidecar);
      assertRefused(file, "model");
    }
  }

  private void assertRefused(Path file, String named) {
    assertThatThrownBy(() -> directory.load(new Source("digits", "A", file)))
        .isInstanceOf(ModelRefused.class)
        .hasMessageContaining(named)
        .message()
        .doesNotContain("\n");
  }
}
