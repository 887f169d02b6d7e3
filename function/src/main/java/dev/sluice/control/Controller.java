package dev.sluice.control;

import dev.sluice.experiment.Counters;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/// The tick: reads what there is, decides what follows, writes it down and lets traffic follow.
///
///     each process:  counters at the end of a window --> store
///                    settings and rollouts           --> routes
///     one of them:   windows --> evidence --> decision --> store (then routes, in the next step)
///                                                      `-> traffic outside, at once
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
  /// @param process names this process, at each look: a copy of a snapshot is another one
  /// @param period between two ticks
  /// @param outside traffic that is split outside of the processes, where there is any
  /// @param role whether this process may ever act for all
  /// @param digest of a record, for its entry
  public record Parts(
      Supplier<String> process,
      Duration period,
      Store store,
      Observations observations,
      Outsides outside,
      Role role,
      DataPlane data,
      Function<RolloutRecord, String> digest,
      ControlListener listener) {}

  /// What a process may do.
  public enum Role {
    /// Whichever of these holds the lease judges for all.
    LEADS,
    /// It counts and follows.
    FOLLOWS
  }

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
    var own = new ReportedWindows(ownReports, parts.period());
    this.alone =
        new Alone(
            (record, now) -> (outside(record) ? parts.observations() : own).since(record, now));
  }

  private boolean outside(RolloutRecord record) {
    return parts.outside().of(record.model()).isPresent();
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
      store.present(new Instances.Presence(parts.process().get(), now, parts.data().held()));
      Seen seen = Seen.of(store);
      parts.listener().storeBack();
      follow(narrowed(seen));
      leads = parts.role() == Role.LEADS && leased(now);
      if (leads) {
        adopt();
        lead(now);
        stand();
        tidy(now);
      }
    } catch (StoreUnavailable away) {
      leads = false;
      parts.listener().storeAway(away);
      Seen narrower = alone.after(last, now);
      parts.data().route(narrower.splits());
      narrow(narrower);
    }
  }

  private boolean leased(Instant now) throws StoreUnavailable {
    return parts
        .store()
        .lease(parts.process().get(), now, now.plus(parts.period().multipliedBy(2)));
  }

  /// What was taken from a canary while the store is away is taken from it outside, too.
  private void narrow(Seen narrower) {
    for (RolloutRecord record : narrower.active()) {
      Optional<Outside> outside = parts.outside().of(record.model());
      if (parts.role() == Role.LEADS && outside.isPresent() && !last.active().contains(record)) {
        try {
          outside.get().apply(record.rollout());
        } catch (Actuator.Refused refused) {
          parts.listener().refused(record.model(), String.valueOf(refused.getMessage()));
        }
      }
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

  /// Looks at traffic outside on which no rollout is active.
  private void stand() throws StoreUnavailable {
    var standing = new StandingOutside(parts.store());
    boolean wrote = false;
    for (Outside outside : parts.outside().all()) {
      if (last.active().stream().noneMatch(each -> each.model().equals(outside.model()))) {
        try {
          wrote |= standing.look(outside, last.settings());
        } catch (Actuator.Refused refused) {
          parts.listener().refused(outside.model(), String.valueOf(refused.getMessage()));
        }
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
