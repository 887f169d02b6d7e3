package dev.sluice.backtest;

import dev.sluice.backtest.Stream.Shape;
import dev.sluice.statistics.PairedCounts;
import dev.sluice.statistics.RatioRule;
import dev.sluice.statistics.Verdict;
import java.util.List;
import java.util.function.Supplier;

/// What the guard on error ratios does, and what people do instead, on the same streams.
final class CountCharacteristics {
  private static final RatioRule RULE = RatioRule.of(1.1, 1.5, 0);
  private static final int WINDOWS = 360;

  /// A service: how often it fails, and how much traffic it has.
  record Service(String text, double errors, int requests) {
    Stream stream(Shape shape) {
      return new Stream(errors, requests, shape, 1, WINDOWS);
    }
  }

  static final List<Service> SERVICES =
      List.of(
          new Service("0.01 %", 0.0001, 20_000),
          new Service("0.1 %", 0.001, 6_000),
          new Service("1 %", 0.01, 2_000),
          new Service("10 %", 0.1, 600));

  private CountCharacteristics() {}

  /// How often each way is wrong.
  static List<String> errors(int runs) {
    Markdown table =
        new Markdown(
            "share of the canary",
            "error rate",
            "equal canary: ever HARMFUL",
            "1.10 times: ever HARMFUL",
            "1.50 times: ever SAFE",
            "equal: peeked z-test",
            "equal: threshold rule");
    for (Shape shape : Shape.values()) {
      for (Service service : SERVICES) {
        Stream equal = service.stream(shape);
        table.row(
            shape.text(),
            service.text(),
            wrong(Verdict.HARMFUL, equal, Looks.ours(RULE), runs),
            wrong(Verdict.HARMFUL, equal.withRatio(1.1), Looks.ours(RULE), runs),
            wrong(Verdict.SAFE, equal.withRatio(1.5), Looks.ours(RULE), runs),
            wrong(Verdict.HARMFUL, equal, Looks.peeking(), runs),
            wrong(Verdict.HARMFUL, equal, Looks.threshold(), runs));
      }
    }
    return table.lines();
  }

  private static String wrong(
      Verdict verdict, Stream stream, Supplier<Looks<PairedCounts>> looks, int runs) {
    return Markdown.percent(Runs.until(verdict, stream, looks, runs, seed(stream)).rate());
  }

  /// How soon harm is found, and how soon health is proven.
  static List<String> delays(int runs) {
    Markdown table =
        new Markdown(
            "canary",
            "error rate",
            "5 % share: median (90 %)",
            "ramp: median (90 %)",
            "ramp: peeked z-test",
            "ramp: threshold rule");
    for (double ratio : new double[] {5, 2}) {
      for (Service service : SERVICES.subList(1, SERVICES.size())) {
        Stream five = service.stream(Shape.FIVE).withRatio(ratio);
        Stream ramp = service.stream(Shape.RAMP).withRatio(ratio);
        table.row(
            "%.0f times the errors".formatted(ratio),
            service.text(),
            both(Runs.until(Verdict.HARMFUL, five, Looks.ours(RULE), runs, seed(five))),
            both(Runs.until(Verdict.HARMFUL, ramp, Looks.ours(RULE), runs, seed(ramp))),
            median(Runs.until(Verdict.HARMFUL, ramp, Looks.peeking(), runs, seed(ramp))),
            median(Runs.until(Verdict.HARMFUL, ramp, Looks.threshold(), runs, seed(ramp))));
      }
    }
    return table.lines();
  }

  /// Requests of both arms until an equal canary is proven safe with all traffic.
  static List<String> health(int runs) {
    Markdown table = new Markdown("error rate", "50 % share: median", "5 % share: median");
    for (Service service : SERVICES) {
      Stream half = service.stream(Shape.HALF);
      Stream five = service.stream(Shape.FIVE);
      table.row(
          service.text(),
          Markdown.count(
              Runs.until(Verdict.SAFE, half, Looks.ours(RULE), runs, seed(half)).requests(0.5)),
          Markdown.count(
              Runs.until(Verdict.SAFE, five, Looks.ours(RULE), runs, seed(five)).requests(0.5)));
    }
    return table.lines();
  }

  private static String both(Runs runs) {
    return median(runs) + " (" + Markdown.count(runs.canaryRequests(0.9)) + ")";
  }

  private static String median(Runs runs) {
    return Markdown.count(runs.canaryRequests(0.5));
  }

  // Streams of one service and shape share their chance, whoever judges them.
  private static long seed(Stream stream) {
    return 1_000_003L * Double.hashCode(stream.errors())
        + 10_007L * stream.shape().name().hashCode();
  }
}
