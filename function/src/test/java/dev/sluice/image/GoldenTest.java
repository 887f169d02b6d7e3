package dev.sluice.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.inference.ImageTask;
import dev.sluice.inference.ImageTask.ChannelOrder;
import dev.sluice.inference.ImageTask.Fit;
import dev.sluice.inference.ImageTask.Layout;
import dev.sluice.inference.OutputKind;
import dev.sluice.inference.Pixels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/// Files whose samples and whose tensors are fixed to the last bit: a model's predictions hang on
/// them, so a change of the JDK or of a library that changes one of them must be noticed.
final class GoldenTest {
  private static final int HEIGHT = 12;
  private static final int WIDTH = 16;
  private static final ImageTask TASK =
      new ImageTask(
          HEIGHT,
          WIDTH,
          ImageTask.Sizing.FIXED,
          Layout.NCHW,
          ChannelOrder.RGB,
          1 / 255f,
          List.of(0.485f, 0.456f, 0.406f),
          List.of(0.229f, 0.224f, 0.225f),
          Fit.CROP,
          OutputKind.LOGITS,
          List.of());

  private static byte[] resource(String name) {
    try (var in = GoldenTest.class.getResourceAsStream("/golden/" + name)) {
      assertThat(in).as(name).isNotNull();
      return in.readAllBytes();
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  /// One line of the table: file, size, checksum of the samples, checksum of the tensor.
  static String line(String file, Pixels pixels) {
    int numbers = HEIGHT * WIDTH * 3;
    ByteBuffer row = ByteBuffer.allocateDirect(numbers * 4).order(ByteOrder.LITTLE_ENDIAN);
    TASK.encode(pixels, HEIGHT, WIDTH, row.asFloatBuffer());
    var sum = new CRC32();
    sum.update(row);
    return "%s %dx%dx%d %08x %08x"
        .formatted(
            file,
            pixels.width(),
            pixels.height(),
            pixels.channels(),
            Decoding.checksum(pixels),
            sum.getValue());
  }

  @Test
  void everyFileGivesTheSameSamplesAndTheSameTensorAsEver() {
    List<String> table =
        new String(resource("checksums.txt"), StandardCharsets.US_ASCII).lines().toList();

    List<String> now =
        table.stream()
            .map(line -> line.substring(0, line.indexOf(' ')))
            .map(file -> line(file, Decoding.pixels(resource(file))))
            .toList();

    assertThat(now).hasSize(18).isEqualTo(table);
  }
}
