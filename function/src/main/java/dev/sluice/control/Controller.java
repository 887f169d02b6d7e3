package dev.sluice.control;

import dev.sluice.experiment.Counters;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// The tick: reads what there is, decides what follows, writes it down and lets traffic follow.
///
///     each process:  counters at the end of a window --> store
///                    settings and rollouts           --> routes
///     one of them:   windows --> evidence --> decision --> store (then routes, in the next step)
///
/// Level-triggered: whatever was missed, refused or lost is looked at again in the next tick. A
/// rollout that breaks does not keep the others from theirs. Belongs to one thread, but for what
/// says otherwise.
public final class Controller {
  private static final int LOG_PAGE = 500;
  private static final int KEPT_ROLLOUTS = 1_000;
  private static final Duration KEPT_REPORTS = Duration.ofHours(2);
  private static final Duration TIDY_EVERY = Duration.ofMinutes(1);

  private final Parts parts;
  private final OwnReports ownReports = new OwnReports();
  private final Alone alone;
  private final Map<String, Instant> reported = new HashMap<>();
  private Seen last;
  private long followed;
  private volatile boolean leads;
  private Instant tidied = Instant.EPOCH;

  /// What a controller works with.
  ///
  /// @param process names this process
  /// @param period between two ticks
  /// @param actuator of traffic outside of the processes, where there is any
  /// @param digest of a record, for its entry
  public record Parts(
      String process,
      Duration period,
      Store store,
      Observations observations,
      Optional<Actuator> actuator,
      DataPlane data,
      Function<RolloutRecord, String> digest,
      ControlListener listener) {}

  /// A controller that has read the store once.
  ///
  /// @throws StoreUnavailable when it could not be read: nobody knows then who should serve
  public static Controller of(Parts parts) throws StoreUnavailable {
    return new Controller(parts, Seen.of(parts.store()), parts.store().lastSequence());
  }

  private Controller(Parts parts, Seen seen, long followed) {
    this.parts = parts;
    this.last = seen;
    this.followed = followed;
    this.alone = new Alone(new ReportedWindows(ownReports, parts.period()));
  }

  /// What was read last.
  public Seen seen() {
    return last;
  }

  /// Whether this process acts for all, as far as it knows. To be asked by any thread.
  public boolean leads() {
    return leads;
  }

  /// Counts are due at the end of each window of each active rollout. To be called more often than
  /// windows end.
  public void report(Instant now) {
    for (RolloutRecord record : last.active()) {
      Instant end = ReportedWindows.end(now, record.rollout().plan().terms().window());
      String model = record.model();
      // Another end, not a later one: the clock may have been set back.
      if (!end.equals(reported.get(model))) {
        reported.put(model, end);
        parts.data().counters(model, end).ifPresent(counters -> append(model, counters));
      }
    }
  }

  // A report that is lost costs nothing: the next one has its counts, too.
  private void append(String model, Counters counters) {
    ownReports.append(model, counters);
    try {
      parts.store().append(model, counters);
    } catch (StoreUnavailable away) {
      parts.listener().storeAway(away);
    }
  }

  /// Looks at everything once.
  public void tick(Instant now) {
    try {
      Store store = parts.store();
      store.present(new Instances.Presence(parts.process(), now, parts.data().held()));
      Seen seen = Seen.of(store);
      parts.listener().storeBack();
      follow(narrowed(seen));
      leads = store.lease(parts.process(), now, now.plus(parts.period().multipliedBy(2)));
      if (leads) {
        adopt();
        lead(now);
        tidy(now);
      }
    } catch (StoreUnavailable away) {
      leads = false;
      parts.listener().storeAway(away);
      parts.data().route(alone.after(last, now).splits());
    }
  }

  /// Follows what was written meanwhile, and does nothing else.
  public void refresh() {
    try {
      follow(Seen.of(parts.store()));
    } catch (StoreUnavailable away) {
      parts.listener().storeAway(away);
    }
  }

  private void follow(Seen seen) throws StoreUnavailable {
    last = seen;
    seen.active().forEach(record -> parts.data().prepare(record.rollout()));
    parts.data().route(seen.splits());
    parts.listener().seen(seen.active());
    List<Entry.Logged> more;
    do {
      more = parts.store().log(followed, LOG_PAGE);
      for (Entry.Logged entry : more) {
        followed = entry.sequence();
        parts.listener().entered(entry);
      }
    } while (more.size() == LOG_PAGE);
  }

  /// What was taken while the store was away is written before anything else is looked at.
  private Seen narrowed(Seen seen) throws StoreUnavailable {
    boolean wrote = false;
    for (Alone.Ahead ahead : alone.narrowed()) {
      Instant at = ahead.narrowed().orElseThrow();
      wrote |=
          seen.active().stream()
                  .filter(record -> record.id().equals(ahead.base().id()))
                  .anyMatch(record -> record.revision() == ahead.base().revision())
              && new Lead(parts, seen.settings(), at).judge(ahead.base(), ahead.windows());
    }
    return wrote ? Seen.of(parts.store()) : seen;
  }

  private void lead(Instant now) throws StoreUnavailable {
    boolean wrote = false;
    for (RolloutRecord record : last.active()) {
      try {
        wrote |= new Lead(parts, last.settings(), now).take(record);
      } catch (RuntimeException bug) {
        parts.listener().broke(record.model(), bug);
      }
    }
    if (wrote) {
      follow(Seen.of(parts.store()));
    }
  }

  /// A model that came while the process ran is split as it is from now on.
  private void adopt() throws StoreUnavailable {
    var strangers = new HashMap<>(parts.data().splits());
    strangers.keySet().removeAll(last.settings().standing().keySet());
    if (!strangers.isEmpty()
        && parts.store().write(last.settings().configured(strangers)) == Rollouts.Written.WRITTEN) {
      follow(Seen.of(parts.store()));
    }
  }

  private void tidy(Instant now) throws StoreUnavailable {
    if (Duration.between(tidied, now).abs().compareTo(TIDY_EVERY) >= 0) {
      tidied = now;
      parts.store().forgetReports(now.minus(KEPT_REPORTS));
      parts.store().forgetRollouts(KEPT_ROLLOUTS);
    }
  }
}
