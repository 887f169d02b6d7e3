package dev.sluice.aws;

import dev.sluice.aws.MetricSums.Read;
import dev.sluice.control.Observations;
import dev.sluice.control.OutsideAddress.Alias;
import dev.sluice.control.OutsideAddress.Rule;
import dev.sluice.control.RolloutRecord;
import dev.sluice.experiment.Evidence;
import dev.sluice.experiment.Tally;
import dev.sluice.experiment.Window;
import dev.sluice.rollout.Rollout;
import dev.sluice.rollout.Term;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Windows from the sums of CloudWatch, for versions between which others split the traffic.
///
/// CloudWatch counts by the minute, so a window is a whole minute of UTC whatever the plan says. It
/// is closed some time after its end, when its sums have settled; what arrives later is left out of
/// both arms alike. A minute in which the share was changed is nobody's evidence. No answer depends
/// on an earlier one.
///
/// What a question costs, at $0.01 for 1,000 series: 6 series to see whether there were requests.
/// Where there were some of a function, the buckets of their latencies: first those that had
/// latencies before, and where these are not all of them, the rest of 836.
///
/// Thread-safe; blocks for seconds at most.
public final class CloudWatchObservations implements Observations, AutoCloseable {
  /// How long the sums of a minute usually take to settle.
  public static final Duration SETTLES = Duration.ofMinutes(2);

  private static final Duration MINUTE = Duration.ofMinutes(1);
  // A change of weights does not reach all of a cloud in one moment.
  private static final Duration SPREADS = Duration.ofSeconds(5);
  // A controller that was away for longer starts anew from there.
  private static final Duration LONGEST_PAST = Duration.ofMinutes(30);
  // What does not add up by then is lost.
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final MetricSums sums;
  private final Naming naming;
  private final Function<Rollout, Optional<Instant>> inEffectSince;
  private final Duration settles;
  // Only spares questions.
  private volatile Set<Series> filled = Set.of();

  CloudWatchObservations(
      MetricSums sums,
      Naming naming,
      Function<Rollout, Optional<Instant>> inEffectSince,
      Duration settles) {
    this.sums = sums;
    this.naming = naming;
    this.inEffectSince = inEffectSince;
    this.settles = settles;
  }

  /// With what the environment says of region, endpoint and credentials.
  ///
  /// @param inEffectSince since when traffic is split as a rollout says; see
  ///     [dev.sluice.control.Outside#inEffectSince]
  /// @param settles how long after its end a minute is closed, usually [#SETTLES]
  public static CloudWatchObservations of(
      Alias alias, Function<Rollout, Optional<Instant>> inEffectSince, Duration settles) {
    return of(Naming.behind(alias), inEffectSince, settles);
  }

  /// The same of what a load balancer counts.
  public static CloudWatchObservations of(
      Rule rule, Function<Rollout, Optional<Instant>> inEffectSince, Duration settles) {
    return of(new RuleNaming(Clients.loadBalancing(), rule.arn()), inEffectSince, settles);
  }

  private static CloudWatchObservations of(
      Naming naming, Function<Rollout, Optional<Instant>> inEffectSince, Duration settles) {
    return new CloudWatchObservations(
        new MetricSums(Clients.cloudWatch()), naming, inEffectSince, settles);
  }

  /// Says how CloudWatch names what a version has counted.
  interface Naming extends AutoCloseable {
    /// Both arms of a rollout, at the time of the question.
    ///
    /// @throws Unreadable when that cannot be found out
    Pair of(Rollout rollout) throws Unreadable;

    @Override
    default void close() {}

    static Naming behind(Alias alias) {
      return rollout -> new Pair(Arm.of(alias, rollout.stable()), Arm.of(alias, rollout.canary()));
    }
  }

  /// The arms of a rollout.
  record Pair(Arm stable, Arm canary) {
    private List<Series> both(Function<Arm, List<Series>> series) {
      return Stream.of(stable, canary).map(series).flatMap(List::stream).toList();
    }

    private boolean addUp(Read read, Instant minute) {
      return stable.tally(read, minute).isPresent() && canary.tally(read, minute).isPresent();
    }
  }

