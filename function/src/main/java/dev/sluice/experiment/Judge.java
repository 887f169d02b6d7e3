package dev.sluice.experiment;

import dev.sluice.experiment.Evidence.Remembered;
import dev.sluice.experiment.Judgement.CanaryVoice;
import dev.sluice.routing.Share;
import dev.sluice.statistics.Account;
import dev.sluice.statistics.FeedbackRates;
import dev.sluice.statistics.FeedbackRatesState;
import dev.sluice.statistics.Levels;
import dev.sluice.statistics.MeanState;
import dev.sluice.statistics.MeanTest;
import dev.sluice.statistics.QuantileState;
import dev.sluice.statistics.QuantileTest;
import dev.sluice.statistics.RateState;
import dev.sluice.statistics.RateTest;
import dev.sluice.statistics.RatioState;
import dev.sluice.statistics.RatioTest;
import dev.sluice.statistics.Reading;
import dev.sluice.statistics.SampleRatio;
import dev.sluice.statistics.TestState;
import dev.sluice.statistics.Units;
import dev.sluice.statistics.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// Folds windows into evidence, and says what the evidence means: a verdict for each guard, for the
/// whole traffic and for each share of the plan, whether the split is what it should be, and
/// whether feedback can be compared at all: where it arrives for the arms at different rates,
/// guards on it have no data.
///
/// A pure function of values: given the same windows it comes to the same verdicts, which is what
/// replay relies on. Immutable, thread-safe.
public final class Judge {
  // Intervals have the confidence that people are used to.
  private static final double GAMMA = 0.05;

  private final List<Trial<?, ?>> trials;
  private final SampleRatio split;
  private final Optional<FeedbackRates> feedback;

  private Judge(List<Trial<?, ?>> trials, SampleRatio split, Optional<FeedbackRates> feedback) {
    this.trials = List.copyOf(trials);
    this.split = split;
    this.feedback = feedback;
  }

  /// A judge of a plan.
  ///
  /// @param guards with names of their own
  /// @param steps shares of the plan; 0 and 100 % are left out, they need no proof of their own
  /// @param levels of all guards together. Any guard may condemn, so the chance to condemn an
  ///     innocent canary is shared out over them by their weights; all must acquit, so each may err
  ///     with the whole chance to acquit a guilty one
  /// @param units what is independent of what, for the whole route
  public static Judge of(List<Guard> guards, List<Share> steps, Levels levels, Units units) {
    List<Double> shares =
        steps.stream()
            .filter(share -> !share.equals(Share.NONE) && !share.equals(Share.ALL))
            .map(Share::fraction)
            .toList();
    double weights = guards.stream().mapToDouble(Guard::weight).sum();
    List<Trial<?, ?>> trials = new ArrayList<>();
    for (Guard guard : guards) {
      Levels own = levels.withAlphaHarm(levels.alphaHarm() * guard.weight() / weights);
      trials.add(trial(guard, new Terms(own, shares, units)));
    }
    boolean onFeedback = guards.stream().map(Guard::rule).anyMatch(Rule::onFeedback);
    return new Judge(
        trials,
        SampleRatio.DEFAULT,
        onFeedback ? Optional.of(FeedbackRates.DEFAULT) : Optional.empty());
  }

  private record Terms(Levels levels, List<Double> shares, Units units) {
    Units of(Events events) {
      return switch (events) {
        case Events.Errors errors -> units;
        case Events.SlowerThan slower -> ofRequests();
        case Events.Loss loss -> ofRequests();
      };
    }

    /// Of a caller only errors are known. Its other requests count each, as alike as they are.
    Units ofRequests() {
      return switch (units) {
        case CALLER -> Units.DISPERSED;
        case AUTO, REQUEST, DISPERSED -> units;
      };
    }
  }

