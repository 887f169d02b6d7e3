package dev.sluice.journal;

import dev.sluice.experiment.Evidence;
import dev.sluice.experiment.Exposure;
import dev.sluice.statistics.Clusters;
import dev.sluice.statistics.ContrastSums;
import dev.sluice.statistics.Counts;
import dev.sluice.statistics.Doubles;
import dev.sluice.statistics.FeedbackRates;
import dev.sluice.statistics.FeedbackRatesState;
import dev.sluice.statistics.Levels;
import dev.sluice.statistics.MeanState;
import dev.sluice.statistics.Progress;
import dev.sluice.statistics.QuantileState;
import dev.sluice.statistics.QuantileTest;
import dev.sluice.statistics.RateState;
import dev.sluice.statistics.RatioState;
import dev.sluice.statistics.RatioTest;
import dev.sluice.statistics.SampleRatio;
import dev.sluice.statistics.SampleRatioState;
import dev.sluice.statistics.TestState;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/// What is wrong with evidence that was read and is made of finite numbers. Its lists are counted
/// first: what a row is held against is built from them.
final class EvidenceFault {
  private static final int MOST_PACE = 15;
  private static final int MOST_GUARDS = 100;
  private static final int MOST_PLANNED = 100;

  private EvidenceFault() {}

  /// The first fault; empty where there is none.
  static Optional<String> of(Evidence evidence) {
    if (evidence.pace().size() > MOST_PACE) {
      return Optional.of("more than " + MOST_PACE + " numbers of pace");
    }
    if (evidence.guards().size() > MOST_GUARDS) {
      return Optional.of("more than " + MOST_GUARDS + " guards");
    }
    List<TestState> states = evidence.guards().stream().map(Evidence.Remembered::state).toList();
    if (states.stream().anyMatch(state -> planned(state).size() > MOST_PLANNED)) {
      return Optional.of("more than " + MOST_PLANNED + " planned shares");
    }
    if (!states.stream().allMatch(EvidenceFault::shares)) {
      return Optional.of("a share must be above 0 and at most 1");
    }
    if (!evidence.feedback().map(EvidenceFault::share).orElse(true)) {
      return Optional.of("a share must be 0 to 1");
    }
    if (!(counts(evidence) && states.stream().allMatch(EvidenceFault::counts))) {
      return Optional.of("a count is below 0");
    }
    return fits(evidence.split())
            && evidence.feedback().map(EvidenceFault::fits).orElse(true)
            && states.stream().allMatch(EvidenceFault::fits)
        ? Optional.empty()
        : Optional.of("a row of numbers has another length");
  }

  private static List<Double> planned(TestState state) {
    return switch (state) {
      case RatioState ratio -> ratio.planned();
      case QuantileState quantile -> quantile.planned();
      case RateState rate -> List.of();
      case MeanState mean -> List.of();
    };
  }

  private static boolean shares(TestState state) {
    return planned(state).stream().allMatch(share -> share > 0 && share <= 1);
  }

  private static boolean share(FeedbackRatesState feedback) {
    double share = feedback.share().orElse(0);
    return share >= 0 && share <= 1;
  }

  private static boolean counts(Evidence evidence) {
    var split = evidence.split();
    return whole(
            evidence.windows(),
            evidence.repeated(),
            evidence.misfits(),
            evidence.silentFor(),
            split.used(),
            split.skipped(),
            split.invalid(),
            split.mismatchAt().orElse(0))
        && numbers(evidence.canaryUnits(), split.maxLogE())
        && evidence.pace().stream().allMatch(EvidenceFault::numbers)
        && evidence.feedback().map(EvidenceFault::counts).orElse(true);
  }

  private static boolean counts(FeedbackRatesState feedback) {
    return whole(feedback.used(), feedback.differentAt().orElse(0))
        && numbers(feedback.maxLogE())
        && Stream.of(
                feedback.standingStable(),
                feedback.standingCanary(),
                feedback.stable(),
                feedback.canary())
            .allMatch(heard -> numbers(heard.requests(), heard.reports()));
  }

