package dev.sluice.inference;

import java.nio.FloatBuffer;
import java.util.Arrays;

/// Writes one picture into one row of a tensor: resizing, change of channels and normalisation in
/// one pass, line by line.
///
/// For each line of the result the lines of the picture that it is made of are summed with their
/// weights ([Taps]); that one line is resized across, turned into the model's channels, normalised
/// and put into the row. So no resized picture is ever held, only a few lines. A picture of the
/// right size skips the sums.
///
/// Grey becomes colour by repetition, and colour grey by its luma (ITU-R BT.601, with the weights
/// in 1/65536 that Pillow uses, which sum to exactly 1, so that equal channels keep their value):
///
///     luma = (19595 red + 38470 green + 7471 blue) / 65536
final class PixelEncoder {
  private static final float RED = 19595 / 65536f;
  private static final float GREEN = 38470 / 65536f;
  private static final float BLUE = 7471 / 65536f;

  private final ImageTask task;
  private final Pixels pixels;
  private final int height;
  private final int width;
  private final FloatBuffer row;
  private final int start;

  PixelEncoder(ImageTask task, Pixels pixels, int height, int width, FloatBuffer row) {
    this.task = task;
    this.pixels = pixels;
    this.height = height;
    this.width = width;
    this.row = row;
    this.start = row.position();
  }

  void encode() {
    if (pixels.width() == width && pixels.height() == height) {
      copy();
    } else {
      resize();
    }
  }

  private void copy() {
    int samples = width * pixels.channels();
    float[] line = new float[samples];
    float[] out = new float[width * task.channels().count()];
    for (int y = 0; y < height; y++) {
      for (int i = 0; i < samples; i++) {
        line[i] = pixels.samples()[y * samples + i] & 0xFF;
      }
      write(y, line, out);
    }
  }

  private void resize() {
    double part =
        switch (task.fit()) {
          case STRETCH -> 1;
          case CROP -> Math.min((double) pixels.width() / width, (double) pixels.height() / height);
        };
    Taps across = taps(pixels.width(), width, part);
    Taps down = taps(pixels.height(), height, part);
    float[] sums = new float[pixels.width() * pixels.channels()];
    float[] line = new float[width * pixels.channels()];
    float[] out = new float[width * task.channels().count()];
    for (int y = 0; y < height; y++) {
      sum(y, down, across, sums);
      shrink(across, sums, line);
      write(y, line, out);
    }
  }

  /// @param step source samples for one of the target, where both axes share one scale
  private Taps taps(int source, int target, double step) {
    double length =
        switch (task.fit()) {
          case STRETCH -> source;
          case CROP -> target * step;
        };
    return Taps.of(source, (source - length) / 2, length, target);
  }

  /// Line y of the result, not yet resized across: the weighted sum of the picture's lines.
  private void sum(int y, Taps down, Taps across, float[] sums) {
    int channels = pixels.channels();
    int begin = across.begin() * channels;
    int end = across.end() * channels;
    byte[] samples = pixels.samples();
    Arrays.fill(sums, begin, end, 0);
    for (int t = 0; t < down.stride(); t++) {
      float weight = down.weights()[y * down.stride() + t];
      if (weight != 0) {
        int line = (down.first()[y] + t) * pixels.width() * channels;
        for (int i = begin; i < end; i++) {
          sums[i] += weight * (samples[line + i] & 0xFF);
        }
      }
    }
  }

  private void shrink(Taps across, float[] sums, float[] line) {
    if (pixels.channels() == 1) {
      shrinkGrey(across, sums, line);
    } else {
      shrinkColour(across, sums, line);
    }
  }

  private void shrinkGrey(Taps across, float[] sums, float[] line) {
    int stride = across.stride();
    for (int x = 0; x < width; x++) {
      float v = 0;
      for (int t = 0; t < stride; t++) {
        v += across.weights()[x * stride + t] * sums[across.first()[x] + t];
      }
      line[x] = v;
    }
  }

  private void shrinkColour(Taps across, float[] sums, float[] line) {
    int stride = across.stride();
    for (int x = 0; x < width; x++) {
      float red = 0;
      float green = 0;
      float blue = 0;
      int source = across.first()[x] * 3;
      for (int t = 0; t < stride; t++, source += 3) {
        float weight = across.weights()[x * stride + t];
        red += weight * sums[source];
        green += weight * sums[source + 1];
        blue += weight * sums[source + 2];
      }
      line[x * 3] = red;
      line[x * 3 + 1] = green;
      line[x * 3 + 2] = blue;
    }
  }

  /// Puts line y, of samples of 0 to 255 in the picture's channels, where it belongs.
  private void write(int y, float[] line, float[] out) {
    switch (task.layout()) {
      case NCHW -> {
        for (int c = 0; c < task.channels().count(); c++) {
          normalise(line, c, out, 0, 1);
          row.put(start + (c * height + y) * width, out, 0, width);
        }
      }
      case NHWC -> {
        int channels = task.channels().count();
        for (int c = 0; c < channels; c++) {
          normalise(line, c, out, c, channels);
        }
        row.put(start + y * width * channels, out, 0, width * channels);
      }
    }
  }

  private void normalise(float[] line, int channel, float[] out, int offset, int step) {
    float scale = task.scale();
    float mean = task.mean(channel);
    float std = task.std(channel);
    int channels = pixels.channels();
    if (channels == 3 && task.channels() == ImageTask.ChannelOrder.GRAY) {
      for (int x = 0; x < width; x++) {
        float luma = RED * line[x * 3] + GREEN * line[x * 3 + 1] + BLUE * line[x * 3 + 2];
        out[offset + x * step] = (luma * scale - mean) / std;
      }
      return;
    }
    int source = channels == 1 ? 0 : sourceOf(channel);
    for (int x = 0; x < width; x++) {
      out[offset + x * step] = (line[x * channels + source] * scale - mean) / std;
    }
  }

  private int sourceOf(int channel) {
    return switch (task.channels()) {
      case RGB, GRAY -> channel;
      case BGR -> 2 - channel;
    };
  }
}
