package dev.sluice.oip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.inference.ElementType;
import dev.sluice.inference.Signature;
import dev.sluice.inference.Signature.Port;
import dev.sluice.inference.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// An answer, taken for a request by turning its outputs into inputs, is read as what was written:
/// tensors of every type in both forms, bit for bit; of NaN only that it is none.
class RoundTripPropertyTest {
  private static final List<ElementType> TYPES = List.of(ElementType.values());

  @Property(seed = "1", tries = 3000)
  void whatIsWrittenIsRead(@ForAll long seed) {
    var random = new Random(seed);
    var ports = new ArrayList<Port>();
    var tensors = new ArrayList<Tensor>();
    var wanted = new ArrayList<Wanted>();
    int count = random.nextInt(4);
    for (int i = 0; i < count; i++) {
      ElementType type = TYPES.get(random.nextInt(TYPES.size()));
      Tensor tensor = tensor(type, random);
      boolean binary = type == ElementType.BFLOAT16 || random.nextBoolean();
      ports.add(new Port("t" + i, type, tensor.shape().stream().map(length -> -1L).toList()));
      tensors.add(tensor);
      wanted.add(new Wanted(i, OutputsReading.form(binary), OptionalInt.empty()));
    }
    var model = new Signature(ports, ports);

    var written =
        InferWriter.write("m", "1", Optional.of("ï"), Map.of(), model, tensors, wanted, List.of());
    var read = asRequest(written, model);

    assertThat(read.request().id()).contains("ï");
    assertThat(read.tensors()).hasSameSizeAs(tensors);
    for (int i = 0; i < count; i++) {
      assertThat(read.tensors().get(i).shape()).isEqualTo(tensors.get(i).shape());
      assertThat(Protocol.values(read.tensors().get(i))).isEqualTo(Protocol.values(tensors.get(i)));
    }
  }

  private static Protocol.Read asRequest(InferWriter.Written written, Signature model) {
    int to = written.jsonBytes().orElse(written.body().length);
    String json = new String(written.body(), 0, to, StandardCharsets.UTF_8);
    byte[] request =
        json.replace("\"outputs\":", "\"parameters\":{\"binary_data_output\":true},\"inputs\":")
            .getBytes(StandardCharsets.UTF_8);
    byte[] body = new byte[request.length + written.body().length - to];
    System.arraycopy(request, 0, body, 0, request.length);
    System.arraycopy(written.body(), to, body, request.length, written.body().length - to);
    return Protocol.read(body, OptionalLong.of(request.length), model, Set.of(), Protocol.LIMITS);
  }

  private static Tensor tensor(ElementType type, Random random) {
    var shape = new ArrayList<Long>();
    int rank = random.nextInt(4);
    for (int i = 0; i < rank; i++) {
      shape.add((long) random.nextInt(5));
    }
    return Protocol.anyTensor(type, shape, random, RoundTripPropertyTest::text);
  }

  private static String text(Random random) {
    return random
        .ints(random.nextInt(6), 0, Character.MAX_CODE_POINT + 1)
        .map(point -> random.nextBoolean() ? point & 0x7F : point)
        .filter(point -> point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
