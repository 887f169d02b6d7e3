package dev.sluice.rollout;

import dev.sluice.experiment.Events;
import dev.sluice.experiment.Guard;
import dev.sluice.experiment.Rule;
import dev.sluice.routing.Share;
import dev.sluice.statistics.Units;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Everything there is to say about a plan, gathered, so that nobody has to try again for the next
/// fault.
final class PlanCheck {
  private static final Duration SHORTEST_WINDOW = Duration.ofSeconds(10);
  private static final Duration LONGEST_WINDOW = Duration.ofSeconds(60);

  private static final Duration LONGEST = Duration.ofDays(366);
  // What evidence can be read back with.
  private static final int MOST = 100;

  private final Plan plan;
  private final List<Remark> remarks = new ArrayList<>();

  private PlanCheck(Plan plan) {
    this.plan = plan;
  }

  static List<Remark> of(Plan plan) {
    PlanCheck check = new PlanCheck(plan);
    check.steps();
    check.times();
    check.minimums();
    check.names();
    check.policy();
    check.callers();
    return List.copyOf(check.remarks);
  }

  private void steps() {
    if (plan.steps().stream().allMatch(step -> step.share().equals(Share.NONE))) {
      fault("steps must have a share above 0 % and below 100 %: none has");
      return;
    }
    for (int i = 0; i < plan.steps().size(); i++) {
      step(i);
    }
    if (plan.share(plan.steps().size() - 1).equals(Share.ALL)) {
      fault("steps must be below 100 %: the promotion is not a step");
    }
  }

  private void step(int index) {
    Plan.Step step = plan.steps().get(index);
    if (index > 0 && step.share().compareTo(plan.share(index - 1)) <= 0) {
      fault(
          "shares must grow: %s %% after %s %%"
              .formatted(Words.percent(step.share()), Words.percent(plan.share(index - 1))));
    }
    if (step.minTime().isNegative() || step.minExposures() < 0) {
      fault("a step's minimums must not be negative: step " + (index + 1));
    }
    if (step.share().equals(Share.NONE) && step.minExposures() > 0) {
      fault(
          "a step of 0 % has no exposures and leaves by its minimum time: minExposures must be 0");
    }
  }

  private void times() {
    Terms terms = plan.terms();
    if (terms.window().compareTo(SHORTEST_WINDOW) < 0
        || terms.window().compareTo(LONGEST_WINDOW) > 0) {
      fault("window must be 10 to 60 seconds: " + Words.duration(terms.window()));
    }
    if (terms.patience() < 1) {
      fault("patience must be 1 window or more: " + terms.patience());
    }
    positive("deadline", terms.deadline());
    positive("startDeadline", terms.startDeadline());
    if (terms.maxExtension().isNegative()) {
      fault("maxExtension must not be negative; 0 is none");
    }
    if (terms.deadline().compareTo(LONGEST) > 0 || terms.maxExtension().compareTo(LONGEST) > 0) {
      fault("deadline and maxExtension must be a year at most");
    }
    if (terms.sampleSize().isPresent() && terms.sampleSize().getAsLong() < 1) {
      fault("sampleSize must be 1 or more: " + terms.sampleSize().getAsLong());
    }
    if (terms.sampleSize().isPresent() && terms.onTimeout() == Terms.OnTimeout.WAIT) {
      fault("sampleSize ends a test: onTimeout must be COMPLETE or ROLLBACK");
    }
    if (shortest().compareTo(terms.deadline()) > 0) {
      warning(
          "its steps last %s at least, longer than the deadline of %s"
              .formatted(Words.duration(shortest()), Words.duration(terms.deadline())));
    }
  }

  private Duration shortest() {
    return plan.steps().stream().map(Plan.Step::minTime).reduce(Duration.ZERO, Duration::plus);
  }

  private void positive(String name, Duration duration) {
    if (duration.isNegative() || duration.isZero()) {
      fault(name + " must be above 0");
    }
  }

  private void minimums() {
    Pacing pacing = plan.pacing();
    if (pacing.minWindowsPerStep() < 0
        || pacing.minWindowsTotal() < 0
        || !(pacing.minUnitsPerStep() >= 0)) {
      fault("minWindowsPerStep, minWindowsTotal and minUnitsPerStep must not be negative");
    }
  }

  private void names() {
    if (plan.guards().size() > MOST || plan.steps().size() > MOST) {
      fault("there must be at most 100 guards and 100 steps");
    }
    Set<String> seen = new HashSet<>();
    for (Guard guard : plan.guards()) {
      if (!seen.add(guard.name())) {
        fault("guards must have names of their own: " + guard.name() + " is there twice");
      }
    }
  }

  private void policy() {
    if (plan.guards().isEmpty()) {
      fault("without guards neither harm nor safety can be proven: the nearest is `comparable`");
      return;
    }
    plan.guards().stream().map(GuardCheck::of).forEach(remarks::addAll);
    plan.guards().stream().filter(guard -> guard.rule().onFeedback()).forEach(this::trusted);
    boolean condemns = plan.guards().stream().map(Guard::rule).anyMatch(GuardCheck::canCondemn);
    List<Guard> pacing =
        plan.guards().stream().filter(guard -> guard.role() == Guard.Role.PACING).toList();
    boolean acquits =
        !pacing.isEmpty() && pacing.stream().map(Guard::rule).allMatch(GuardCheck::canAcquit);
    if (!condemns && !acquits) {
      fault("these guards prove neither harm nor safety: the nearest is `comparable`");
    } else if (!acquits) {
      warning(
          "these guards can only condemn: the plan promotes nothing by itself; with `comparable` it"
              + " would");
    } else if (!condemns) {
      warning("these guards can only acquit: harm is never noticed");
    }
  }

  private void trusted(Guard guard) {
    warning(
        guard.name()
            + " is trusted only while feedback arrives for both versions at like rates: once these"
            + " are proven to differ by more than a factor of 1.25, it has no data");
  }

  private void callers() {
    if (plan.units() == Units.REQUEST) {
      return;
    }
    for (Guard guard : plan.guards()) {
      switch (guard.rule()) {
        case Rule.Mean mean ->
            warning(
                guard.name()
                    + " treats requests as independent: with sticky callers, who are alike, it errs"
                    + " more often than planned");
        case Rule.Ratio(Events.Loss loss, var ratio) -> unjudged(guard);
        case Rule.Maximum(Events.Loss loss, var rate) -> unjudged(guard);
        case Rule.Ratio ratio -> {}
        case Rule.Maximum maximum -> {}
        case Rule.Quantile quantile -> {}
      }
    }
  }

  private void unjudged(Guard guard) {
    warning(
        guard.name()
            + " is not judged once callers come back, as nobody knows whose the scores are: with"
            + " units REQUEST it is, and treats them as independent");
  }

  private void fault(String text) {
    remarks.add(new Remark.Fault(text));
  }

  private void warning(String text) {
    remarks.add(new Remark.Warning(text));
  }
}
