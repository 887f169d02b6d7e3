package dev.sluice.config;

import static dev.sluice.aws.CloudWatchObservations.SETTLES;

import dev.sluice.aws.CloudWatchObservations;
import dev.sluice.aws.LambdaAliasActuator;
import dev.sluice.aws.TargetGroupActuator;
import dev.sluice.control.Actuator;
import dev.sluice.control.Observations;
import dev.sluice.control.Outside;
import dev.sluice.control.OutsideAddress;
import dev.sluice.control.Outsides;
import dev.sluice.control.Ruling;
import dev.sluice.experiment.Events;
import dev.sluice.experiment.Guard;
import dev.sluice.experiment.Rule;
import dev.sluice.experiment.Values;
import dev.sluice.nginx.NginxActuator;
import dev.sluice.nginx.NginxCommand;
import dev.sluice.nginx.ScrapedWindows;
import dev.sluice.nginx.Scraper;
import dev.sluice.rollout.Plan;
import dev.sluice.rollout.Report;
import dev.sluice.routing.Share;
import dev.sluice.statistics.Doubles;
import dev.sluice.statistics.LatencyBuckets;
import dev.sluice.statistics.Units;
import dev.sluice.telemetry.Telemetry;
import java.math.BigDecimal;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The deployments whose traffic this process moves, as the settings name them, and where is told
/// how their requests end.
final class Deployments implements AutoCloseable {
  private final Map<String, Deployment> byModel;

  private Deployments(Map<String, Deployment> byModel) {
    this.byModel = byModel;
  }

  /// One of them.
  ///
  /// @param counted what is known of its requests
  record Deployment(
      Outside outside, Observations observations, Counted counted, Runnable closing) {}

  /// What is counted of requests.
  sealed interface Counted {
    record Errors() implements Counted {}

    /// And each latency, in the judge's own buckets.
    record ErrorsAndLatencies() implements Counted {}

    /// And how many took longer than each of some bounds.
    ///
    /// @param seconds the bounds
    record ErrorsAndBounds(Doubles seconds) implements Counted {}
  }

  /// With what the environment says of region and credentials.
  ///
  /// @param nginx how nginx is called
  static Deployments of(List<OutsideAddress> targets, NginxCommand nginx, InstantSource instants) {
    return of(targets, target -> deployment(target, nginx, instants));
  }

  static Deployments of(
      List<OutsideAddress> targets, Function<OutsideAddress, Deployment> deployment) {
    return new Deployments(
        targets.stream()
            .map(deployment)
            .collect(Collectors.toUnmodifiableMap(it -> it.outside().model(), it -> it)));
  }

  private static Deployment deployment(
      OutsideAddress target, NginxCommand nginx, InstantSource instants) {
    return switch (target) {
      case OutsideAddress.Alias alias -> {
        var actuator = LambdaAliasActuator.of(alias, instants);
        yield deployment(
            actuator,
            CloudWatchObservations.of(alias, actuator::inEffectSince, SETTLES),
            new Counted.ErrorsAndLatencies(),
            actuator::close);
      }
      case OutsideAddress.Rule rule -> {
        var actuator = TargetGroupActuator.of(rule, instants);
        yield deployment(
            actuator,
            CloudWatchObservations.of(rule, actuator::inEffectSince, SETTLES),
            new Counted.Errors(),
            actuator::close);
      }
      case OutsideAddress.Include include -> {
        var scraper = new Scraper();
        var actuator = new NginxActuator(include, nginx, scraper, instants);
        yield new Deployment(
            actuator,
            new ScrapedWindows(actuator, scraper),
            new Counted.ErrorsAndBounds(Telemetry.latencyBounds()),
            scraper::close);
      }
    };
  }

  private static Deployment deployment(
      Outside actuator, CloudWatchObservations observations, Counted counted, Runnable closing) {
    return new Deployment(
        actuator,
        observations,
        counted,
        () -> {
          closing.run();
          observations.close();
        });
  }

  /// The model that is meant where none is named; empty where there are several, or none.
  Optional<String> only() {
    return byModel.size() == 1 ? byModel.keySet().stream().findFirst() : Optional.empty();
  }

  /// What rollouts call them.
  Set<String> names() {
    return byModel.keySet();
  }

  Outsides outsides() {
    return Outsides.of(byModel.values().stream().map(Deployment::outside).toList());
  }

