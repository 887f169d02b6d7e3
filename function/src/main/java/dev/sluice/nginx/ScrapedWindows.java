package dev.sluice.nginx;

import dev.sluice.control.Actuator;
import dev.sluice.control.Observations;
import dev.sluice.control.ReportedWindows;
import dev.sluice.control.RolloutRecord;
import dev.sluice.experiment.Events;
import dev.sluice.experiment.Guard;
import dev.sluice.experiment.Rule;
import dev.sluice.experiment.Tally;
import dev.sluice.experiment.Window;
import dev.sluice.rollout.Rollout;
import dev.sluice.rollout.RolloutId;
import dev.sluice.rollout.Term;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/// Windows from the metrics of two instances, for versions between which nginx splits the traffic.
///
/// Both instances are asked at every look. The first look after the end of a window, a multiple of
/// the plan's window since the epoch, is a boundary; what was counted between two boundaries is the
/// window between them, as long as both arms were the same processes all along and the share did
/// not change. What is before the first boundary is nobody's: a controller that begins loses a
/// window, and one that looks too rarely has none.
///
/// Nothing that is missing is health: an instance that does not answer, or does not say what a
/// guard asks for, or has started anew, is unreadable until both have told of a whole window again.
///
/// Thread-safe; blocks while it asks.
public final class ScrapedWindows implements Observations {
  // Old workers of nginx take a moment to hear that they are to end.
  private static final Duration SPREADS = Duration.ofSeconds(1);
  private static final int MOST_BOUNDARIES = 256;

  private final Source source;
  private final Function<Rollout, Optional<Instant>> inEffectSince;
  private final Deque<Boundary> boundaries = new ArrayDeque<>();
  private Optional<RolloutId> rollout = Optional.empty();
  private Instant lastLook = Instant.MIN;

  public ScrapedWindows(NginxActuator actuator, Scraper scraper) {
    this(
        version -> {
          try {
            return scraper.of(actuator.address(version));
          } catch (Actuator.Refused absent) {
            throw new Unreadable(String.valueOf(absent.getMessage()), absent);
          }
        },
        actuator::inEffectSince);
  }

  ScrapedWindows(Source source, Function<Rollout, Optional<Instant>> inEffectSince) {
    this.source = source;
    this.inEffectSince = inEffectSince;
  }

  /// Says what the instance of a version has counted.
  interface Source {
    Scrape of(String version) throws Unreadable;
  }

  /// What both had counted.
  ///
  /// @param end of a window
  /// @param at when they were asked
  private record Boundary(Instant end, Instant at, Scrape stable, Scrape canary) {}

  @Override
  public synchronized List<Window> since(RolloutRecord record, Instant now) throws Unreadable {
    if (rollout.filter(record.id()::equals).isEmpty()) {
      boundaries.clear();
      lastLook = Instant.MIN;
      rollout = Optional.of(record.id());
    }
    Optional<Unreadable> silent = looked(record.rollout(), now);
    Found found = found(record, now);
    if (!found.windows().isEmpty()) {
      return found.windows();
    }
    if (silent.isPresent()) {
      throw silent.get();
    }
    if (found.lost().isPresent()) {
      throw new Unreadable(found.lost().get());
    }
    return List.of();
  }

  /// Asks both, and says what is wrong with them.
  private Optional<Unreadable> looked(Rollout of, Instant now) {
    Duration length = of.plan().terms().window();
    Instant end = ReportedWindows.end(now, length);
    try {
      var boundary = new Boundary(end, now, asked(of, of.stable()), asked(of, of.canary()));
      boolean later = boundaries.isEmpty() || end.isAfter(boundaries.getLast().end());
      // Of a look in the middle of a window nobody knows how much of it was over.
      if (later && lastLook.isBefore(end) && !lastLook.isBefore(end.minus(length))) {
        boundaries.addLast(boundary);
      }
      lastLook = now.isAfter(lastLook) ? now : lastLook;
      if (boundaries.size() > MOST_BOUNDARIES) {
        boundaries.removeFirst();
      }
      return Optional.empty();
    } catch (Unreadable silent) {
      return Optional.of(silent);
    }
  }

  private Scrape asked(Rollout of, String version) throws Unreadable {
    Scrape scrape;
    try {
      scrape = source.of(version);
    } catch (Unreadable silent) {
      throw new Unreadable("version %s at %s".formatted(version, silent.getMessage()), silent);
    }
    for (Guard guard : of.plan().guards()) {
      Optional<Integer> bucket = bucket(guard.rule());
      if (bucket.isPresent() && !scrape.tells(bucket.get())) {
        throw new Unreadable(
            "version %s does not count what %s asks for: its histogram has other bounds"
                .formatted(version, guard.name()));
      }
    }
    return scrape;
  }

  private static Optional<Integer> bucket(Rule rule) {
    return switch (rule) {
      case Rule.Ratio(var events, var ratio) -> bucket(events);
      case Rule.Maximum(var events, var rate) -> bucket(events);
      case Rule.Quantile quantile -> Optional.empty();
      case Rule.Mean mean -> Optional.empty();
    };
  }

  private static Optional<Integer> bucket(Events events) {
    return switch (events) {
      case Events.SlowerThan(int bucket) -> Optional.of(bucket);
      case Events.Errors errors -> Optional.empty();
      case Events.Loss loss -> Optional.empty();
    };
  }

  /// Windows, or why there are none.
  private record Found(List<Window> windows, Optional<String> lost) {}

  private Found found(RolloutRecord record, Instant now) {
    Rollout of = record.rollout();
    Duration length = of.plan().terms().window();
    Optional<Instant> effect = inEffectSince.apply(of).map(since -> since.plus(SPREADS));
    Optional<Instant> from =
        Stream.of(of.term().map(Term::start), record.evidence().until())
            .flatMap(Optional::stream)
            .max(Instant::compareTo);
    List<Window> windows = new ArrayList<>();
    Optional<String> lost = Optional.empty();
    Optional<Boundary> before = Optional.empty();
    for (Boundary boundary : boundaries) {
      Optional<Boundary> start =
          before
              .filter(it -> from.filter(it.end()::isBefore).isEmpty())
              .filter(it -> effect.filter(since -> !it.at().isBefore(since)).isPresent())
              .filter(it -> !boundary.end().isAfter(now));
      if (start.isPresent()) {
        Optional<Window> window = between(of, length, start.get(), boundary);
        window.ifPresent(windows::add);
        lost = window.isPresent() ? lost : Optional.of(why(of, length, start.get(), boundary));
      }
      before = Optional.of(boundary);
    }
    return new Found(windows, lost);
  }

  private static Optional<Window> between(Rollout of, Duration length, Boundary from, Boundary to) {
    if (!to.end().equals(from.end().plus(length))) {
      return Optional.empty();
    }
    Optional<Tally> stable = to.stable().since(from.stable());
    Optional<Tally> canary = to.canary().since(from.canary());
    return stable.flatMap(
        one -> canary.map(other -> new Window(from.end(), to.end(), of.share(), one, other)));
  }

  private static String why(Rollout of, Duration length, Boundary from, Boundary to) {
    if (!to.end().equals(from.end().plus(length))) {
      return "nobody could look from %s to %s, and a window is %d s"
          .formatted(from.at(), to.at(), length.toSeconds());
    }
    String version = to.stable().since(from.stable()).isEmpty() ? of.stable() : of.canary();
    return "version %s started anew in the window of %s: what it had counted is lost"
        .formatted(version, from.end());
  }
}
