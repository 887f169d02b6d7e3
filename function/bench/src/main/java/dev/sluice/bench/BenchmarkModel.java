package dev.sluice.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// The 224-pixel model of `models/benchmark.py`, written without Python: eight 3x3 convolutions, a
/// mean over the image and a dense layer. The weights are arbitrary, for only the time counts, so
/// the file has a formula for each, `sin(i * 0.7) * scale`, which the runtime works out once when
/// it loads the model.
final class BenchmarkModel {
  private record Convolution(int in, int out, int stride) {}

  private static final List<Convolution> CONVOLUTIONS =
      List.of(
          new Convolution(3, 32, 2),
          new Convolution(32, 64, 2),
          new Convolution(64, 128, 2),
          new Convolution(128, 128, 1),
          new Convolution(128, 256, 2),
          new Convolution(256, 256, 1),
          new Convolution(256, 512, 2),
          new Convolution(512, 512, 1));
  private static final int FEATURES = 512;
  private static final int CLASSES = 1000;
  private static final Map<String, String> METADATA =
      Map.of(
          "sluice.task", "image",
          "sluice.image.size", "[224,224]",
          "sluice.image.channels", "RGB",
          "sluice.image.scale", "0.00392156862745098",
          "sluice.image.mean", "[0.485,0.456,0.406]",
          "sluice.image.std", "[0.229,0.224,0.225]",
          "sluice.image.fit", "stretch",
          "sluice.output", "probabilities");

  private final Proto graph = new Proto();

  private BenchmarkModel() {}

  static void write(Path file) throws IOException {
    Files.write(file, new BenchmarkModel().bytes());
  }

  private byte[] bytes() {
    scalar("zero", 0);
    scalar("step", 0.7f);
    String last = "image";
    for (int i = 0; i < CONVOLUTIONS.size(); i++) {
      last = layer(i + 1, CONVOLUTIONS.get(i), last);
    }
    weights("dense", FEATURES, FEATURES, CLASSES);
    node("GlobalAveragePool", List.of(last), "mean");
    node("Flatten", List.of("mean"), "features", integer("axis", 1));
    node("MatMul", List.of("features", "dense"), "logits");
    node("Softmax", List.of("logits"), "probabilities", integer("axis", 1));
    graph.text(2, "benchmark");
    graph.part(11, value("image", 3, 224, 224));
    graph.part(12, value("probabilities", CLASSES));
    return model();
  }

  private byte[] model() {
    var model = new Proto().number(1, 9).text(2, "sluice-bench").part(7, graph);
    model.part(8, new Proto().text(1, "").number(2, 17));
    METADATA.forEach((key, value) -> model.part(14, new Proto().text(1, key).text(2, value)));
    return model.bytes();
  }

  private String layer(int number, Convolution layer, String input) {
    String kernel = "kernel" + number;
    weights(kernel, layer.in() * 9, layer.out(), layer.in(), 3, 3);
    node(
        "Conv",
        List.of(input, kernel),
        "conv" + number,
        integers("kernel_shape", 3, 3),
        integers("strides", layer.stride(), layer.stride()),
        integers("pads", 1, 1, 1, 1));
    node("Relu", List.of("conv" + number), "hidden" + number);
    return "hidden" + number;
  }

  /// The nodes that make a weight: Range, Mul, Sin, Mul, Reshape.
  private void weights(String name, int inputs, int... shape) {
    int count = 1;
    var lengths = new Proto();
    for (int length : shape) {
      count *= length;
      lengths.number(7, length);
    }
    scalar(name + "_count", count);
    scalar(name + "_one", 1);
    scalar(name + "_scale", (float) Math.sqrt(4.0 / inputs));
    graph.part(
        5, new Proto().number(1, shape.length).number(2, 7).raw(lengths).text(8, name + "_shape"));
    node("Range", List.of("zero", name + "_count", name + "_one"), name + "_i");
    node("Mul", List.of(name + "_i", "step"), name + "_angle");
    node("Sin", List.of(name + "_angle"), name + "_wave");
    node("Mul", List.of(name + "_wave", name + "_scale"), name + "_flat");
    node("Reshape", List.of(name + "_flat", name + "_shape"), name);
  }

  private void scalar(String name, float value) {
    graph.part(5, new Proto().number(2, 1).real(4, value).text(8, name));
  }

  private void node(String operator, List<String> inputs, String output, Proto... attributes) {
    var node = new Proto();
    inputs.forEach(input -> node.text(1, input));
    node.text(2, output).text(4, operator);
    for (Proto attribute : attributes) {
      node.part(5, attribute);
    }
    graph.part(1, node);
  }

  private static Proto integer(String name, int value) {
    return new Proto().text(1, name).number(3, value).number(20, 2);
  }

  private static Proto integers(String name, int... values) {
    var attribute = new Proto().text(1, name);
    for (int value : values) {
      attribute.number(8, value);
    }
    return attribute.number(20, 7);
  }

  /// A float tensor whose first axis is free.
  private static Proto value(String name, int... lengths) {
    var shape = new Proto().part(1, new Proto().text(2, "batch"));
    for (int length : lengths) {
      shape.part(1, new Proto().number(1, length));
    }
    var tensor = new Proto().number(1, 1).part(2, shape);
    return new Proto().text(1, name).part(2, new Proto().part(1, tensor));
  }

  /// A message in the wire format of Protocol Buffers, field by field; the numbers are those of
  /// `onnx.proto`.
  private static final class Proto {
    private final java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();

    byte[] bytes() {
      return bytes.toByteArray();
    }

    Proto number(int field, long value) {
      varint((long) field << 3);
      varint(value);
      return this;
    }

    Proto real(int field, float value) {
      varint((long) field << 3 | 5);
      int bits = Float.floatToIntBits(value);
      for (int shift = 0; shift < 32; shift += 8) {
        bytes.write(bits >>> shift);
      }
      return this;
    }

    Proto text(int field, String value) {
      return block(field, value.getBytes(StandardCharsets.UTF_8));
    }

    Proto part(int field, Proto message) {
      return block(field, message.bytes());
    }

    Proto raw(Proto fields) {
      bytes.writeBytes(fields.bytes());
      return this;
    }

    private Proto block(int field, byte[] content) {
      varint((long) field << 3 | 2);
      varint(content.length);
      bytes.writeBytes(content);
      return this;
    }

    private void varint(long value) {
      long left = value;
      while ((left & ~0x7FL) != 0) {
        bytes.write((int) (left & 0x7F | 0x80));
        left >>>= 7;
      }
      bytes.write((int) left);
    }
  }
}
