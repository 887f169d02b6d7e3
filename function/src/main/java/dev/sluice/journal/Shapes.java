package dev.sluice.journal;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.deser.std.StdDelegatingDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdDelegatingSerializer;
import com.fasterxml.jackson.databind.type.TypeFactory;
import com.fasterxml.jackson.databind.util.StdConverter;
import dev.sluice.experiment.Exposure;
import dev.sluice.experiment.GroupedLatency;
import dev.sluice.rollout.RolloutId;
import dev.sluice.statistics.Doubles;
import dev.sluice.statistics.Histogram;
import dev.sluice.statistics.LatencyBuckets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/// The values that look different in JSON: rows of numbers as arrays, moments as text, and of
/// histograms only what is not zero.
final class Shapes {
  private Shapes() {}

  /// Only the buckets with something in them.
  record SparseHistogram(String layout, Map<Integer, Double> counts) {}

  /// Only the buckets with something in them, of each group that has some.
  record SparseGroups(Map<Integer, Map<Integer, Double>> counts) {}

  static SimpleModule module() {
    var module = new SimpleModule("sluice");
    Figures.addTo(module);
    module.addSerializer(
        Doubles.class,
        new StdDelegatingSerializer(
            Doubles.class, converter(Doubles.class, double[].class, Doubles::toArray)));
    module.addDeserializer(
        Doubles.class,
        new StdDelegatingDeserializer<>(
            converter(
                Double[].class, Doubles.class, row -> Doubles.generate(row.length, i -> row[i]))));
    add(module, Instant.class, String.class, Instant::toString, Shapes::instant);
    add(module, Duration.class, String.class, Duration::toString, Shapes::duration);
    add(module, RolloutId.class, String.class, RolloutId::value, RolloutId::new);
    add(module, Histogram.class, SparseHistogram.class, Shapes::sparse, Shapes::dense);
    add(module, GroupedLatency.class, SparseGroups.class, Shapes::sparse, Shapes::dense);
    return module;
  }

  private static <T, J> void add(
      SimpleModule module, Class<T> ours, Class<J> json, Function<T, J> to, Function<J, T> from) {
    module.addSerializer(ours, new StdDelegatingSerializer(ours, converter(ours, json, to)));
    module.addDeserializer(ours, new StdDelegatingDeserializer<>(converter(json, ours, from)));
  }

  private static <A, B> StdConverter<A, B> converter(
      Class<A> from, Class<B> to, Function<A, B> function) {
    return new Typed<>(from, to, function);
  }

  /// A converter that knows its types, which a lambda would not.
  private static final class Typed<A, B> extends StdConverter<A, B> {
    private final Class<A> from;
    private final Class<B> to;
    private final Function<A, B> function;

    Typed(Class<A> from, Class<B> to, Function<A, B> function) {
      this.from = from;
      this.to = to;
      this.function = function;
    }

    @Override
    public B convert(A value) {
      return function.apply(value);
    }

    @Override
    public JavaType getInputType(TypeFactory types) {
      return types.constructType(from);
    }

    @Override
    public JavaType getOutputType(TypeFactory types) {
      return types.constructType(to);
    }
  }

  private static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException wrong) {
      throw new IllegalArgumentException("no moment: " + text, wrong);
    }
  }

  private static Duration duration(String text) {
    try {
      return Duration.parse(text);
    } catch (DateTimeException wrong) {
      throw new IllegalArgumentException("no length of time: " + text, wrong);
    }
  }

  private static SparseHistogram sparse(Histogram histogram) {
    return new SparseHistogram(
        histogram.layout(), sparse(histogram.counts(), 0, histogram.counts().size()));
  }

  private static Map<Integer, Double> sparse(Doubles counts, int from, int to) {
    var filled = new TreeMap<Integer, Double>();
    for (int i = from; i < to; i++) {
      if (counts.get(i) != 0) {
        filled.put(i - from, counts.get(i));
      }
    }
    return filled;
  }

  private static Histogram dense(SparseHistogram sparse) {
    if (!sparse.layout().equals(LatencyBuckets.LAYOUT)) {
      throw new IllegalArgumentException("another layout of buckets: " + sparse.layout());
    }
    double[] counts = new double[LatencyBuckets.COUNT];
    fill(counts, 0, sparse.counts());
    return Histogram.of(Doubles.of(counts));
  }

  private static SparseGroups sparse(GroupedLatency latency) {
    var groups = new TreeMap<Integer, Map<Integer, Double>>();
    for (int group = 0; group < Exposure.GROUPS; group++) {
      int from = group * LatencyBuckets.COUNT;
      Map<Integer, Double> filled = sparse(latency.counts(), from, from + LatencyBuckets.COUNT);
      if (!filled.isEmpty()) {
        groups.put(group, filled);
      }
    }
    return new SparseGroups(groups);
  }

  private static GroupedLatency dense(SparseGroups sparse) {
    double[] counts = new double[GroupedLatency.SIZE];
    sparse
        .counts()
        .forEach(
            (group, filled) -> {
              require("group", group, Exposure.GROUPS);
              fill(counts, group * LatencyBuckets.COUNT, filled);
            });
    return new GroupedLatency(Doubles.of(counts));
  }

  private static void fill(double[] counts, int from, Map<Integer, Double> filled) {
    filled.forEach(
        (bucket, count) -> {
          require("bucket", bucket, LatencyBuckets.COUNT);
          counts[from + bucket] = count;
        });
  }

  private static void require(String what, int found, int below) {
    if (found < 0 || found >= below) {
      throw new IllegalArgumentException(what + " must be 0.." + (below - 1) + ": " + found);
    }
  }
}
