package dev.sluice.inference;

import java.nio.FloatBuffer;
import java.util.List;

/// Says which class a picture belongs to, and how pixels become the model's numbers: with v a
/// sample of 0 to 255 after resizing and c its channel,
///
///     number = (v · scale − mean[c]) / std[c]
///
/// @param height rows of the model's own size
/// @param width columns of the model's own size
/// @param sizing whether a request may ask for another size
/// @param mean one number, or one for each channel in the model's order
/// @param std one number, or one for each channel in the model's order; none is 0
public record ImageTask(
    int height,
    int width,
    Sizing sizing,
    Layout layout,
    ChannelOrder channels,
    float scale,
    List<Float> mean,
    List<Float> std,
    Fit fit,
    OutputKind output,
    List<String> labels)
    implements Task {

  /// Whether the model takes pictures of other sizes than its own.
  public enum Sizing {
    FIXED,
    FREE
  }

  /// Where the channels stand in the tensor.
  public enum Layout {
    /// One plane after the other.
    NCHW,
    /// Side by side for each pixel.
    NHWC
  }

  /// Which channels a model takes, in which order.
  public enum ChannelOrder {
    RGB,
    BGR,
    /// Of a coloured picture, its luma (see [PixelEncoder]).
    GRAY;

    /// How many channels.
    public int count() {
      return this == GRAY ? 1 : 3;
    }
  }

  /// How a picture of other proportions is made to fit.
  public enum Fit {
    /// Both sides are scaled on their own.
    STRETCH,
    /// Scaled until the shorter side fits; the middle is kept.
    CROP
  }

  public ImageTask {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException("size must be positive: " + height + "x" + width);
    }
    if (!Float.isFinite(scale)) {
      throw new IllegalArgumentException("scale must be finite: " + scale);
    }
    mean = checked("mean", mean, channels);
    std = checked("std", std, channels);
    if (std.contains(0f) || std.contains(-0f)) {
      throw new IllegalArgumentException("std must not be 0: " + std);
    }
    labels = List.copyOf(labels);
  }

  private static List<Float> checked(String name, List<Float> values, ChannelOrder channels) {
    if (values.size() != 1 && values.size() != channels.count()) {
      throw new IllegalArgumentException(
          name + " must have 1 or " + channels.count() + " numbers: " + values);
    }
    if (!values.stream().allMatch(Float::isFinite)) {
      throw new IllegalArgumentException(name + " must be finite: " + values);
    }
    return List.copyOf(values);
  }

  /// Whether the model can be run on squares of this side.
  public boolean takes(int side) {
    return sizing == Sizing.FREE || (side == height && side == width);
  }

  float mean(int channel) {
    return mean.get(mean.size() == 1 ? 0 : channel);
  }

  float std(int channel) {
    return std.get(std.size() == 1 ? 0 : channel);
  }

  /// Writes one picture as one row of the model's input, resized to `height` by `width`.
  ///
  /// @param row room for exactly `height * width * channels` numbers from its position, which
  ///     stays where it is
  public void encode(Pixels pixels, int height, int width, FloatBuffer row) {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException("size must be positive: " + height + "x" + width);
    }
    long numbers = (long) height * width * channels.count();
    if (row.remaining() != numbers) {
      throw new IllegalArgumentException(
          "row must have room for " + numbers + " numbers: " + row.remaining());
    }
    new PixelEncoder(this, pixels, height, width, row).encode();
  }
}
