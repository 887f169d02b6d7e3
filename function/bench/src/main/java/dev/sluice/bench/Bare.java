package dev.sluice.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/// The bare loop: a model run by ONNX Runtime from Java, and nothing else; one thread, the input
/// buffer reused, the output read. A process of its own, told on standard input how often to run.
final class Bare {
  private static final float[] MEAN = {0.485f, 0.456f, 0.406f};
  private static final float[] DEVIATION = {0.229f, 0.224f, 0.225f};

  private final OrtEnvironment environment;
  private final OrtSession session;
  private final OnnxTensor input;
  private final FloatBuffer numbers;
  private final String name;
  private float sum;

  private Bare(OrtEnvironment environment, String model, long[] shape) throws OrtException {
    this.environment = environment;
    try (var options = new OrtSession.SessionOptions()) {
      options.disablePerSessionThreads();
      session = environment.createSession(model, options);
    }
    int count = 1;
    for (long length : shape) {
      count *= (int) length;
    }
    numbers =
        ByteBuffer.allocateDirect(count * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    input = OnnxTensor.createTensor(this.environment, numbers, shape);
    name = session.getInputNames().iterator().next();
  }

  /// Arguments: a model file, its input shape by commas, and a JPEG file to decode before each run,
  /// if there is one. For each line that is a number, runs so often and prints the CPU nanoseconds
  /// of one run.
  public static void main(String[] arguments) throws IOException, OrtException {
    long[] shape =
        java.util.Arrays.stream(arguments[1].split(",")).mapToLong(Long::parseLong).toArray();
    byte[] picture = arguments.length > 2 ? Files.readAllBytes(Path.of(arguments[2])) : new byte[0];
    var bare = new Bare(environment(), arguments[0], shape);
    var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      System.out.println(bare.nanos(Integer.parseInt(line), picture));
      System.out.flush();
    }
  }

  private static OrtEnvironment environment() throws OrtException {
    try (var threads = new OrtEnvironment.ThreadingOptions()) {
      threads.setGlobalIntraOpNumThreads(1);
      threads.setGlobalInterOpNumThreads(1);
      threads.setGlobalSpinControl(false);
      return OrtEnvironment.getEnvironment(
          OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "bare", threads);
    }
  }

  private long nanos(int times, byte[] picture) throws IOException, OrtException {
    var threads = ManagementFactory.getThreadMXBean();
    long began = threads.getCurrentThreadCpuTime();
    for (int i = 0; i < times; i++) {
      if (picture.length > 0) {
        decode(picture);
      }
      run();
    }
    if (Float.isNaN(sum)) {
      throw new IllegalStateException("the model gives no numbers");
    }
    return (threads.getCurrentThreadCpuTime() - began) / times;
  }

  private void run() throws OrtException {
    try (OrtSession.Result result = session.run(Map.of(name, input))) {
      FloatBuffer output = ((OnnxTensor) result.get(0)).getFloatBuffer();
      for (int i = 0; i < output.remaining(); i++) {
        sum += output.get(i);
      }
    }
  }

  /// The JDK's own reader, and a loop that normalises into the input buffer.
  private void decode(byte[] picture) throws IOException {
    ImageReader reader = reader();
    byte[] blueGreenRed;
    try (ImageInputStream stream =
        ImageIO.createImageInputStream(new ByteArrayInputStream(picture))) {
      reader.setInput(stream, true, true);
      blueGreenRed =
          ((java.awt.image.DataBufferByte) reader.read(0).getRaster().getDataBuffer()).getData();
    } finally {
      reader.dispose();
    }
    int plane = blueGreenRed.length / 3;
    for (int channel = 0; channel < 3; channel++) {
      float scale = 1 / (255 * DEVIATION[channel]);
      float shift = MEAN[channel] / DEVIATION[channel];
      for (int i = 0; i < plane; i++) {
        int sample = blueGreenRed[3 * i + 2 - channel] & 0xFF;
        numbers.put(channel * plane + i, sample * scale - shift);
      }
    }
  }

  private static ImageReader reader() throws IOException {
    for (Iterator<ImageReader> all = ImageIO.getImageReadersByFormatName("jpeg"); all.hasNext(); ) {
      ImageReader reader = all.next();
      if (reader.getClass().getName().startsWith("com.sun.")) {
        return reader;
      }
    }
    throw new IOException("this JDK has no JPEG reader");
  }
}
