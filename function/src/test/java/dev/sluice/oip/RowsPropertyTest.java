package dev.sluice.oip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.inference.ElementType;
import dev.sluice.inference.Signature;
import dev.sluice.inference.Signature.Port;
import dev.sluice.inference.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// Predictions, taken for instances, are read as what was written; and so are outputs, taken for
/// inputs. Tensors of every type that JSON can say, bit for bit; of NaN only that it is none.
class RowsPropertyTest {
  private static final List<ElementType> TYPES =
      Arrays.stream(ElementType.values()).filter(type -> type != ElementType.BFLOAT16).toList();

  @Property(seed = "1", tries = 3000)
  void whatIsWrittenIsRead(@ForAll long seed) throws BadRequest {
    var random = new Random(seed);
    int rows = 1 + random.nextInt(4);
    var ports = new ArrayList<Port>();
    var tensors = new ArrayList<Tensor>();
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      Tensor tensor = tensor(TYPES.get(random.nextInt(TYPES.size())), rows, random);
      var shape = tensor.shape().stream().map(length -> random.nextBoolean() ? -1 : length);
      ports.add(new Port("t/" + i, tensor.type(), shape.toList()));
      tensors.add(tensor);
    }
    var model = new Signature(ports, ports);
    boolean byRow = random.nextBoolean();
    OptionalLong asked = byRow ? OptionalLong.of(rows) : OptionalLong.empty();

    byte[] written = RowsWriter.write(asked, model, tensors);
    byte[] request =
        new String(written, StandardCharsets.UTF_8)
            .replaceFirst("predictions", "instances")
            .replaceFirst("outputs", "inputs")
            .getBytes(StandardCharsets.UTF_8);
    var buffers = new CountedBuffers();
    RowsRequest read = RowsTest.reader(buffers).read(request, 0, request.length, model);

    assertThat(read.rows()).isEqualTo(asked);
    for (int i = 0; i < count; i++) {
      Tensor tensor = read.infer().inputs().get(i).tensor();
      assertThat(tensor.shape()).isEqualTo(tensors.get(i).shape());
      assertThat(Protocol.values(tensor)).isEqualTo(Protocol.values(tensors.get(i)));
    }
    read.infer().close();
    assertThat(buffers.out()).isZero();
  }

  /// A byte more, less or other: whatever comes of it leaves no buffer behind.
  @Property(seed = "2", tries = 5000)
  void damageIsRefusedOrReadAndLeavesNothing(@ForAll long seed) {
    var random = new Random(seed);
    byte[] body =
        Protocol.bytes(
            random.nextBoolean()
                ? "{\"instances\":[{\"a\":[1,2],\"b\":\"x\"},{\"b\":\"y\",\"a\":[3,4]}]}"
                : "{\"inputs\":{\"a\":[[1,2],[3,4]],\"b\":[\"x\",\"y\"]}}");
    var model =
        new Signature(
            List.of(
                Protocol.port("a", ElementType.INT16, -1, -1),
                Protocol.port("b", ElementType.STRING, -1)),
            List.of(Protocol.port("y", ElementType.FLOAT, -1)));
    for (int i = random.nextInt(3); i >= 0; i--) {
      byte[] with = Protocol.bytes("[]{},:\"1ab \\");
      body[random.nextInt(body.length)] = with[random.nextInt(with.length)];
    }
    int to = random.nextInt(4) == 0 ? random.nextInt(body.length) : body.length;
    var buffers = new CountedBuffers();

    try {
      RowsTest.reader(buffers).read(body, 0, to, model).infer().close();
    } catch (BadRequest refused) {
      assertThat(refused.detail()).isNotEmpty();
    }

    assertThat(buffers.out()).isZero();
  }

  private static Tensor tensor(ElementType type, int rows, Random random) {
    var shape = new ArrayList<Long>();
    shape.add((long) rows);
    for (int i = random.nextInt(3); i > 0; i--) {
      shape.add(1L + random.nextInt(3));
    }
    return Protocol.anyTensor(
        type, shape, random, one -> one.nextBoolean() ? "" : "\"\\ä" + one.nextInt());
  }
}
