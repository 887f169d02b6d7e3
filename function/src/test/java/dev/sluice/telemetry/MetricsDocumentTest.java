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

    Contract.CLOSED.forEach(
        (label, values) ->
            assertThat(values)
                .as(label)
                .allSatisfy(v -> assertThat(document).contains("`" + v + "`")));
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
