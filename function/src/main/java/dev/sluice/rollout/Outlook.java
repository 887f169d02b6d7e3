package dev.sluice.rollout;

import dev.sluice.experiment.Evidence;
import dev.sluice.experiment.Guard;
import dev.sluice.experiment.Judge;
import dev.sluice.routing.Share;
import dev.sluice.statistics.Planning;
import dev.sluice.statistics.Planning.Leg;
import dev.sluice.statistics.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/// How long a rollout will take, were the canary like stable and the traffic as in the last
/// windows: the proofs that are missing, share by share, and the time that each step has to last.
public final class Outlook {
  private final Plan plan;
  private final Stay stay;
  private final Evidence evidence;
  private final List<List<OptionalDouble>> forecasts;
  private final Instant now;

  private Outlook(Rollout rollout, Stay stay, Judge judge, Evidence evidence, Instant now) {
    this.plan = rollout.plan();
    this.stay = stay;
    this.evidence = evidence;
    this.forecasts = judge.forecasts(evidence, rollout.share());
    this.now = now;
  }

  /// The time to the promotion; empty where it is not known, or never comes.
  ///
  /// @param judge of the rollout's plan
  public static Optional<Duration> remaining(
      Rollout rollout, Judge judge, Evidence evidence, Instant now) {
    boolean harmful =
        judge.report(evidence, rollout.share()).stream()
            .anyMatch(report -> report.finding().verdict() == Verdict.HARMFUL);
    if (harmful || !(rollout.state() instanceof State.Running running)) {
      return Optional.empty();
    }
    OptionalDouble minutes =
        Planning.minutes(new Outlook(rollout, running.stay(), judge, evidence, now).legs());
    return minutes.isPresent()
        ? Optional.of(Duration.ofMillis((long) Math.min(minutes.getAsDouble() * 60_000, 1e15)))
        : Optional.empty();
  }

  /// One leg for each step from the present one on: it ends with the proof for the share after it.
  private List<Leg> legs() {
    List<Leg> legs = new ArrayList<>();
    for (int step = stay.step(); step < plan.steps().size(); step++) {
      Share share = plan.share(step);
      OptionalDouble requests =
          share.equals(Share.NONE) ? OptionalDouble.of(0) : proof(plan.nextShare(step));
      legs.add(new Leg(requests, share.fraction() * evidence.perMinute(), dwell(step)));
    }
    return legs;
  }

  // What the slowest of the guards that the step waits for needs.
  private OptionalDouble proof(Share next) {
    int at = at(next);
    return Planning.slowest(
        IntStream.range(0, plan.guards().size())
            .filter(guard -> plan.guards().get(guard).role() == Guard.Role.PACING)
            .mapToObj(guard -> forecasts.get(guard).get(at))
            .toList());
  }

  // Forecasts are for the shares with traffic and for all of it.
  private int at(Share share) {
    List<Share> shares =
        plan.steps().stream()
            .map(Plan.Step::share)
            .filter(each -> !each.equals(Share.NONE))
            .toList();
    return share.equals(Share.ALL) ? shares.size() : shares.indexOf(share);
  }

  private double dwell(int step) {
    Pacing pacing = plan.pacing();
    boolean present = step == stay.step();
    long windows =
        pacing.minWindowsPerStep() - (present ? evidence.windows() - stay.windowsBefore() : 0);
    if (plan.isLast(step) && present) {
      windows = Math.max(windows, pacing.minWindowsTotal() - evidence.windows());
    }
    Duration time = plan.steps().get(step).minTime();
    Duration left = present ? time.minus(Duration.between(stay.since(), now)) : time;
    Duration byWindows = plan.terms().window().multipliedBy(Math.max(0, windows));
    Duration longer = byWindows.compareTo(left) > 0 ? byWindows : left;
    return longer.toMillis() / 60_000.0;
  }
}