  @Override
  public List<Window> since(RolloutRecord record, Instant now) throws Unreadable {
    Instant until = beginning(now.minus(settles));
    List<Instant> minutes =
        first(record, now).stream()
            .flatMap(from -> Stream.iterate(from, until::isAfter, minute -> minute.plus(MINUTE)))
            .toList();
    if (minutes.isEmpty()) {
      return List.of();
    }
    Pair arms = naming.of(record.rollout());
    return closed(record.rollout(), arms, minutes, read(arms, minutes), now);
  }

  /// The first minute that may be evidence; none while nobody knows whether traffic obeys.
  private Optional<Instant> first(RolloutRecord record, Instant now) {
    Rollout rollout = record.rollout();
    Evidence evidence = record.evidence();
    return inEffectSince
        .apply(rollout)
        .flatMap(
            since ->
                Stream.of(
                        Optional.of(since.plus(SPREADS)),
                        rollout.term().map(Term::start),
                        evidence.until(),
                        Optional.of(now.minus(LONGEST_PAST)))
                    .flatMap(Optional::stream)
                    .max(Instant::compareTo))
        .map(CloudWatchObservations::nextBeginning);
  }

  /// The beginning of a moment's minute.
  private static Instant beginning(Instant moment) {
    long length = MINUTE.toMillis();
    return Instant.ofEpochMilli(Math.floorDiv(moment.toEpochMilli(), length) * length);
  }

  /// The first beginning of a minute at or after a moment.
  private static Instant nextBeginning(Instant moment) {
    Instant beginning = beginning(moment);
    return beginning.equals(moment) ? beginning : beginning.plus(MINUTE);
  }

  /// Few series say whether there is anything to ask the many for.
  private Read read(Pair arms, List<Instant> minutes) throws Unreadable {
    Instant end = minutes.getLast().plus(MINUTE);
    Read counts = sums.read(arms.both(Arm::counts), minutes.getFirst(), end);
    Optional<Instant> busy =
        minutes.stream()
            .filter(
                minute ->
                    arms.stable().hasLatencies(counts, minute)
                        || arms.canary().hasLatencies(counts, minute))
            .findFirst();
    return busy.isEmpty() ? counts : latencies(arms, minutes, counts, busy.get(), end);
  }

  /// Buckets that add up to the requests are all that there are, whichever were asked for.
  private Read latencies(Pair arms, List<Instant> minutes, Read counts, Instant from, Instant until)
      throws Unreadable {
    List<Series> all = arms.both(Arm::buckets);
    List<Series> likely = all.stream().filter(filled::contains).toList();
    Read some = counts.and(sums.read(likely, from, until));
    if (minutes.stream().allMatch(minute -> arms.addUp(some, minute))) {
      return some;
    }
    List<Series> rest = all.stream().filter(series -> !filled.contains(series)).toList();
    Read whole = some.and(sums.read(rest, from, until));
    filled =
        all.stream()
            .filter(series -> filled.contains(series) || whole.counted(series))
            .collect(Collectors.toUnmodifiableSet());
    return whole;
  }

  private static List<Window> closed(
      Rollout rollout, Pair arms, List<Instant> minutes, Read read, Instant now) throws Unreadable {
    List<Window> closed = new ArrayList<>();
    for (Instant minute : minutes) {
      Instant end = minute.plus(MINUTE);
      Optional<Tally> stable = arms.stable().tally(read, minute);
      Optional<Tally> canary = arms.canary().tally(read, minute);
      if (stable.isEmpty() || canary.isEmpty()) {
        // Those that follow have to wait for it. Whoever takes the ones before comes again.
        if (closed.isEmpty() && end.isBefore(now.minus(PATIENCE))) {
          throw new Unreadable(
              "the latencies and errors of version %s in the minute of %s do not add up to its requests, %d minutes later"
                  .formatted(
                      stable.isEmpty() ? rollout.stable() : rollout.canary(),
                      minute,
                      Duration.between(end, now).toMinutes()));
        }
        return closed;
      }
      closed.add(new Window(minute, end, rollout.share(), stable.get(), canary.get()));
    }
    return closed;
  }

  @Override
  public void close() {
    sums.close();
    naming.close();
  }
}