  private static Trial<?, ?> trial(Guard guard, Terms terms) {
    return switch (guard.rule()) {
      case Rule.Ratio(var events, var ratio) ->
          new Trial<>(
              guard,
              terms.levels(),
              RatioTest.of(ratio.withUnits(terms.of(events)), terms.levels(), terms.shares()),
              RatioState.class,
              window -> Readers.counts(events, terms.of(events), window));
      case Rule.Maximum(var events, var rate) ->
          new Trial<>(
              guard,
              terms.levels(),
              RateTest.of(rate.withUnits(terms.of(events)), terms.levels(), terms.shares()),
              RateState.class,
              window -> Readers.counts(events, terms.of(events), window));
      case Rule.Quantile(var quantile) ->
          new Trial<>(
              guard,
              terms.levels(),
              QuantileTest.of(
                  quantile.withUnits(terms.ofRequests()), terms.levels(), terms.shares()),
              QuantileState.class,
              Readers::latencies);
      case Rule.Mean(var values, var mean) ->
          new Trial<>(
              guard,
              terms.levels(),
              MeanTest.of(mean, terms.levels(), terms.shares()),
              MeanState.class,
              window -> Readers.means(values, window));
    };
  }

  /// Before the first window.
  public Evidence start() {
    return new Evidence(
        Optional.empty(),
        0,
        0,
        0,
        0,
        0,
        List.of(),
        trials.stream().map(t -> new Remembered(t.guard().name(), t.start())).toList(),
        split.start(),
        feedback.map(FeedbackRates::start));
  }

  /// After a window. One that was taken before, or that cannot be one, is only counted.
  ///
  /// @throws IllegalArgumentException when the evidence is of another plan
  public Evidence after(Evidence evidence, Window window) {
    requireOwn(evidence);
    return switch (evidence.fit(window)) {
      case REPEATED -> evidence.withRepeated();
      case MISFIT -> evidence.withMisfit();
      case NEXT -> taken(evidence, window);
    };
  }

  private void requireOwn(Evidence evidence) {
    List<String> own = trials.stream().map(trial -> trial.guard().name()).toList();
    List<String> found = evidence.guards().stream().map(Remembered::guard).toList();
    if (!found.equals(own)) {
      throw new IllegalArgumentException(
          "the evidence is of other guards: " + found + " instead of " + own);
    }
  }

  private Evidence taken(Evidence evidence, Window window) {
    List<Remembered> next = new ArrayList<>(trials.size());
    for (int i = 0; i < trials.size(); i++) {
      Remembered before = evidence.guards().get(i);
      next.add(new Remembered(before.guard(), trials.get(i).after(before.state(), window)));
    }
    boolean told = window.tellsOfTheCanary();
    return new Evidence(
        Optional.of(window.end()),
        evidence.windows() + (told ? 1 : 0),
        evidence.canaryUnits() + (told ? window.canary().requests() : 0),
        evidence.repeated(),
        evidence.misfits(),
        window.silentAfter(evidence.silentFor()),
        evidence.paceAfter(window),
        next,
        split.after(
            evidence.split(),
            new SampleRatio.Window(
                window.stable().fresh(), window.canary().fresh(), window.share().fraction())),
        feedback.map(
            rates ->
                rates.after(
                    evidence.feedback().orElseGet(rates::start), Readers.feedback(window))));
  }

  /// What the evidence says.
  ///
  /// @throws IllegalArgumentException when the evidence is of another plan
  public Judgement read(Evidence evidence) {
    requireOwn(evidence);
    CanaryVoice voice =
        evidence.silentFor() >= Window.SILENT_AFTER ? CanaryVoice.SILENT : CanaryVoice.HEARD;
    var hearing = new Hearing(voice, evidence.feedbackDiffers());
    List<Finding> findings = new ArrayList<>(trials.size());
    for (int i = 0; i < trials.size(); i++) {
      findings.add(finding(trials.get(i), evidence.guards().get(i), hearing));
    }
    return new Judgement(findings, evidence.split().verdict(), voice);
  }

