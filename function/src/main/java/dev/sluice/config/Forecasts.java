package dev.sluice.config;

import dev.sluice.api.RolloutParts;
import dev.sluice.control.Advance;
import dev.sluice.control.Event;
import dev.sluice.control.RolloutRecord;
import dev.sluice.control.Verb;
import dev.sluice.experiment.Counters;
import dev.sluice.experiment.Groups;
import dev.sluice.experiment.Sums;
import dev.sluice.experiment.Tally;
import dev.sluice.experiment.Window;
import dev.sluice.rollout.Outlook;
import dev.sluice.rollout.Report;
import dev.sluice.rollout.Rollout;
import dev.sluice.routing.Share;
import dev.sluice.serving.LiveVersion;
import dev.sluice.serving.Serving;
import dev.sluice.statistics.Counts;
import dev.sluice.statistics.Histogram;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/// Guesses how long a draft would take: as if it had been running for a minute in which the canary
/// was like stable, with as many requests as this process had in the last minute, and with latency
/// and errors as stable's were since the process started.
record Forecasts(Serving serving, InstantSource instants, LongSupplier clock)
    implements RolloutParts.Forecast {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @Override
  public Guess toPromotion(RolloutRecord draft) {
    Instant now = instants.instant();
    double perMinute =
        serving.versions().getOrDefault(draft.model(), Map.of()).values().stream()
            .map(LiveVersion::errors)
            .mapToDouble(errors -> errors.lastMinute(clock.getAsLong()).all())
            .sum();
    Tally stable =
        serving
            .counters(draft.model(), now)
            .map(counters -> of(counters, draft))
            .orElse(Tally.NONE);
    return perMinute == 0 || stable.requests() == 0
        ? new Guess.NoTraffic()
        : toPromotion(draft, stable, perMinute / stable.requests(), now)
            .<Guess>map(Guess.After::new)
            .orElseGet(Guess.NoProof::new);
  }

  private static Tally of(Counters counters, RolloutRecord draft) {
    return counters.tally(draft.rollout().stable());
  }

  private static Optional<Duration> toPromotion(
      RolloutRecord draft, Tally stable, double minute, Instant now) {
    Instant then = now.minus(MINUTE);
    RolloutRecord running =
        after(
            after(draft, new Event.Commanded(Verb.START.by("forecast", "")), then),
            new Event.Reported(new Report.Loaded()),
            then);
    Share share = running.rollout().share();
    var window =
        new Window(
            then,
            now,
            share,
            times(stable, minute * share.rest().fraction()),
            times(stable, minute * share.fraction()));
    Rollout seen = after(running, new Event.Judged(List.of(window)), now).rollout();
    var judge = seen.plan().judge();
    return Outlook.remaining(seen, judge, judge.after(running.evidence(), window), now);
  }

  private static RolloutRecord after(RolloutRecord record, Event event, Instant at) {
    return switch (Advance.of(record, event, at)) {
      case Advance.Outcome.Next next -> next.record();
      case Advance.Outcome.Nothing nothing -> record;
      case Advance.Outcome.Refused refused -> record;
      case Advance.Outcome.Deleted deleted -> record;
    };
  }

  private static Tally times(Tally tally, double factor) {
    Sums seconds = tally.latencySeconds();
    return new Tally(
        new Counts(tally.errors().units() * factor, tally.errors().events() * factor),
        new Histogram(tally.latency().layout(), tally.latency().counts().times(factor)),
        new Sums(seconds.units() * factor, seconds.sum() * factor, seconds.squares() * factor),
        Groups.NONE,
        Optional.empty(),
        0,
        tally.errors().units() * factor,
        Counts.NONE,
        0,
        Map.of());
  }
}
