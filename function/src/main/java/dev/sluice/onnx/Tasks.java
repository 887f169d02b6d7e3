package dev.sluice.onnx;

import dev.sluice.inference.ElementType;
import dev.sluice.inference.ImageTask;
import dev.sluice.inference.ImageTask.ChannelOrder;
import dev.sluice.inference.ImageTask.Fit;
import dev.sluice.inference.ImageTask.Layout;
import dev.sluice.inference.ImageTask.Sizing;
import dev.sluice.inference.OutputKind;
import dev.sluice.inference.Signature;
import dev.sluice.inference.Signature.Port;
import dev.sluice.inference.Task;
import dev.sluice.inference.TensorTask;
import dev.sluice.inference.TextTask;
import java.util.List;

/// Finds out what a model is for, from its metadata and its signature, and refuses what does not
/// fit together. What is neither for pictures nor for texts is for tensors, unless its metadata
/// says otherwise.
final class Tasks {
  private static final float ONE_OF_255 = (float) (1 / 255.0);

  private Tasks() {}

  static Task of(Signature signature, Metadata metadata) throws ModelRefused {
    String task = metadata.text("task").orElseGet(() -> guess(signature, metadata));
    return switch (task) {
      case "image" -> image(classifierInput(signature, metadata), metadata);
      case "text" -> text(classifierInput(signature, metadata), metadata);
      case "tensor" -> tensor(metadata);
      default -> throw new ModelRefused("sluice.task must be image, text or tensor: " + task);
    };
  }

  private static Port classifierInput(Signature signature, Metadata metadata) throws ModelRefused {
    if (signature.inputs().size() != 1) {
      throw new ModelRefused(
          "a model of pictures or texts has one input: " + signature.inputs().size());
    }
    if (!answersFloats(signature)) {
      throw new ModelRefused("there is no output of floats to read classes from");
    }
    checkLabels(signature, metadata.texts("labels"));
    return signature.inputs().getFirst();
  }

  private static boolean answersFloats(Signature signature) {
    return signature.outputs().stream().anyMatch(output -> output.type() == ElementType.FLOAT);
  }

  /// What a model is for that does not say so. One that says how pictures become its input, or
  /// what its output means, is held to that: it must not turn into tensors by a mistake.
  private static String guess(Signature signature, Metadata metadata) {
    boolean one = signature.inputs().size() == 1 && answersFloats(signature);
    if (one && isTexts(signature.inputs().getFirst())) {
      return "text";
    }
    if (one && isPictures(signature.inputs().getFirst())) {
      return "image";
    }
    if (classifierKeys(metadata).isEmpty()) {
      return "tensor";
    }
    boolean texts =
        signature.inputs().stream().anyMatch(input -> input.type() == ElementType.STRING);
    return texts ? "text" : "image";
  }

  private static boolean isTexts(Port input) {
    return input.type() == ElementType.STRING && input.shape().size() == 1;
  }

  /// Whether the signature alone says what a picture must be like.
  private static boolean isPictures(Port input) {
    List<Long> shape = input.shape();
    if (input.type() != ElementType.FLOAT || shape.size() != 4) {
      return false;
    }
    boolean first = isChannels(shape.get(1));
    boolean sized =
        first
            ? shape.get(2) != Signature.ANY && shape.get(3) != Signature.ANY
            : shape.get(1) != Signature.ANY && shape.get(2) != Signature.ANY;
    return sized && (first || isChannels(shape.get(3)));
  }

  /// Keys that only mean something where classes are read from an output.
  private static List<String> classifierKeys(Metadata metadata) {
    return metadata.entries().keySet().stream()
        .filter(
            key ->
                key.startsWith("sluice.image.")
                    || key.equals("sluice.output")
                    || key.equals("sluice.check"))
        .sorted()
        .toList();
  }

  private static TensorTask tensor(Metadata metadata) throws ModelRefused {
    List<String> pointless = classifierKeys(metadata);
    if (!pointless.isEmpty()) {
      throw new ModelRefused(
          "a model that takes tensors has no use for " + String.join(", ", pointless));
    }
    return new TensorTask(metadata.texts("labels"));
  }

