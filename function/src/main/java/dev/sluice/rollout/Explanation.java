package dev.sluice.rollout;

import dev.sluice.experiment.Finding;
import dev.sluice.routing.Share;
import dev.sluice.statistics.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// A rollout in one sentence: where it stands, who brought it there, when and why.
///
/// @param guard one sentence about what a guard found
public record Explanation(Function<Finding, String> guard) {

  /// The headline.
  public String of(Rollout rollout, Instant now) {
    return switch (rollout.state()) {
      case State.Draft draft -> "draft: nobody has started it";
      case State.Starting starting ->
          "starting for %s: %s is being loaded"
              .formatted(since(starting.since(), now), rollout.canary());
      case State.Running running -> running(rollout, running.stay(), now);
      case State.Paused paused ->
          "%s, %s: %s"
              .formatted(
                  ended("paused", rollout, paused.at(), paused.cause()),
                  place(rollout, paused.stay()),
                  because(rollout, paused.cause()));
      case State.Completed done -> completed(rollout, done);
      case State.Promoted done -> over("promoted", rollout, done.at(), done.cause());
      case State.RolledBack done -> over("rolled back", rollout, done.at(), done.cause());
      case State.Failed done -> over("failed", rollout, done.at(), done.cause());
    };
  }

  private String completed(Rollout rollout, State.Completed done) {
    String end = over("completed", rollout, done.at(), done.cause());
    return done.waiting()
        ? end + "; it keeps %s %% until a person promotes it".formatted(percent(rollout.share()))
        : end + "; the result is " + word(done.verdict());
  }

  private String over(String what, Rollout rollout, Instant at, Cause cause) {
    return ended(what, rollout, at, cause) + ": " + because(rollout, cause);
  }

  private static String ended(String what, Rollout rollout, Instant at, Cause cause) {
    String time =
        rollout
            .term()
            .map(term -> " after " + since(term.start(), at))
            .orElse(" before its first step");
    return what + " by " + cause.actor().word() + time;
  }

  private String running(Rollout rollout, Stay stay, Instant now) {
    String where = "running, %s for %s: ".formatted(place(rollout, stay), since(stay.since(), now));
    if (rollout.share().equals(Share.NONE)) {
      return where + "a shadow step, which leaves by its time";
    }
    Recommendation advised = Recommendation.of(Situation.of(rollout, stay, now));
    return where + waiting(rollout, stay, advised);
  }

  private String waiting(Rollout rollout, Stay stay, Recommendation advised) {
    String next = percent(rollout.plan().nextShare(stay.step())) + " %";
    return switch (advised.reason()) {
      case HARMFUL -> sentences(rollout.sight().harmful());
      case SRM -> "the assignments do not follow the share";
      case SUSPICION -> "one step back, as harm is likely";
      case DWELL -> "proven safe for %s, waiting for the least number of windows".formatted(next);
      case PROVEN_SAFE -> "proven safe for " + next;
      case TIME -> "nothing suspicious, due for " + next;
      case DEADLINE -> "more time is worth it";
      case NOT_PROVEN -> "time is up without proof";
      case NO_DATA -> "no data yet, which is not health";
      case UNDECIDED ->
          furthest(rollout, stay)
              .map(guard)
              .map(sentence -> "not yet proven safe for %s: %s".formatted(next, sentence))
              .orElse("not yet proven safe for " + next);
    };
  }

  /// The first guard that lacks its proof for the next share.
  private static Optional<Finding> furthest(Rollout rollout, Stay stay) {
    double next = rollout.plan().nextShare(stay.step()).fraction();
    return rollout.sight().deciding().stream()
        .filter(finding -> finding.verdict(next) != Verdict.SAFE)
        .findFirst();
  }

  private String because(Rollout rollout, Cause cause) {
    String said = cause.text();
    return switch (cause.code()) {
      case HARMFUL ->
          rollout.sight().harmful().isEmpty()
              ? said + " proven worse"
              : sentences(rollout.sight().harmful());
      case PROVEN_SAFE -> "proven safe: " + sentences(rollout.sight().deciding());
      case PROMOTED_UNPROVEN -> "unproven: " + said;
      case NOT_PROVEN -> said.isEmpty() ? "time was up without proof" : said + ", without proof";
      case TIME -> "nothing was suspicious";
      case SUSPICION -> "harm is likely";
      case STARTED, LOADED, LOAD_FAILED, START_DEADLINE, SAMPLE_RATIO_MISMATCH, CANARY_SILENT ->
          or(said, cause.code());
      case ACTUATOR_REFUSES, EVIDENCE_UNREADABLE, RECOVERED, EXTENDED, PAUSED, RESUMED ->
          or(said, cause.code());
      case PROMOTED, ROLLED_BACK, STOPPED, DELETED -> or(said, cause.code());
    };
  }

  private static String or(String said, Cause.Code code) {
    return said.isEmpty()
        ? (code == Cause.Code.PROMOTED ? "proven safe" : "no reason given")
        : said;
  }

  private String sentences(List<Finding> findings) {
    return findings.stream().map(guard).collect(Collectors.joining("; "));
  }

  private static String place(Rollout rollout, Stay stay) {
    return "step %d of %d, %s %% of the traffic"
        .formatted(stay.step() + 1, rollout.plan().steps().size(), percent(rollout.share()));
  }

  private static String word(Verdict verdict) {
    return switch (verdict) {
      case HARMFUL -> "harmful";
      case NO_DATA -> "no data";
      case UNDECIDED -> "undecided";
      case SAFE -> "safe";
    };
  }

  private static String percent(Share share) {
    return Words.percent(share);
  }

  private static String since(Instant from, Instant to) {
    return Words.duration(Duration.between(from, to));
  }
}