  private static boolean counts(TestState state) {
    boolean own =
        switch (state) {
          case RatioState ratio ->
              counts(ratio.stable()) && counts(ratio.canary()) && counts(ratio.clusters());
          case RateState rate ->
              counts(rate.stable()) && counts(rate.canary()) && counts(rate.clusters());
          case QuantileState quantile ->
              counts(quantile.stable())
                  && counts(quantile.canary())
                  && counts(quantile.clusters())
                  && counts(quantile.history());
          case MeanState mean -> counts(mean);
        };
    return own && counts(state.progress());
  }

  private static boolean counts(MeanState mean) {
    return mean.stable().valid()
        && mean.canary().valid()
        && numbers(mean.share(), mean.rho().orElse(0), mean.canaryUnits(), mean.weight())
        && mean.safe().stream().map(MeanState.SafeSums::share).allMatch(EvidenceFault::numbers)
        && Stream.concat(
                Stream.of(mean.harm(), mean.difference()),
                mean.safe().stream().map(MeanState.SafeSums::sums))
            .map(ContrastSums::v)
            .allMatch(EvidenceFault::numbers);
  }

  private static boolean counts(Progress progress) {
    return whole(
            progress.used(), progress.skipped(), progress.invalid(), progress.harmfulAt().orElse(0))
        && numbers(progress.maxLogEHarm())
        && progress.steps().stream()
            .allMatch(
                step ->
                    numbers(step.share(), step.maxLogESafe()) && whole(step.safeAt().orElse(0)));
  }

  private static boolean counts(Clusters clusters) {
    return rows(clusters).allMatch(EvidenceFault::counts)
        && whole(clusters.dispersedSince().orElse(0));
  }

  private static boolean counts(Counts counts) {
    return numbers(counts.units(), counts.events());
  }

  private static boolean counts(Doubles row) {
    return numbers(row.toArray());
  }

  private static boolean numbers(double... numbers) {
    return DoubleStream.of(numbers).allMatch(number -> number >= 0);
  }

  private static boolean whole(long... numbers) {
    return LongStream.of(numbers).allMatch(number -> number >= 0);
  }

  private static boolean fits(SampleRatioState split) {
    return split.ell().size() == SampleRatio.DEFAULT.start().ell().size();
  }

  private static boolean fits(FeedbackRatesState feedback) {
    return same(feedback.wealth(), FeedbackRates.DEFAULT.start().wealth());
  }

  /// Rows must be as long as those of a state that the same rule starts with.
  private static boolean fits(TestState state) {
    return switch (state) {
      case RatioState ratio ->
          same(
                  ratio.profile(),
                  RatioTest.of(ratio.rule(), Levels.DEFAULT, ratio.planned()).start().profile())
              && fits(ratio.clusters());
      case RateState rate -> fits(rate.clusters());
      case QuantileState quantile ->
          fits(
                  quantile,
                  QuantileTest.of(quantile.rule(), Levels.DEFAULT, quantile.planned()).start())
              && fits(quantile.clusters());
      case MeanState mean -> true;
    };
  }

  private static boolean fits(QuantileState found, QuantileState started) {
    return found.rungs().size() == started.rungs().size()
        && found.rungs().stream().allMatch(rung -> same(rung, started.over()))
        && same(found.over(), started.over())
        && same(found.history(), started.history());
  }

  private static boolean same(Doubles found, Doubles started) {
    return found.size() == started.size();
  }

  private static boolean fits(Clusters clusters) {
    return rows(clusters).allMatch(row -> row.size() == Exposure.GROUPS);
  }

  private static Stream<Doubles> rows(Clusters clusters) {
    var dispersion = clusters.dispersion();
    return Stream.of(
        dispersion.stable().seen(),
        dispersion.stable().expected(),
        dispersion.canary().seen(),
        dispersion.canary().expected(),
        dispersion.canaryUnits());
  }
}
