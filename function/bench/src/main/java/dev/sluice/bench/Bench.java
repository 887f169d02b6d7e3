package dev.sluice.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.openjdk.jmh.runner.RunnerException;

/// What `scripts/bench` starts; run it by that, which also checks the arguments.
final class Bench {
  private static final int FIRST_PORT = 8140;

  private Bench() {}

  /// What was asked for.
  private record Order(
      String part, Effort effort, Optional<Path> json, Optional<Path> markdown, int port) {}

  /// @throws IllegalArgumentException when the arguments are not those of `scripts/bench --help`
  public static void main(String[] arguments)
      throws IOException, InterruptedException, RunnerException {
    Order order = order(arguments);
    var scratch = Path.of("function/bench/target/run").toAbsolutePath();
    Files.createDirectories(scratch);
    var place =
        new Place(
            Path.of(System.getProperty("java.home")),
            Path.of("").toAbsolutePath(),
            scratch,
            order.port());
    BenchmarkModel.write(place.benchmarkModel());
    var report = new Report(conditions(arguments), parts(order, place));
    System.out.print(report.plain());
    if (order.json().isPresent()) {
      Files.writeString(order.json().get(), report.json());
    }
    if (order.markdown().isPresent()) {
      report.into(order.markdown().get());
    }
  }

  private static Order order(String[] arguments) {
    String part = "all";
    Effort effort = Effort.full();
    Optional<Path> json = Optional.empty();
    Optional<Path> markdown = Optional.empty();
    int port = FIRST_PORT;
    for (Iterator<String> left = Arrays.asList(arguments).iterator(); left.hasNext(); ) {
      String argument = left.next();
      switch (argument) {
        case "micro", "service", "tensors", "rollout", "overload", "lambda", "all" -> part = argument;
        case "--quick" -> effort = Effort.quick();
        case "--json" -> json = Optional.of(Path.of(left.next()));
        case "--markdown" -> markdown = Optional.of(Path.of("function/docs/performance.md"));
        case "--port" -> port = Integer.parseInt(left.next());
        default -> throw new IllegalArgumentException("unknown argument: " + argument);
      }
    }
    return new Order(part, effort, json, markdown, port);
  }

  private static Map<String, List<Figure>> parts(Order order, Place place)
      throws IOException, InterruptedException, RunnerException {
    var parts = new LinkedHashMap<String, List<Figure>>();
    Pictures pictures = Pictures.in(place);
    if (wanted(order, "service")) {
      parts.put(
          "A request against the bare loop",
          new ServiceBench(place, order.effort(), pictures).run());
    }
    if (wanted(order, "tensors")) {
      parts.put(
          "Tensors by the Open Inference Protocol", new TensorBench(place, order.effort()).run());
    }
    if (wanted(order, "rollout")) {
      parts.put(
          "A running rollout, 8 callers", new RolloutBench(place, order.effort(), pictures).run());
      parts.put(
          "A tick with 20 rollouts", new TickBench(150 * order.effort().seconds()).run());
    }
    if (wanted(order, "lambda")) {
      parts.put(
          "The function on AWS Lambda", new LambdaBench(place, order.effort(), pictures).run());
    }
    if (wanted(order, "overload")) {
      parts.put(
          "Overload, 224-pixel JPEG, open loop",
          new OverloadBench(place, order.effort(), pictures).run());
    }
    if (wanted(order, "micro")) {
      parts.put("Pieces (JMH)", new MicroBench(order.effort()).run());
    }
    return parts;
  }

  private static boolean wanted(Order order, String part) {
    return order.part().equals("all") || order.part().equals(part);
  }

  private static List<String> conditions(String[] arguments) throws IOException {
    var lines = new ArrayList<String>();
    lines.add(
        "Taken "
            + LocalDate.now(ZoneOffset.UTC)
            + " at commit "
            + System.getProperty("commit", "unknown")
            + " by: scripts/bench "
            + String.join(" ", arguments));
    lines.add(
        "Machine: "
            + Runtime.getRuntime().availableProcessors()
            + " processors, "
            + processor()
            + "; caller and service share it; load before: "
            + Files.readString(Path.of("/proc/loadavg")).split(" ", 2)[0]);
    lines.add(
        "JVM: "
            + System.getProperty("java.vm.name")
            + " "
            + Runtime.version()
            + "; service: "
            + String.join(" ", Served.FLAGS)
            + ", RATE_LIMIT_RPS=0 but for refusals");
    return lines;
  }

  private static String processor() throws IOException {
    return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.substring(line.indexOf(':') + 2))
        .findFirst()
        .orElse("unknown processor");
  }
}
