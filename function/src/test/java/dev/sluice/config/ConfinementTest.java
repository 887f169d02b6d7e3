package dev.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.Examined;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Each of these starts a process.
class ConfinementTest {
  private static final int MEGABYTES = 2048;

  @TempDir Path folder;

  private static Examined examined(Path file) {
    return examined(file, Optional.empty());
  }

  private static Examined examined(Path file, Optional<Path> like) {
    return new Confinement(MEGABYTES, Confinement.PATIENCE).examine(file, like);
  }

  private static Path shipped(String name) {
    return Path.of("../models").resolve(name);
  }

  private static Path small(String name) {
    return Path.of("src/test/resources/models").resolve(name);
  }

  @Test
  void aShippedModelCanBeServedInThePlaceOfAnother() {
    Examined examined = examined(shipped("vB.onnx"), Optional.of(shipped("vA.onnx")));

    assertThat(examined.faults()).isEmpty();
    assertThat(examined.task()).contains("image");
    assertThat(examined.digest().orElseThrow()).startsWith("5dd2c9b7");
    assertThat(examined.fileBytes()).isEqualTo(31_063);
    assertThat(examined.signature().orElseThrow().inputs().getFirst().shape())
        .containsExactly(-1L, 1L, 8L, 8L);
  }

  @Test
  void aModelThatAsksForGigabytesIsRefusedAndTakesNothingAlong() {
    Examined examined = examined(small("greedy.onnx"));

    assertThat(examined.faults())
        .isNotEmpty()
        .allMatch(
            fault ->
                fault.contains("Failed to allocate memory")
                    || fault.contains("ended the process that tried it"));
  }

  @Test
  void aFileThatBreaksOffIsRefused() throws IOException {
    byte[] whole = Files.readAllBytes(shipped("vB.onnx"));
    Path half = Files.write(folder.resolve("half.onnx"), Arrays.copyOf(whole, whole.length / 2));

    assertThat(examined(half).faults()).singleElement().asString().doesNotContain("half.onnx");
  }

  @Test
  void aModelThatTakesSomethingElseIsRefusedAndItIsSaidWhat() {
    assertThat(examined(shipped("sms/v1/model.onnx"), Optional.of(shipped("vA.onnx"))).faults())
        .anyMatch(fault -> fault.contains("takes texts, stable takes images"))
        .anyMatch(fault -> fault.contains("other labels"));
  }

  @Test
  void aModelOfTensorsCanBeServedOnlyWhereItsPortsAreTheSame() {
    Path narrow = small("tensors/two-in-two-out.onnx");
    Path wide = small("tensors/two-in-two-out-wider.onnx");

    assertThat(examined(narrow, Optional.of(narrow)).faults()).isEmpty();
    assertThat(examined(narrow).task()).contains("tensor");
    assertThat(examined(wide, Optional.of(narrow)).faults())
        .containsExactly(
            "differs from stable: input a is float[?,3], not float[?,2]",
            "differs from stable: output twice_a is float[?,3], not float[?,2]");
  }

  @Test
  void aModelThatCannotTakeZerosIsNotRefusedForIt() {
    for (String name : List.of("no-zeros", "needs-length-of-four", "matrix-product")) {
      assertThat(examined(small("tensors/" + name + ".onnx")).faults()).as(name).isEmpty();
    }
  }

  @Test
  void aModelWithoutAFiniteAnswerToABlackPictureIsRefused() {
    Path file = copied("free.onnx", "{\"sluice.image.size\": 8, \"sluice.output\": \"logits\"}");

    assertThat(examined(file).faults())
        .anyMatch(fault -> fault.contains("a black picture") && fault.contains("not finite"));
  }

  @Test
  void aModelThatFailsItsOwnCheckIsRefused() throws IOException {
    Path file = folder.resolve("model.onnx");
    Files.copy(shipped("sms/v2/model.onnx"), file);
    Files.writeString(
        folder.resolve("model.json"),
        "{\"sluice.check\": {\"input\": \"See you at seven?\", \"expected\": \"spam\"}}");

    assertThat(examined(file).faults())
        .containsExactly("answers its own check with ham, expected spam");
  }

  @Test
  void aProcessThatTakesTooLongIsEnded() {
    Examined examined =
        new Confinement(MEGABYTES, Duration.ofMillis(1))
            .examine(shipped("vA.onnx"), Optional.empty());

    assertThat(examined.faults()).containsExactly("it took longer than 0 s to try it");
  }

  @Test
  void aProcessWithoutRoomForItselfIsARefusal() {
    Examined examined =
        new Confinement(64, Confinement.PATIENCE).examine(shipped("vA.onnx"), Optional.empty());

    assertThat(examined.faults())
        .singleElement()
        .asString()
        .startsWith("the model ended the process that tried it (out of memory?)");
  }

  private Path copied(String name, String sidecar) {
    try {
      Path file = folder.resolve("model.onnx");
      Files.copy(small(name), file);
      Files.writeString(folder.resolve("model.json"), sidecar);
      return file;
    } catch (IOException broken) {
      throw new IllegalStateException(name, broken);
    }
  }
}
