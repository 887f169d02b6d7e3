package dev.sluice.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What `summary.json` has, and what is printed.
///
/// @param phases tallies of their own, in order
/// @param more what only this kind of run knows
record Summary(
    String name,
    Order order,
    Tally whole,
    Map<String, Tally> phases,
    List<Gate> gates,
    Map<String, Object> more) {

  /// Writes it into the folder that was ordered, and prints the gist.
  void write() {
    try {
      Files.createDirectories(order.out());
      new ObjectMapper()
          .writerWithDefaultPrettyPrinter()
          .writeValue(order.out().resolve("summary.json").toFile(), members());
    } catch (IOException unwritten) {
      throw new UncheckedIOException(unwritten);
    }
    print();
  }

  private Map<String, Object> members() {
    var members = new LinkedHashMap<String, Object>();
    members.put("scenario", name);
    members.put("passed", gates.stream().allMatch(Gate::passed));
    members.put(
        "gates",
        gates.stream()
            .map(it -> Map.of("promise", it.promise(), "seen", it.seen(), "passed", it.passed()))
            .toList());
    members.putAll(counts(whole));
    if (phases.size() > 1) {
      var parts = new LinkedHashMap<String, Object>();
      phases.forEach((phase, tally) -> parts.put(phase, counts(tally)));
      members.put("phases", parts);
    }
    members.putAll(more);
    members.put("conditions", conditions());
    return members;
  }

  private Map<String, Object> conditions() {
    var conditions = new LinkedHashMap<String, Object>();
    conditions.put("at", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    conditions.put("base", order.base());
    conditions.put("rps", order.perSecond());
    conditions.put("seconds", order.length().toSeconds());
    conditions.put("warm_up_seconds", order.warmUp().toSeconds());
    conditions.put("commit", order.commit());
    conditions.put("jvm", System.getProperty("java.vm.version"));
    conditions.put("cores", Runtime.getRuntime().availableProcessors());
    conditions.put(
        "load_average", ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    return conditions;
  }

  private static Map<String, Object> counts(Tally tally) {
    var counts = new LinkedHashMap<String, Object>();
    counts.put("requests", tally.all());
    counts.put("answered", tally.of(Tally.End.ANSWERED));
    counts.put("limited", tally.of(Tally.End.LIMITED));
    counts.put("refused", tally.of(Tally.End.REFUSED));
    counts.put("failed", tally.of(Tally.End.FAILED));
    for (int percentile : List.of(50, 95, 99)) {
      int ms = tally.percentile(percentile / 100.0);
      if (ms >= 0) {
        counts.put("p" + percentile + "_ms", ms);
      }
    }
    counts.put("statuses", tally.statuses());
    counts.put("versions", tally.versions());
    return counts;
  }

  private void print() {
    System.out.println();
    System.out.println(name + " against " + order.base());
    System.out.println("  " + conditions());
    line("all", whole);
    if (phases.size() > 1) {
      phases.forEach(Summary::line);
    }
    more.forEach((key, value) -> System.out.println("  " + key + ": " + value));
    for (Gate gate : gates) {
      System.out.printf(
          Locale.ROOT,
          "  %-4s %s (%s)%n",
          gate.passed() ? "ok" : "FAIL",
          gate.promise(),
          gate.seen());
    }
  }

  private static void line(String of, Tally tally) {
    System.out.printf(
        Locale.ROOT,
        "  %-8s %d requests: %d answered, %d limited (429), %d refused (503), %d failed;"
            + " p50 %d ms, p95 %d ms, p99 %d ms%n",
        of,
        tally.all(),
        tally.of(Tally.End.ANSWERED),
        tally.of(Tally.End.LIMITED),
        tally.of(Tally.End.REFUSED),
        tally.of(Tally.End.FAILED),
        tally.percentile(0.5),
        tally.percentile(0.95),
        tally.percentile(0.99));
  }
}
