package dev.sluice.oip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.inference.ElementType;
import dev.sluice.inference.Signature;
import dev.sluice.inference.Signature.Port;
import dev.sluice.inference.Tensor;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;

/// Requests as callers write them, read with buffers that are counted.
final class Protocol {
  static final Limits LIMITS = Limits.of(1 << 20, 1000);

  private Protocol() {}

  /// A model with one input x and one output y of the same type and shape.
  static Signature model(ElementType type, long... shape) {
    return new Signature(List.of(port("x", type, shape)), List.of(port("y", type, shape)));
  }

  static Port port(String name, ElementType type, long... shape) {
    return new Port(name, type, lengths(shape));
  }

  static List<Long> lengths(long... shape) {
    var lengths = new ArrayList<Long>();
    for (long length : shape) {
      lengths.add(length);
    }
    return lengths;
  }

  /// A tensor of chance.
  ///
  /// @param text one element of a tensor of strings
  static Tensor anyTensor(
      ElementType type, List<Long> shape, Random random, Function<Random, String> text) {
    int elements = (int) Tensor.elements(shape);
    if (type == ElementType.STRING) {
      var texts = new ArrayList<String>();
      for (int i = 0; i < elements; i++) {
        texts.add(text.apply(random));
      }
      return new Tensor.Strings(shape, texts);
    }
    ByteBuffer data = ByteBuffer.allocate(elements * type.bytes()).order(ByteOrder.nativeOrder());
    random.nextBytes(data.array());
    if (type == ElementType.BOOL) {
      for (int i = 0; i < elements; i++) {
        data.put(i, (byte) (data.get(i) & 1));
      }
    }
    return new Tensor.Numbers(type, shape, data);
  }

  static byte[] bytes(String json) {
    return json.getBytes(StandardCharsets.UTF_8);
  }

  /// A request whose only input is x.
  static String input(String datatype, String shape, String data) {
    return "{\"inputs\":[{\"name\":\"x\",\"shape\":%s,\"datatype\":\"%s\",\"data\":%s}]}"
        .formatted(shape, datatype, data);
  }

  /// What was read, with its buffers given back.
  record Read(InferRequest request, List<Tensor> tensors) {
    Tensor tensor() {
      return tensors.getFirst();
    }

    /// The elements of the first tensor.
    List<Object> values() {
      return Protocol.values(tensor());
    }
  }

  static Read read(String json, Signature model) {
    return read(bytes(json), OptionalLong.empty(), model, Set.of(), LIMITS);
  }

  static Read read(Body body, Signature model) {
    return read(body.bytes(), OptionalLong.of(body.jsonBytes()), model, Set.of(), LIMITS);
  }

  static Read read(
      byte[] body,
      OptionalLong headerLength,
      Signature model,
      Set<String> optional,
      Limits limits) {
    var buffers = new CountedBuffers();
    // A body is often a part of something larger.
    byte[] padded = new byte[body.length + 7];
    System.arraycopy(body, 0, padded, 3, body.length);
    var reader = new InferReader(buffers, limits);
    try (InferRequest request =
        reader.read(padded, 3, 3 + body.length, headerLength, model, optional)) {
      List<Tensor> copies = request.inputs().stream().map(given -> copy(given.tensor())).toList();
      return new Read(request, copies);
    } catch (BadRequest refused) {
      throw new AssertionError(refused.pointer() + ": " + refused.detail(), refused);
    } finally {
      assertThat(buffers.out()).as("buffers that did not come back").isZero();
    }
  }

  static BadRequest refusal(String json, Signature model) {
    return refusal(bytes(json), OptionalLong.empty(), model, LIMITS);
  }

  static BadRequest refusal(Body body, Signature model) {
    return refusal(body.bytes(), OptionalLong.of(body.jsonBytes()), model, LIMITS);
  }

  static BadRequest refusal(
      byte[] body, OptionalLong headerLength, Signature model, Limits limits) {
    var buffers = new CountedBuffers();
    var reader = new InferReader(buffers, limits);
    BadRequest refused =
        catchThrowableOfType(
            BadRequest.class,
            () -> reader.read(body, 0, body.length, headerLength, model, Set.of()).close());
    assertThat(refused).as("a refusal of " + new String(body, StandardCharsets.UTF_8)).isNotNull();
    assertThat(buffers.out()).as("buffers that did not come back").isZero();
    return refused;
  }

  private static Tensor copy(Tensor tensor) {
    return switch (tensor) {
      case Tensor.Strings strings -> strings;
      case Tensor.Numbers numbers -> {
        assertThat(numbers.data().isDirect()).isTrue();
        ByteBuffer copy =
            ByteBuffer.allocate(numbers.data().remaining()).order(ByteOrder.nativeOrder());
        copy.put(0, numbers.data(), numbers.data().position(), numbers.data().remaining());
        yield new Tensor.Numbers(numbers.type(), numbers.shape(), copy);
      }
    };
  }

  static List<Object> values(Tensor tensor) {
    return switch (tensor) {
      case Tensor.Strings strings -> List.copyOf(strings.values());
      case Tensor.Numbers numbers -> {
        var values = new ArrayList<Object>();
        ByteBuffer data = numbers.data();
        for (int at = 0; at < data.limit(); at += numbers.type().bytes()) {
          values.add(
              switch (numbers.type()) {
                case BOOL -> data.get(at) == 1;
                case UINT8, INT8 -> data.get(at);
                case UINT16, INT16, BFLOAT16 -> data.getShort(at);
                case UINT32, INT32 -> data.getInt(at);
                case UINT64, INT64 -> data.getLong(at);
                case FLOAT16 -> Float.float16ToFloat(data.getShort(at));
                case FLOAT -> data.getFloat(at);
                case DOUBLE -> data.getDouble(at);
                case STRING -> throw new AssertionError("strings are no numbers");
              });
        }
        yield values;
      }
    };
  }

  /// JSON and what comes after it.
  record Body(byte[] bytes, long jsonBytes) {
    static Body of(String json, byte[]... tensors) {
      var all = new ByteArrayOutputStream();
      all.writeBytes(Protocol.bytes(json));
      int jsonBytes = all.size();
      for (byte[] tensor : tensors) {
        all.writeBytes(tensor);
      }
      return new Body(all.toByteArray(), jsonBytes);
    }
  }

  static byte[] littleEndian(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return bytes.array();
  }
}
