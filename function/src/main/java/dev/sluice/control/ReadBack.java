package dev.sluice.control;

import dev.sluice.rollout.Rollout;
import dev.sluice.rollout.RolloutId;
import dev.sluice.routing.Share;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/// Moves traffic and believes only what it reads afterwards.
///
///     read --> as it should be? --yes--> done
///                   | no
///                   v
///              still what is written? --no--> refused
///                   | yes
///                   v
///              one call to move --> whatever it answered: read again --> done, or refused
///
/// A call may be answered with an error and be done all the same, or be answered not at all, or be
/// done and undone by somebody else. So its answer decides nothing, and it is sent once: the next
/// tick is the next try. Belongs to one thread, but for [#inEffect].
public final class ReadBack {
  private final Splitter splitter;
  private final InstantSource clock;
  private volatile Optional<Share> inEffect = Optional.empty();
  private Optional<Standing> standing = Optional.empty();

  public ReadBack(Splitter splitter, InstantSource clock) {
    this.splitter = splitter;
    this.clock = clock;
  }

  /// What was found as it should be, and has been ever since.
  ///
  /// @param revision of the split: where it is another one, it was moved in between
  private record Standing(RolloutId rollout, Share share, String revision, Instant since) {
    boolean is(Rollout other) {
      return rollout.equals(other.id()) && share.equals(other.share());
    }
  }

  /// What splits traffic.
  public interface Splitter {
    /// What there is now, as the two versions of a rollout share it.
    ///
    /// @throws Actuator.Refused where it splits nothing between these two, or cannot be read
    Split read(Rollout rollout) throws Actuator.Refused;

    /// What it is called in messages.
    String name();
  }

  /// A split as it was read.
  public interface Split {
    /// The canary's part, not less than it is; empty where nobody can say.
    Optional<Share> share();

    /// Changes with each move, by whomever; where nobody counts them it is always the same.
    String revision();

    /// Whether the canary has this part, and nobody else has traffic.
    boolean is(Share wanted);

    /// Asks to move it; refused where somebody else moved it since it was read, if that can be
    /// told.
    ///
    /// @return what was said against it
    /// @throws Actuator.Refused where there is no such split
    Optional<String> move(Share wanted) throws Actuator.Refused;
  }

  /// The canary's part of the traffic as it was read last; empty where it could not be read. To be
  /// asked by any thread.
  public Optional<Share> inEffect() {
    return inEffect;
  }

  /// Since when each [#apply] found the present share of this rollout there.
  public Optional<Instant> inEffectSince(Rollout rollout) {
    return standing.filter(it -> it.is(rollout)).map(Standing::since);
  }

  public void apply(Rollout rollout, Actuator.Current current) throws Actuator.Refused {
    Optional<Standing> before = standing.filter(it -> it.is(rollout));
    standing = Optional.empty();
    Found found = found(rollout, current);
    String revision = found.split().revision();
    // Now, not when it was looked at: what came in between may have gone by the old share.
    standing =
        before
            .filter(it -> !found.moved() && it.revision().equals(revision))
            .or(
                () ->
                    Optional.of(
                        new Standing(rollout.id(), rollout.share(), revision, clock.instant())));
  }

  /// A split that is as it should be.
  ///
  /// @param moved whether it had to be moved for that
  private record Found(Split split, boolean moved) {}

  private Found found(Rollout rollout, Actuator.Current current) throws Actuator.Refused {
    Share wanted = rollout.share();
    Split before = read(rollout);
    if (before.is(wanted)) {
      return new Found(before, false);
    }
    if (!current.holds()) {
      throw new Actuator.Refused(
          splitter.name() + " is left as it is: something else was decided meanwhile");
    }
    Optional<String> complaint = before.move(wanted);
    Split after = read(rollout);
    if (!after.is(wanted)) {
      throw new Actuator.Refused(
          "%s: version %s should have %s and has %s%s"
              .formatted(
                  splitter.name(),
                  rollout.canary(),
                  percent(wanted),
                  after.share().map(ReadBack::percent).orElse("something else"),
                  complaint.map(text -> ": " + text).orElse("")));
    }
    return new Found(after, true);
  }

  private static String percent(Share share) {
    return share.percent() + " %";
  }

  private Split read(Rollout rollout) throws Actuator.Refused {
    inEffect = Optional.empty();
    Split split = splitter.read(rollout);
    inEffect = split.share();
    return split;
  }
}
