package dev.sluice.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.telemetry.Contract.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MetricsDocumentTest {
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `([a-z0-9_]+)` \\| ([a-z]+) \\|([^|]*)\\|");

  @Test
  void theTableListsTheMetricsOfTheContractAndNoOthers() throws IOException {
    String document = Files.readString(Repository.file("function/docs/metrics.md"));

    Set<Metric> listed = new HashSet<>();
    ROW.matcher(document).results().forEach(row -> listed.add(metric(row)));

    assertThat(listed).containsExactlyInAnyOrderElementsOf(Contract.METRICS);
  }

  @Test
  void everyValueOfAClosedLabelIsExplained() throws IOException {
    String document = Files.readString(Repository.file("function/docs/metrics.md"));

    Stream.concat(
            Contract.CLOSED.stream().flatMap(closed -> closed.values().stream()),
            Contract.TRANSITION_REASONS.stream())
        .forEach(value -> assertThat(document).contains("`" + value + "`"));
  }

  private static Metric metric(MatchResult row) {
    Set<String> labels =
        Arrays.stream(row.group(3).split(",", -1))
            .map(String::strip)
            .filter(label -> !label.isEmpty())
            .collect(Collectors.toUnmodifiableSet());
    return new Metric(
        row.group(1), Contract.Type.valueOf(row.group(2).toUpperCase(Locale.ROOT)), labels);
  }
}
