package dev.sluice.api;

import dev.sluice.bench.Samples;
import dev.sluice.inference.Classification;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// JSON of a digits request and of its answer. In this package because what reads and writes it is
/// visible here only.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class JsonBenchmark {
  private final StrictJson reader = new StrictJson(8_388_608);
  private final JsonText writer = new JsonText();
  private final byte[] body =
      ("{\"image_b64\":\"" + Samples.DIGIT + "\"}").getBytes(StandardCharsets.UTF_8);
  private final Classification row =
      new Classification(
          new float[] {.01f, .02f, .03f, .04f, .05f, .06f, .07f, .6112f, .08f, .0288f});

  @Benchmark
  public Object in() throws BadBody {
    return reader.read(body, tokens -> InferBody.read(tokens, 64));
  }

  @Benchmark
  public byte[] out() {
    return writer.write(
        json -> {
          json.writeStartObject();
          json.writeStringField("trace_id", "0123456789abcdef0123456789abcdef");
          json.writeStringField("model_used", "A");
          json.writeArrayFieldStart("top5");
          for (Classification.Ranked ranked : row.top(5)) {
            json.writeStartArray();
            json.writeNumber(ranked.index());
            json.writeNumber(ranked.probability());
            json.writeEndArray();
          }
          json.writeEndArray();
          json.writeArrayFieldStart("shape");
          json.writeNumber(row.classes());
          json.writeEndArray();
          json.writeEndObject();
        });
  }
}
