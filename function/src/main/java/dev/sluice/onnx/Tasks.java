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
import dev.sluice.inference.TextTask;
import java.util.List;

/// Finds out what a model is for, from its metadata and its signature, and refuses what does not
/// fit together.
final class Tasks {
  private static final float ONE_OF_255 = (float) (1 / 255.0);

  private Tasks() {}

  static Task of(Signature signature, Metadata metadata) throws ModelRefused {
    if (signature.inputs().size() != 1) {
      throw new ModelRefused(
          "a model of pictures or texts has one input: " + signature.inputs().size());
    }
    if (signature.outputs().stream().noneMatch(output -> output.type() == ElementType.FLOAT)) {
      throw new ModelRefused("there is no output of floats to read classes from");
    }
    checkLabels(signature, metadata.texts("labels"));
    Port input = signature.inputs().getFirst();
    String task = metadata.text("task").orElseGet(() -> guess(input));
    return switch (task) {
      case "image" -> image(input, metadata);
      case "text" -> text(input, metadata);
      default -> throw new ModelRefused("sluice.task must be image or text: " + task);
    };
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

  private static String guess(Port input) {
    return input.type() == ElementType.STRING ? "text" : "image";
  }

  private static TextTask text(Port input, Metadata metadata) throws ModelRefused {
    if (input.type() != ElementType.STRING || input.shape().size() != 1) {
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
