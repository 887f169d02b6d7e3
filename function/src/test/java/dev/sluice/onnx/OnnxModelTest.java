package dev.sluice.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.inference.Deadline;
import dev.sluice.inference.ElementType;
import dev.sluice.inference.ModelError;
import dev.sluice.inference.Signature;
import dev.sluice.inference.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What goes in comes out, bit for bit, whatever the type and shape.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OnnxModelTest {
  private static final Path TENSORS = Path.of("src", "test", "resources", "models", "tensors");
  private static final String EMOJI = "\uD83D\uDE00";
  private static final List<String> TEXTS =
      List.of("", "plain", "Où? 日本", EMOJI, "nul\u0000inside", "half \uD83D of a pair");

  private OnnxRuntime runtime;

  @BeforeAll
  void start() {
    runtime = OnnxRuntime.start();
  }

  @AfterAll
  void stop() {
    runtime.close();
  }

  private OnnxModel model(String name) throws Exception {
    return runtime.load(ModelFile.read(TENSORS.resolve(name + ".onnx")).bytes());
  }

  private OnnxModel identity(ElementType type) throws Exception {
    return model("identity-" + type.name().toLowerCase(Locale.ROOT));
  }

  private static Deadline soon() {
    return new Deadline(System.nanoTime() + 10_000_000_000L);
  }

  /// Any bits, those of what is no number among them; a boolean is 0 or 1.
  private static Tensor any(ElementType type, List<Long> shape) {
    int elements = Math.toIntExact(Tensor.elements(shape));
    if (type == ElementType.STRING) {
      return new Tensor.Strings(
          shape, IntStream.range(0, elements).mapToObj(i -> TEXTS.get(i % TEXTS.size())).toList());
    }
    byte[] bytes = new byte[elements * type.bytes()];
    new Random(7).nextBytes(bytes);
    for (int i = 0; i < bytes.length && type == ElementType.BOOL; i++) {
      bytes[i] = (byte) (bytes[i] & 1);
    }
    return new Tensor.Numbers(type, shape, direct(bytes));
  }

  private static ByteBuffer direct(byte[] bytes) {
    return ByteBuffer.allocateDirect(bytes.length)
        .order(ByteOrder.nativeOrder())
        .put(bytes)
        .flip()
        .order(ByteOrder.nativeOrder());
  }

  private static Tensor floats(List<Long> shape, float... values) {
    var data = ByteBuffer.allocateDirect(values.length * Float.BYTES);
    data.order(ByteOrder.nativeOrder()).asFloatBuffer().put(values);
    return new Tensor.Numbers(ElementType.FLOAT, shape, data);
  }

  private static Tensor longs(List<Long> shape, long... values) {
    var data = ByteBuffer.allocateDirect(values.length * Long.BYTES);
    data.order(ByteOrder.nativeOrder()).asLongBuffer().put(values);
    return new Tensor.Numbers(ElementType.INT64, shape, data);
  }

  @ParameterizedTest
  @EnumSource(ElementType.class)
  void everyTypeComesBackBitForBit(ElementType type) throws Exception {
    try (OnnxModel model = identity(type)) {
      Tensor in = any(type, List.of(3L, 5L));

      assertThat(model.run(List.of(in), soon())).containsExactly(in);
      assertThat(model.signature().inputs())
          .containsExactly(new Signature.Port("x", type, List.of(Signature.ANY, Signature.ANY)));
    }
  }

  @ParameterizedTest
  @EnumSource(ElementType.class)
  void anAxisMayHaveNoLengthAtAll(ElementType type) throws Exception {
    try (OnnxModel model = identity(type)) {
      for (List<Long> shape : List.of(List.of(0L, 5L), List.of(3L, 0L), List.of(0L, 0L))) {
        Tensor in = any(type, shape);

        assertThat(model.run(List.of(in), soon())).containsExactly(in);
      }
    }
  }

  @Test
  void everyTypeHasScalars() throws Exception {
    try (OnnxModel model = model("scalars")) {
      var in = new ArrayList<Tensor>();
      for (Signature.Port port : model.signature().inputs()) {
        in.add(any(port.type(), List.of()));
      }

      assertThat(in).hasSize(ElementType.values().length);
      assertThat(model.run(in, soon())).isEqualTo(in);
    }
  }

  @Test
  void numbersOnTheHeapAreTakenToo() throws Exception {
    for (ElementType type : List.of(ElementType.FLOAT, ElementType.UINT32, ElementType.BOOL)) {
      try (OnnxModel model = identity(type)) {
        var heap = ByteBuffer.allocate(2 * type.bytes()).order(ByteOrder.nativeOrder());
        heap.put(0, (byte) 1);
        Tensor in = new Tensor.Numbers(type, List.of(1L, 2L), heap);

        assertThat(model.run(List.of(in), soon())).containsExactly(in);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(value = ElementType.class, names = "STRING", mode = EnumSource.Mode.EXCLUDE)
  void aBufferIsReadFromItsPositionToItsLimit(ElementType type) throws Exception {
    try (OnnxModel model = identity(type)) {
      var whole = ((Tensor.Numbers) any(type, List.of(4L, 1L))).data();
      ByteBuffer part = whole.duplicate().order(ByteOrder.nativeOrder());
      part.position(type.bytes()).limit(3 * type.bytes());
      Tensor in = new Tensor.Numbers(type, List.of(2L, 1L), part);

      assertThat(model.run(List.of(in), soon())).containsExactly(in);
      assertThat(part.position()).isEqualTo(type.bytes());
    }
  }

  @Test
  void severalInputsAndOutputsKeepTheirOrder() throws Exception {
    try (OnnxModel model = model("two-in-two-out")) {
      assertThat(
              model.run(
                  List.of(floats(List.of(1L, 2L), 1f, 2f), longs(List.of(1L, 1L), 5)), soon()))
          .containsExactly(floats(List.of(1L, 2L), 2f, 4f), longs(List.of(1L, 1L), -5));
    }
  }

  @Test
  void anOutputMayBeEmpty() throws Exception {
    try (OnnxModel model = model("empty-output")) {
      assertThat(model.run(List.of(floats(List.of(2L), 0f, 0f)), soon()))
          .containsExactly(longs(List.of(1L, 0L)));
      assertThat(model.run(List.of(floats(List.of(2L), 0f, 9f)), soon()))
          .containsExactly(longs(List.of(1L, 1L), 1));
    }
  }

  @Test
  void aModelMayNeedNoInput() throws Exception {
    try (OnnxModel model = model("nothing-in")) {
      assertThat(model.run(List.of(), soon())).containsExactly(floats(List.of(1L), 7f));
    }
  }

  @Test
  void anInputWithADefaultIsNotShownAndHasItsDefault() throws Exception {
    try (OnnxModel model = model("optional-input")) {
      assertThat(model.signature().inputs()).extracting(Signature.Port::name).containsExactly("x");
      assertThat(model.run(List.of(floats(List.of(2L), 1f, 3f)), soon()))
          .containsExactly(floats(List.of(2L), 2f, 6f));
    }
  }

  @Test
  void anInputThatDoesNotSayItsRankLooksLikeAScalar() throws Exception {
    try (OnnxModel model = model("rank-not-said")) {
      assertThat(model.signature().inputs().getFirst().shape()).isEmpty();
      Tensor in = floats(List.of(1L, 2L), 1f, 2f);
      assertThat(model.run(List.of(in), soon())).containsExactly(in);
    }
  }

  @Test
  void aValueThatTheModelCannotTakeIsTheCallersFault() throws Exception {
    try (OnnxModel model = model("look-up")) {
      assertThat(model.run(List.of(longs(List.of(2L), 2, 0)), soon()))
          .containsExactly(floats(List.of(2L), 30f, 10f));
      assertRefused(model, longs(List.of(1L), 3));
      assertRefused(model, floats(List.of(1L), 0f));
      assertRefused(model, longs(List.of(1L, 1L), 0));
    }
  }

  @Test
  void unsignedAndSignedAreNotTheSame() throws Exception {
    try (OnnxModel model = identity(ElementType.UINT16)) {
      assertRefused(model, any(ElementType.INT16, List.of(1L, 1L)));
    }
    try (OnnxModel model = identity(ElementType.INT16)) {
      assertRefused(model, any(ElementType.UINT16, List.of(1L, 1L)));
    }
  }

  private static void assertRefused(OnnxModel model, Tensor in) {
    assertThatThrownBy(() -> model.run(List.of(in), soon()))
        .isInstanceOfSatisfying(
            ModelError.class,
            error -> assertThat(error.kind()).isEqualTo(ModelError.Kind.INVALID_ARGUMENT));
  }

  @Test
  void theModelsOwnTextsComeOutUpToTheEmoji() throws Exception {
    try (OnnxModel model = model("texts-of-its-own")) {
      var found = (Tensor.Strings) model.run(List.of(longs(List.of(3L), 0, 1, 2)), soon()).get(0);

      assertThat(found.values()).startsWith("plain", "日本").doesNotContain(EMOJI);
    }
  }

  @Test
  void sequencesAreNotSupported() {
    assertThatThrownBy(() -> model("sequence"))
        .isInstanceOf(ModelError.class)
        .hasMessage("parts is not a tensor");
  }

  @Test
  void manyRunsAtOnceDoNotMixTheirUnsignedInputs() throws Exception {
    try (OnnxModel model = identity(ElementType.UINT64)) {
      List<Tensor> different =
          IntStream.range(0, 64)
              .<Tensor>mapToObj(
                  i -> {
                    var data = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
                    data.putLong(0, -1L - i);
                    return new Tensor.Numbers(ElementType.UINT64, List.of(1L, 1L), data);
                  })
              .toList();

      List<Tensor> back = Collections.synchronizedList(new ArrayList<>());
      List<Tensor> wrong =
          different.parallelStream()
              .filter(
                  in -> {
                    try {
                      Tensor out = model.run(List.of(in), soon()).getFirst();
                      back.add(out);
                      return !out.equals(in);
                    } catch (ModelError broken) {
                      return true;
                    }
                  })
              .toList();

      assertThat(wrong).isEmpty();
      assertThat(back).hasSize(64);
    }
  }
}