  private static Finding finding(Trial<?, ?> trial, Remembered remembered, Hearing hearing) {
    Reading reading = trial.read(remembered.state());
    return new Finding(
        trial.guard(),
        hearing.heard(reading.verdict(), trial.guard().rule()),
        reading,
        trial.levels().harmBarrier(),
        trial.levels().safeBarrier());
  }

  /// The same with all that people are shown.
  ///
  /// @param present the share of the canary now, for what is expected next
  /// @throws IllegalArgumentException when the evidence is of another plan
  public List<GuardReport> report(Evidence evidence, Share present) {
    Judgement judgement = read(evidence);
    List<GuardReport> reports = new ArrayList<>(trials.size());
    for (int i = 0; i < trials.size(); i++) {
      TestState state = evidence.guards().get(i).state();
      Finding finding = judgement.findings().get(i);
      reports.add(
          report(trials.get(i), state, finding, present.fraction(), distrusted(finding, evidence)));
    }
    return reports;
  }

  /// Why nothing is said of a guard on feedback.
  private static Optional<FeedbackRatesState> distrusted(Finding finding, Evidence evidence) {
    return evidence
        .feedback()
        .filter(rates -> rates.different() && finding.guard().rule().onFeedback());
  }

  private static GuardReport report(
      Trial<?, ?> trial,
      TestState state,
      Finding finding,
      double present,
      Optional<FeedbackRatesState> distrusted) {
    Account account = trial.account(state, GAMMA);
    return new GuardReport(
        finding,
        account,
        finding.reading().steps().stream()
            .map(
                step ->
                    new GuardReport.ForShare(
                        step.share(),
                        step.margin(),
                        step.logESafe() / Math.log(10),
                        finding.safeBarrier() / Math.log(10),
                        finding.verdict(step.share()),
                        step.safeAt(),
                        trial.forecast(state, step, present)))
            .toList(),
        distrusted
            .map(rates -> Sentences.of(finding.guard(), rates))
            .orElseGet(() -> Sentences.of(finding, account)));
  }

  /// The counts, the estimate and the interval of each guard, in their order.
  ///
  /// @throws IllegalArgumentException when the evidence is of another plan
  public List<Account> accounts(Evidence evidence) {
    requireOwn(evidence);
    List<Account> accounts = new ArrayList<>(trials.size());
    for (int i = 0; i < trials.size(); i++) {
      accounts.add(trials.get(i).account(evidence.guards().get(i).state(), GAMMA));
    }
    return accounts;
  }

  /// How many more canary requests prove each guard safe, were the canary like stable.
  ///
  /// @param present the share of the canary until then
  /// @return for each guard, for each share of the plan and then for 1; empty where that is not to
  ///     be expected
  public List<List<OptionalDouble>> forecasts(Evidence evidence, Share present) {
    requireOwn(evidence);
    List<List<OptionalDouble>> forecasts = new ArrayList<>(trials.size());
    for (int i = 0; i < trials.size(); i++) {
      Trial<?, ?> trial = trials.get(i);
      TestState state = evidence.guards().get(i).state();
      forecasts.add(
          trial.read(state).steps().stream()
              .map(step -> trial.forecast(state, step, present.fraction()))
              .toList());
    }
    return forecasts;
  }

  /// What of the guards' verdicts can be believed.
  private record Hearing(CanaryVoice voice, boolean feedbackDiffers) {
    // A canary that is not heard of is not acquitted by what it said before. What feedback says of
    // it is not believed either way.
    Verdict heard(Verdict verdict, Rule rule) {
      if (feedbackDiffers && rule.onFeedback()) {
        return Verdict.NO_DATA;
      }
      return switch (voice) {
        case HEARD -> verdict;
        case SILENT -> verdict == Verdict.HARMFUL ? verdict : Verdict.NO_DATA;
      };
    }
  }
}
