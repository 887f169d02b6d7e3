package dev.sluice.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.api.MetricsPage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A page of metrics, taken apart.
record Scraped(Map<String, String> types, List<Sample> samples) {
  private static final Pattern SAMPLE =
      Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)\\})? (\\S+)");
  private static final Pattern LABEL =
      Pattern.compile("([a-zA-Z0-9_]+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

  record Sample(String name, Map<String, String> labels, double value) {}

  static Scraped of(MetricsPage page) {
    var types = new TreeMap<String, String>();
    var samples = new ArrayList<Sample>();
    for (String line : new String(page.scrape("").body(), UTF_8).split("\n", -1)) {
      String[] words = line.split(" ", 4);
      if (line.startsWith("# TYPE ")) {
        types.put(words[2], words[3]);
      } else if (!line.startsWith("#") && !line.isEmpty()) {
        samples.add(sample(line));
      }
    }
    return new Scraped(types, samples);
  }

  private static Sample sample(String line) {
    Matcher sample = SAMPLE.matcher(line);
    if (!sample.matches()) {
      throw new AssertionError("not a sample: " + line);
    }
    var labels = new TreeMap<String, String>();
    Matcher label = LABEL.matcher(sample.group(2) == null ? "" : sample.group(2));
    while (label.find()) {
      labels.put(label.group(1), label.group(2));
    }
    return new Sample(sample.group(1), labels, Double.parseDouble(sample.group(3)));
  }

  /// The value of one series; the labels are pairs of name and value.
  double value(String name, String... labels) {
    var wanted = new TreeMap<String, String>();
    for (int i = 0; i < labels.length; i += 2) {
      wanted.put(labels[i], labels[i + 1]);
    }
    return samples.stream()
        .filter(sample -> sample.name().equals(name) && sample.labels().equals(wanted))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no series " + name + wanted))
        .value();
  }

  /// Names of our metrics.
  Set<String> names() {
    return types.keySet().stream()
        .filter(name -> name.startsWith("app_") || name.startsWith("sluice_"))
        .collect(Collectors.toUnmodifiableSet());
  }

  /// The label names of a series, but for the bound of a bucket.
  Set<Set<String>> labels(String series) {
    return samples.stream()
        .filter(sample -> sample.name().equals(series))
        .map(
            sample ->
                sample.labels().keySet().stream()
                    .filter(label -> !label.equals("le"))
                    .collect(Collectors.toUnmodifiableSet()))
        .collect(Collectors.toUnmodifiableSet());
  }
}
