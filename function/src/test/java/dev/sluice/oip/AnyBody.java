package dev.sluice.oip;

import static dev.sluice.oip.Protocol.port;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.inference.ElementType;
import dev.sluice.inference.Signature;
import dev.sluice.inference.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/// What must hold for whatever comes, whoever made it up: a request that fits its model, or a
/// refusal with a pointer; buffers that come back; and no more memory than the limits allow.
final class AnyBody {
  private static final Limits LIMITS = new Limits(4096, 16, 64);

  private static final List<Signature> MODELS = models();

  private static final int HEAD = 3;

  private static final Path CORPUS =
      Path.of("src/test/resources/dev/sluice/oip/InferReaderFuzzTestInputs");

  private AnyBody() {}

  /// A model for each type, with free axes, fixed ones and none, and one with several inputs.
  private static List<Signature> models() {
    var models = new ArrayList<Signature>();
    for (ElementType type : ElementType.values()) {
      models.add(
          new Signature(List.of(port("x", type, -1)), List.of(port("y", ElementType.FLOAT, -1))));
    }
    models.add(Protocol.model(ElementType.FLOAT, 2, 2));
    models.add(Protocol.model(ElementType.INT64));
    models.add(
        new Signature(
            List.of(
                port("x", ElementType.FLOAT, -1, 2),
                port("b", ElementType.STRING, -1),
                port("c", ElementType.BOOL, -1)),
            List.of(port("y", ElementType.FLOAT, -1, 3), port("z", ElementType.STRING, -1))));
    return List.copyOf(models);
  }

  /// The first byte chooses the model, the next two how much of the rest is JSON: 0xFFFF for no
  /// header, and a share of 0xFFFE else.
  ///
  /// @return whether it was read
  static boolean mustHold(byte[] input) {
    if (input.length < HEAD) {
      return false;
    }
    Signature model = MODELS.get((input[0] & 0xFF) % MODELS.size());
    long part = (input[1] & 0xFFL) << 8 | (input[2] & 0xFFL);
    int length = input.length - HEAD;
    OptionalLong header =
        part == 0xFFFF ? OptionalLong.empty() : OptionalLong.of(part * length / 0xFFFE);
    var buffers = new CountedBuffers();
    var reader = new InferReader(buffers, LIMITS);
    boolean read = false;
    try (InferRequest request =
        reader.read(input, HEAD, input.length, header, model, Set.of("c"))) {
      mustFit(request, model);
      read = true;
    } catch (BadRequest refused) {
      assertThat(refused.detail()).isNotBlank().hasSizeLessThan(500);
      assertThat(refused.pointer()).matches("(/[a-z0-9_]+)*");
    }
    assertThat(buffers.out()).as("buffers that did not come back").isZero();
    assertThat(buffers.bytesTaken()).isLessThanOrEqualTo(LIMITS.maxTensorBytes());
    return read;
  }

  private static void mustFit(InferRequest request, Signature model) {
    for (Given given : request.inputs()) {
      Signature.Port port = model.inputs().get(given.port());
      assertThat(given.tensor().type()).isEqualTo(port.type());
      assertThat(given.tensor().shape()).hasSameSizeAs(port.shape());
      if (given.tensor() instanceof Tensor.Strings strings) {
        assertThat(strings.values()).hasSizeLessThanOrEqualTo(LIMITS.maxElementsOfStrings());
      }
    }
    assertThat(request.outputs()).hasSizeLessThanOrEqualTo(model.outputs().size());
    request.id().ifPresent(AnyBody::mustBeUnicode);
    InferWriter.write(
        "m", "1", request.id(), Map.of(), model, zeros(model), request.outputs(), List.of());
  }

  private static void mustBeUnicode(String id) {
    assertThat(id.codePoints().noneMatch(AnyBody::surrogate)).isTrue();
  }

  private static boolean surrogate(int point) {
    return point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
  }

  private static List<Tensor> zeros(Signature model) {
    return model.outputs().stream().map(AnyBody::zero).toList();
  }

  private static Tensor zero(Signature.Port port) {
    List<Long> shape = port.shape().stream().map(length -> length < 0 ? 1 : length).toList();
    int elements = (int) Tensor.elements(shape);
    return port.type() == ElementType.STRING
        ? new Tensor.Strings(shape, java.util.Collections.nCopies(elements, "é"))
        : new Tensor.Numbers(
            port.type(),
            shape,
            ByteBuffer.allocate(elements * port.type().bytes()).order(ByteOrder.nativeOrder()));
  }

  /// Bodies that fit their models, to begin with: the corpus of the fuzz test, beside which it
  /// makes a folder for what it finds.
  static List<byte[]> good() {
    try (Stream<Path> files = Files.list(CORPUS)) {
      return files.filter(Files::isRegularFile).sorted().map(AnyBody::bytes).toList();
    } catch (IOException missing) {
      throw new UncheckedIOException(missing);
    }
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException missing) {
      throw new UncheckedIOException(missing);
    }
  }
}