  /// Of a deployment what is told outside, of everything else what the processes count.
  Observations observations(Observations own) {
    return (record, now) ->
        Optional.ofNullable(byModel.get(record.model()))
            .map(Deployment::observations)
            .orElse(own)
            .since(record, now);
  }

  /// Whether there is such a version; empty where the model is no deployment.
  Optional<Boolean> known(String model, String version) {
    return Optional.ofNullable(byModel.get(model))
        .map(it -> missing(it.outside(), version).isEmpty());
  }

  /// Why a version of a deployment cannot be had; empty where it can, and where nobody knows.
  Optional<String> missing(String model, String version) {
    return Optional.ofNullable(byModel.get(model)).flatMap(it -> missing(it.outside(), version));
  }

  /// Where nobody can say now, the start will: it waits until the version is ready.
  private static Optional<String> missing(Outside outside, String version) {
    try {
      return outside
          .readiness(version)
          .filter(Report.LoadFailed.class::isInstance)
          .map(Report.LoadFailed.class::cast)
          .map(Report.LoadFailed::text);
    } catch (Actuator.Refused unreadable) {
      return Optional.empty();
    }
  }

  /// Why a plan cannot be followed on a deployment: what it asks for is not counted there, and it
  /// would wait for ever.
  Optional<Ruling.Invalid> misfit(String model, Plan plan) {
    return Optional.ofNullable(byModel.get(model)).flatMap(it -> misfit(it.counted(), plan));
  }

  private static Optional<Ruling.Invalid> misfit(Counted counted, Plan plan) {
    if (plan.units() == Units.CALLER) {
      return Optional.of(
          new Ruling.Invalid(
              "/units", "the callers of a deployment are not told apart: auto or request"));
    }
    if (plan.share(0).equals(Share.NONE)) {
      return Optional.of(
          new Ruling.Invalid(
              "/steps/0", "the first step must be above 0 %: a deployment gets no copies"));
    }
    return plan.guards().stream()
        .filter(guard -> !counts(counted, guard.rule()))
        .findFirst()
        .map(guard -> new Ruling.Invalid("/guards", uncounted(counted, guard)));
  }

  private static String uncounted(Counted counted, Guard guard) {
    return "%s is not counted there: only %s"
        .formatted(
            guard.name(),
            switch (counted) {
              case Counted.Errors errors -> "errors are, so give guards of errors";
              case Counted.ErrorsAndLatencies both -> "errors and latencies by their quantiles are";
              case Counted.ErrorsAndBounds(Doubles seconds) ->
                  "errors are, and slower_than with a limit_ms that is a bound of the histogram: "
                      + millis(seconds);
            });
  }

  private static String millis(Doubles seconds) {
    return IntStream.range(0, seconds.size())
        .mapToObj(bound -> BigDecimal.valueOf(seconds.get(bound)).movePointRight(3))
        .map(millis -> millis.stripTrailingZeros().toPlainString())
        .collect(Collectors.joining(", "));
  }

  private static boolean counts(Counted counted, Rule rule) {
    return switch (rule) {
      case Rule.Ratio(var events, var ratio) -> counts(counted, events);
      case Rule.Maximum(var events, var rate) -> counts(counted, events);
      case Rule.Quantile quantile ->
          switch (counted) {
            case Counted.ErrorsAndLatencies both -> true;
            case Counted.Errors errors -> false;
            // A bound is up to 2.5 times the one before: nothing is proven of a percentile.
            case Counted.ErrorsAndBounds bounds -> false;
          };
      case Rule.Mean(var values, var mean) ->
          switch (values) {
            case Values.Errors errors -> true;
            case Values.LatencySeconds latency -> false;
            case Values.Score score -> false;
          };
    };
  }

  private static boolean counts(Counted counted, Events events) {
    return switch (events) {
      case Events.Errors errors -> true;
      case Events.SlowerThan(int bucket) ->
          switch (counted) {
            case Counted.Errors errors -> false;
            case Counted.ErrorsAndLatencies both -> true;
            case Counted.ErrorsAndBounds(Doubles seconds) ->
                IntStream.range(0, seconds.size())
                    .anyMatch(bound -> LatencyBuckets.ofMicros(seconds.get(bound) * 1e6) == bucket);
          };
      case Events.Loss loss -> false;
    };
  }

  @Override
  public void close() {
    byModel.values().forEach(it -> it.closing().run());
  }
}
