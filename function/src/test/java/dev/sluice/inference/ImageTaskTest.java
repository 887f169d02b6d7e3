package dev.sluice.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.inference.ImageTask.ChannelOrder;
import dev.sluice.inference.ImageTask.Fit;
import dev.sluice.inference.ImageTask.Layout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class ImageTaskTest {
  private static final List<Float> MEAN = List.of(0.485f, 0.456f, 0.406f);
  private static final List<Float> STD = List.of(0.229f, 0.224f, 0.225f);

  private static ImageTask task(Layout layout, ChannelOrder channels, Fit fit) {
    boolean grey = channels == ChannelOrder.GRAY;
    return new ImageTask(
        8,
        8,
        ImageTask.Sizing.FREE,
        layout,
        channels,
        1 / 255f,
        grey ? List.of(0.5f) : MEAN,
        grey ? List.of(0.25f) : STD,
        fit,
        OutputKind.LOGITS,
        List.of());
  }

  private static ImageTask plain(ChannelOrder channels) {
    return new ImageTask(
        8,
        8,
        ImageTask.Sizing.FREE,
        Layout.NHWC,
        channels,
        1,
        List.of(0f),
        List.of(1f),
        Fit.STRETCH,
        OutputKind.PROBABILITIES,
        List.of());
  }

  private static Pixels noise(int width, int height, int channels) {
    byte[] samples = new byte[width * height * channels];
    new Random(width * 31L + height).nextBytes(samples);
    return new Pixels(width, height, channels, samples);
  }

  private static float[] encoded(ImageTask task, Pixels pixels, int height, int width) {
    int numbers = height * width * task.channels().count();
    FloatBuffer row =
        ByteBuffer.allocateDirect((numbers + 7) * 4)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer()
            .position(3)
            .limit(3 + numbers);
    task.encode(pixels, height, width, row);
    assertThat(row.position()).isEqualTo(3);
    float[] values = new float[numbers];
    row.get(values);
    return values;
  }

  /// The number at one place, by the formulas as they stand in the documentation.
  private static double expected(
      ImageTask task, Pixels pixels, int height, int width, int channel, int y, int x) {
    double scaleY = (double) pixels.height() / height;
    double scaleX = (double) pixels.width() / width;
    if (task.fit() == Fit.CROP) {
      scaleY = scaleX = Math.min(scaleX, scaleY);
    }
    double centreY = pixels.height() / 2.0 + (y + 0.5 - height / 2.0) * scaleY;
    double centreX = pixels.width() / 2.0 + (x + 0.5 - width / 2.0) * scaleX;
    double sum = 0;
    double weights = 0;
    for (int j = 0; j < pixels.height(); j++) {
      for (int i = 0; i < pixels.width(); i++) {
        double weight =
            Math.max(0, 1 - Math.abs(j + 0.5 - centreY) / Math.max(1, scaleY))
                * Math.max(0, 1 - Math.abs(i + 0.5 - centreX) / Math.max(1, scaleX));
        weights += weight;
        sum += weight * sample(task.channels(), pixels, channel, j, i);
      }
    }
    double mean = task.mean().get(channel % task.mean().size());
    double std = task.std().get(channel % task.std().size());
    return (sum / weights * task.scale() - mean) / std;
  }

  private static double sample(ChannelOrder order, Pixels pixels, int channel, int y, int x) {
    int at = (y * pixels.width() + x) * pixels.channels();
    byte[] samples = pixels.samples();
    if (pixels.channels() == 1) {
      return samples[at] & 0xFF;
    }
    return switch (order) {
      case RGB -> samples[at + channel] & 0xFF;
      case BGR -> samples[at + 2 - channel] & 0xFF;
      case GRAY ->
          0.299 * (samples[at] & 0xFF)
              + 0.587 * (samples[at + 1] & 0xFF)
              + 0.114 * (samples[at + 2] & 0xFF);
    };
  }

  @Property(seed = "20260101", tries = 400)
  void resizesAndNormalisesByTheFormula(
      @ForAll @IntRange(min = 1, max = 40) int sourceWidth,
      @ForAll @IntRange(min = 1, max = 40) int sourceHeight,
      @ForAll @IntRange(min = 1, max = 20) int width,
      @ForAll @IntRange(min = 1, max = 20) int height,
      @ForAll boolean coloured,
      @ForAll Layout layout,
      @ForAll ChannelOrder channels,
      @ForAll Fit fit) {
    ImageTask task = task(layout, channels, fit);
    Pixels pixels = noise(sourceWidth, sourceHeight, coloured ? 3 : 1);

    float[] row = encoded(task, pixels, height, width);

    int count = channels.count();
    for (int c = 0; c < count; c++) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          int at =
              layout == Layout.NCHW ? (c * height + y) * width + x : (y * width + x) * count + c;
          assertThat((double) row[at])
              .isCloseTo(expected(task, pixels, height, width, c, y, x), within(1e-3));
        }
      }
    }
  }

  @Test
  void aPictureOfTheRightSizeIsNotResampled() {
    ImageTask task = task(Layout.NCHW, ChannelOrder.RGB, Fit.STRETCH);
    Pixels pixels = noise(7, 5, 3);

    float[] row = encoded(task, pixels, 5, 7);

    for (int i = 0; i < row.length; i++) {
      int channel = i / 35;
      float value = pixels.samples()[i % 35 * 3 + channel] & 0xFF;
      assertThat(row[i]).isEqualTo((value * (1 / 255f) - MEAN.get(channel)) / STD.get(channel));
    }
  }

  @Test
  void greyOfEqualChannelsKeepsItsValueExactly() {
    byte[] samples = new byte[256 * 3];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (byte) (i / 3);
    }

    float[] row = encoded(plain(ChannelOrder.GRAY), new Pixels(16, 16, 3, samples), 16, 16);

    for (int v = 0; v < 256; v++) {
      assertThat(row[v]).isEqualTo(v);
    }
  }

  @Test
  void greyIsRepeatedForColouredModels() {
    float[] row =
        encoded(plain(ChannelOrder.BGR), new Pixels(2, 1, 1, new byte[] {5, (byte) 200}), 1, 2);

    assertThat(row).containsExactly(5, 5, 5, 200, 200, 200);
  }

  @Test
  void halvingAveragesWithTheNeighboursOfTheTriangle() {
    Pixels pixels = new Pixels(4, 1, 1, new byte[] {0, 40, 80, 120});

    float[] row = encoded(plain(ChannelOrder.GRAY), pixels, 1, 2);

    assertThat(row[0]).isCloseTo((0 * 3 + 40 * 3 + 80) / 7f, within(1e-4f));
    assertThat(row[1]).isCloseTo((120 * 3 + 80 * 3 + 40) / 7f, within(1e-4f));
  }

  @Test
  void aLargeEvenPictureStaysEven() {
    byte[] samples = new byte[640 * 480 * 3];
    Arrays.fill(samples, (byte) 200);

    float[] row = encoded(plain(ChannelOrder.RGB), new Pixels(640, 480, 3, samples), 224, 224);

    for (float value : row) {
      assertThat(value).isCloseTo(200, within(1e-3f));
    }
  }

  @Test
  void refusesARowOfAnotherSize() {
    var row = FloatBuffer.allocate(11);

    assertThatThrownBy(() -> plain(ChannelOrder.RGB).encode(noise(2, 2, 3), 2, 2, row))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("12");
  }

  @Test
  void refusesNumbersThatCannotNormalise() {
    assertThatThrownBy(() -> withStd(List.of(0f))).hasMessageContaining("std");
    assertThatThrownBy(() -> withStd(List.of(1f, 1f))).hasMessageContaining("1 or 3");
    assertThatThrownBy(() -> withStd(List.of(Float.NaN))).hasMessageContaining("finite");
  }

  private static ImageTask withStd(List<Float> std) {
    return new ImageTask(
        8,
        8,
        ImageTask.Sizing.FREE,
        Layout.NCHW,
        ChannelOrder.RGB,
        1,
        List.of(0f),
        std,
        Fit.CROP,
        OutputKind.LOGITS,
        List.of());
  }
}
