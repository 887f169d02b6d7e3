package dev.sluice.bench;

import dev.sluice.image.ImageLimits;
import dev.sluice.image.JdkImageDecoder;
import dev.sluice.inference.ImageDecoder.Decoded;
import dev.sluice.inference.ImageDecoder.Picture;
import dev.sluice.inference.ImageTask;
import dev.sluice.inference.OutputKind;
import dev.sluice.inference.Pixels;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// A picture on its way to the model's numbers.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class PictureBenchmark {
  private static final int SIDE = 224;

  private final byte[] png = Base64.getDecoder().decode(Samples.DIGIT);
  private final byte[] jpeg;
  private final JdkImageDecoder decoder =
      new JdkImageDecoder(
          new ImageLimits(8192, 4_000_000, Duration.ofSeconds(1)), System::nanoTime);
  private final ImageTask task =
      new ImageTask(
          SIDE,
          SIDE,
          ImageTask.Sizing.FIXED,
          ImageTask.Layout.NCHW,
          ImageTask.ChannelOrder.RGB,
          1 / 255f,
          List.of(0.485f, 0.456f, 0.406f),
          List.of(0.229f, 0.224f, 0.225f),
          ImageTask.Fit.STRETCH,
          OutputKind.PROBABILITIES,
          List.of());
  private final FloatBuffer row =
      ByteBuffer.allocateDirect(3 * SIDE * SIDE * Float.BYTES)
          .order(ByteOrder.nativeOrder())
          .asFloatBuffer();
  private final Pixels exact;
  private final Pixels large;

  public PictureBenchmark() {
    try {
      jpeg = Pictures.jpeg(SIDE, SIDE);
      exact = pixels(jpeg);
      large = pixels(Pictures.jpeg(640, 480));
    } catch (IOException broken) {
      throw new IllegalStateException("no picture", broken);
    }
  }

  private Pixels pixels(byte[] file) {
    return ((Picture) decoder.decode(file, 0, file.length)).pixels();
  }

  @Benchmark
  public Decoded decodePng() {
    return decoder.decode(png, 0, png.length);
  }

  @Benchmark
  public Decoded decodeJpeg() {
    return decoder.decode(jpeg, 0, jpeg.length);
  }

  @Benchmark
  public FloatBuffer resize() {
    task.encode(large, SIDE, SIDE, row);
    return row;
  }

  @Benchmark
  public FloatBuffer normalise() {
    task.encode(exact, SIDE, SIDE, row);
    return row;
  }
}
