package dev.sluice.rollout;

import dev.sluice.experiment.Guard;
import dev.sluice.experiment.Judge;
import dev.sluice.experiment.Rule;
import dev.sluice.routing.Share;
import dev.sluice.statistics.Levels;
import dev.sluice.statistics.Units;
import java.time.Duration;
import java.util.List;

/// How a canary gets its traffic, and what must not happen meanwhile.
///
/// A plan may be written down with faults, so that all of them can be told at once: see [#check()].
///
/// @param steps growing shares below 100 %; the promotion is not one of them, and a trailing 100 %
///     is dropped
/// @param guards what must not get worse; they count in the plan's units
/// @param levels how much proof is asked for; `alphaHarm` is shared by the guards
/// @param units what counts as one independent observation
public record Plan(
    List<Step> steps,
    List<Guard> guards,
    Levels levels,
    Units units,
    Pacing pacing,
    Promotion promotion,
    Terms terms,
    Mode mode,
    AutomaticRollback automaticRollback) {

  public Plan {
    steps = withoutTrailingWhole(steps);
    Units counted = units;
    guards = guards.stream().map(guard -> counting(guard, counted)).toList();
  }

  /// A share that is held for a while.
  ///
  /// @param share 0 for a shadow step, which may only be the first
  /// @param minTime how long at least
  /// @param minExposures how many requests of the canary at least
  public record Step(Share share, Duration minTime, long minExposures) {
    public static Step of(Share share) {
      return new Step(share, Duration.ZERO, 0);
    }

    public static Step percent(double percent) {
      return of(Share.ofPercent(percent));
    }

    public Step withMinTime(Duration time) {
      return new Step(share, time, minExposures);
    }

    public Step withMinExposures(long exposures) {
      return new Step(share, minTime, exposures);
    }
  }

  /// Who has the last word.
  public enum Promotion {
    /// The judge.
    AUTO,
    /// A person: what is proven keeps its share until then.
    MANUAL
  }

  /// Whether anything is done.
  public enum Mode {
    ACT,
    /// It judges, says what it would have done, and does nothing.
    OBSERVE
  }

  /// Whether harm takes the canary back by itself.
  public enum AutomaticRollback {
    ON,
    /// It is said, nothing advances, and a person decides.
    OFF
  }

  /// A plan with the usual settings.
  public static Plan of(List<Step> steps, List<Guard> guards) {
    return new Plan(
        steps,
        guards,
        Levels.DEFAULT,
        Units.AUTO,
        Pacing.of(Pacing.Pace.PROOF),
        Promotion.AUTO,
        Terms.DEFAULT,
        Mode.ACT,
        AutomaticRollback.ON);
  }

  public Plan withSteps(List<Step> other) {
    return new Plan(
        other, guards, levels, units, pacing, promotion, terms, mode, automaticRollback);
  }

  public Plan withGuards(List<Guard> other) {
    return new Plan(steps, other, levels, units, pacing, promotion, terms, mode, automaticRollback);
  }

  public Plan withLevels(Levels other) {
    return new Plan(steps, guards, other, units, pacing, promotion, terms, mode, automaticRollback);
  }

  public Plan withUnits(Units other) {
    return new Plan(
        steps, guards, levels, other, pacing, promotion, terms, mode, automaticRollback);
  }

  public Plan withPacing(Pacing other) {
    return new Plan(steps, guards, levels, units, other, promotion, terms, mode, automaticRollback);
  }

  public Plan withPromotion(Promotion other) {
    return new Plan(steps, guards, levels, units, pacing, other, terms, mode, automaticRollback);
  }

  public Plan withTerms(Terms other) {
    return new Plan(
        steps, guards, levels, units, pacing, promotion, other, mode, automaticRollback);
  }

  public Plan withMode(Mode other) {
    return new Plan(
        steps, guards, levels, units, pacing, promotion, terms, other, automaticRollback);
  }

  public Plan withAutomaticRollback(AutomaticRollback other) {
    return new Plan(steps, guards, levels, units, pacing, promotion, terms, mode, other);
  }

  /// Everything to be said about it; it may run unless a [Remark.Fault] is among it.
  public List<Remark> check() {
    return PlanCheck.of(this);
  }

  /// Why it may not run.
  public List<String> faults() {
    return check().stream().filter(Remark.Fault.class::isInstance).map(Remark::text).toList();
  }

  public Share share(int step) {
    return steps.get(step).share();
  }

  /// The share after a step: the promotion's after the last.
  public Share nextShare(int step) {
    return isLast(step) ? Share.ALL : share(step + 1);
  }

  public boolean isLast(int step) {
    return step == steps.size() - 1;
  }

  /// Whoever judges it.
  public Judge judge() {
    return Judge.of(guards, steps.stream().map(Step::share).toList(), levels, units);
  }

  /// How many steps come before the canary has traffic: one or none.
  int shadowSteps() {
    return share(0).equals(Share.NONE) ? 1 : 0;
  }

  private static List<Step> withoutTrailingWhole(List<Step> steps) {
    boolean whole = !steps.isEmpty() && steps.getLast().share().equals(Share.ALL);
    return List.copyOf(whole ? steps.subList(0, steps.size() - 1) : steps);
  }

  private static Guard counting(Guard guard, Units units) {
    Rule rule =
        switch (guard.rule()) {
          case Rule.Ratio(var events, var ratio) -> new Rule.Ratio(events, ratio.withUnits(units));
          case Rule.Maximum(var events, var rate) ->
              new Rule.Maximum(events, rate.withUnits(units));
          case Rule.Quantile(var quantile) -> new Rule.Quantile(quantile.withUnits(units));
          case Rule.Mean mean -> mean;
        };
    return new Guard(guard.name(), rule, guard.weight(), guard.role(), guard.action());
  }
}
