package dev.sluice.onnx;

import static dev.sluice.inference.Signature.ANY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.inference.ElementType;
import dev.sluice.inference.ImageTask;
import dev.sluice.inference.OutputKind;
import dev.sluice.inference.Signature;
import dev.sluice.inference.Signature.Port;
import dev.sluice.inference.Task;
import dev.sluice.inference.TensorTask;
import dev.sluice.inference.TextTask;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TasksTest {
  private static final Port PICTURES = port("x", ElementType.FLOAT, ANY, 3L, 8L, 8L);
  private static final Port TEXTS = port("x", ElementType.STRING, ANY);
  private static final Port CLASSES = port("p", ElementType.FLOAT, ANY, 2L);
  private static final TensorTask TENSORS = new TensorTask(List.of());

  private static Port port(String name, ElementType type, Long... shape) {
    return new Port(name, type, List.of(shape));
  }

  private static Task task(Port input, Port output, Map<String, String> metadata)
      throws ModelRefused {
    return Tasks.of(new Signature(List.of(input), List.of(output)), new Metadata(metadata));
  }

  @Test
  void picturesAndTextsAreKnownByTheirInput() throws ModelRefused {
    assertThat(task(PICTURES, CLASSES, Map.of())).isInstanceOf(ImageTask.class);
    assertThat(task(TEXTS, CLASSES, Map.of()))
        .isEqualTo(new TextTask(OutputKind.PROBABILITIES, List.of()));
  }

  @Test
  void moreOutputsThanTheOneOfClassesDoNoHarm() throws ModelRefused {
    var signature =
        new Signature(List.of(PICTURES), List.of(port("n", ElementType.INT64, ANY), CLASSES));

    assertThat(Tasks.of(signature, new Metadata(Map.of()))).isInstanceOf(ImageTask.class);
  }

  @Test
  void whatIsNeitherIsForTensors() throws ModelRefused {
    Stream<Port> inputs =
        Stream.of(
            port("other type", ElementType.INT64, ANY, 3L, 8L, 8L),
            port("half floats", ElementType.FLOAT16, ANY, 3L, 8L, 8L),
            port("other rank", ElementType.FLOAT, ANY, 8L),
            port("scalar", ElementType.FLOAT),
            port("five channels", ElementType.FLOAT, ANY, 5L, 8L, 8L),
            port("any size", ElementType.FLOAT, ANY, 3L, ANY, ANY),
            port("any width", ElementType.FLOAT, ANY, 8L, ANY, 3L),
            port("table of texts", ElementType.STRING, ANY, 2L));
    for (Port input : inputs.toList()) {
      assertThat(task(input, CLASSES, Map.of())).as(input.name()).isEqualTo(TENSORS);
    }
    assertThat(task(PICTURES, port("no floats", ElementType.INT64, ANY), Map.of()))
        .isEqualTo(TENSORS);
    assertThat(
            Tasks.of(
                new Signature(List.of(PICTURES, TEXTS), List.of(CLASSES)), new Metadata(Map.of())))
        .isEqualTo(TENSORS);
    assertThat(Tasks.of(new Signature(List.of(), List.of(CLASSES)), new Metadata(Map.of())))
        .isEqualTo(TENSORS);
  }

  @Test
  void whatLooksLikePicturesMayBeForTensors() throws ModelRefused {
    Map<String, String> said =
        Map.of("sluice.task", "tensor", "sluice.labels", "[\"a\",\"b\",\"c\"]");

    assertThat(task(PICTURES, CLASSES, said)).isEqualTo(new TensorTask(List.of("a", "b", "c")));
  }

  @Test
  void aModelThatSaysWhatItIsIsHeldToIt() {
    Port words = port("x", ElementType.STRING, ANY, 2L);

    assertRefused(words, Map.of("sluice.task", "text"), "takes strings of shape [N]: x STRING[-1");
    assertRefused(words, Map.of("sluice.task", "image"), "takes floats of shape [N,C,H,W]");
    assertRefused(PICTURES, Map.of("sluice.task", "text"), "takes strings of shape [N]");
    assertRefused(PICTURES, Map.of("sluice.task", "sound"), "must be image, text or tensor: sound");
    assertRefused(
        port("x", ElementType.FLOAT, ANY, 3L, ANY, ANY),
        Map.of("sluice.task", "image"),
        "sluice.image.size is needed");
  }

  @Test
  void aModelThatSaysHowPicturesBecomeItsInputIsNoModelOfTensors() throws ModelRefused {
    Port anySize = port("x", ElementType.FLOAT, ANY, 3L, ANY, ANY);
    Port flat = port("x", ElementType.FLOAT, ANY, 8L);
    Port words = port("x", ElementType.STRING, ANY, 2L);

    assertThat(task(anySize, CLASSES, Map.of("sluice.image.size", "8")))
        .isInstanceOf(ImageTask.class);
    assertRefused(anySize, Map.of("sluice.image.scale", "1"), "sluice.image.size is needed");
    assertRefused(flat, Map.of("sluice.image.size", "8"), "takes floats of shape [N,C,H,W]");
    assertRefused(flat, Map.of("sluice.output", "logits"), "takes floats of shape [N,C,H,W]");
    assertRefused(words, Map.of("sluice.output", "logits"), "takes strings of shape [N]");
  }

  @Test
  void aModelOfTensorsHasNoUseForWhatReadsClasses() {
    for (String key : List.of("sluice.output", "sluice.check", "sluice.image.fit")) {
      assertRefused(PICTURES, Map.of("sluice.task", "tensor", key, "logits"), "no use for " + key);
    }
  }

  private static void assertRefused(Port input, Map<String, String> metadata, String why) {
    assertThatThrownBy(() -> task(input, CLASSES, metadata))
        .isInstanceOf(ModelRefused.class)
        .hasMessageContaining(why);
  }
}