  /// One name for each column of the output that classes are read from, where the file fixes their
  /// number.
  private static void checkLabels(Signature signature, List<String> labels) throws ModelRefused {
    for (Port output : signature.outputs()) {
      if (output.type() == ElementType.FLOAT) {
        long columns = output.shape().isEmpty() ? Signature.ANY : output.shape().getLast();
        if (!labels.isEmpty() && columns != Signature.ANY && columns != labels.size()) {
          throw new ModelRefused(
              "sluice.labels has "
                  + labels.size()
                  + " names, the output has "
                  + columns
                  + " columns");
        }
        return;
      }
    }
  }

  private static TextTask text(Port input, Metadata metadata) throws ModelRefused {
    if (!isTexts(input)) {
      throw new ModelRefused("a model of texts takes strings of shape [N]: " + described(input));
    }
    return new TextTask(
        metadata.word("output", OutputKind.PROBABILITIES), metadata.texts("labels"));
  }

  private static ImageTask image(Port input, Metadata metadata) throws ModelRefused {
    List<Long> shape = input.shape();
    if (input.type() != ElementType.FLOAT || shape.size() != 4) {
      throw new ModelRefused(
          "a model of pictures takes floats of shape [N,C,H,W] or [N,H,W,C]: " + described(input));
    }
    Layout layout = isChannels(shape.get(1)) ? Layout.NCHW : Layout.NHWC;
    long channels = layout == Layout.NCHW ? shape.get(1) : shape.get(3);
    if (!isChannels(channels)) {
      throw new ModelRefused("a picture has 1 or 3 channels: " + described(input));
    }
    int firstSide = layout == Layout.NCHW ? 2 : 1;
    List<Integer> size = size(shape.get(firstSide), shape.get(firstSide + 1), metadata);
    boolean free =
        shape.get(firstSide) == Signature.ANY && shape.get(firstSide + 1) == Signature.ANY;
    ChannelOrder order =
        metadata.word("image.channels", channels == 1 ? ChannelOrder.GRAY : ChannelOrder.RGB);
    if (order.count() != channels) {
      throw new ModelRefused(
          "sluice.image.channels " + order + " does not fit " + described(input));
    }
    try {
      return new ImageTask(
          size.get(0),
          size.get(1),
          free ? Sizing.FREE : Sizing.FIXED,
          layout,
          order,
          scale(metadata),
          metadata.numbers("image.mean", List.of(0f)),
          metadata.numbers("image.std", List.of(1f)),
          metadata.word("image.fit", Fit.STRETCH),
          metadata.word("output", OutputKind.PROBABILITIES),
          metadata.texts("labels"));
    } catch (IllegalArgumentException wrong) {
      throw new ModelRefused(String.valueOf(wrong.getMessage()), wrong);
    }
  }

  private static float scale(Metadata metadata) throws ModelRefused {
    try {
      return metadata.text("image.scale").map(Float::parseFloat).orElse(ONE_OF_255);
    } catch (NumberFormatException wrong) {
      throw new ModelRefused("sluice.image.scale must be a number", wrong);
    }
  }

  private static boolean isChannels(long length) {
    return length == 1 || length == 3;
  }

  /// The size from the signature where it is fixed there, else from the metadata.
  private static List<Integer> size(long height, long width, Metadata metadata)
      throws ModelRefused {
    List<Integer> said = metadata.size("image.size").orElse(List.of((int) height, (int) width));
    boolean fits =
        (height == Signature.ANY || height == said.get(0))
            && (width == Signature.ANY || width == said.get(1));
    if (!fits) {
      throw new ModelRefused(
          "sluice.image.size " + said + " does not fit the input's " + height + "x" + width);
    }
    if (said.get(0) < 1 || said.get(1) < 1) {
      throw new ModelRefused("the input leaves the size open, so sluice.image.size is needed");
    }
    return said;
  }

  private static String described(Port input) {
    return input.name() + " " + input.type() + input.shape();
  }
}
