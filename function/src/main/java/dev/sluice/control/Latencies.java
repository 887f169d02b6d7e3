package dev.sluice.control;

import dev.sluice.statistics.Doubles;
import dev.sluice.statistics.Histogram;
import java.util.ArrayList;
import java.util.List;

/// The buckets of a histogram that are not empty: of hundreds, a window of one version fills a few.
/// Immutable.
///
/// @param layout the name of the buckets
/// @param size how many buckets there are, empty ones too
record Latencies(String layout, int size, List<Filled> filled) {
  Latencies {
    filled = List.copyOf(filled);
  }

  /// A bucket, and how much is in it.
  record Filled(int bucket, double count) {}

  static Latencies of(Histogram histogram) {
    Doubles counts = histogram.counts();
    var filled = new ArrayList<Filled>();
    for (int bucket = 0; bucket < counts.size(); bucket++) {
      if (counts.get(bucket) != 0) {
        filled.add(new Filled(bucket, counts.get(bucket)));
      }
    }
    return new Latencies(histogram.layout(), counts.size(), filled);
  }

  Histogram histogram() {
    double[] counts = new double[size];
    filled.forEach(each -> counts[each.bucket()] = each.count());
    return new Histogram(layout, Doubles.of(counts));
  }
}
