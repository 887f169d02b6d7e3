package dev.sluice.control;

import dev.sluice.rollout.Command;
import dev.sluice.rollout.Plan;
import dev.sluice.rollout.RolloutId;
import dev.sluice.rollout.State;
import dev.sluice.routing.CanaryTraffic;
import dev.sluice.routing.Split;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/// A person's side of rollouts: what may be asked for, and what becomes of it. What is answered as
/// done is written. Thread-safe; blocks.
///
/// @param known whether there is such a version, loaded or to be loaded
/// @param mostActive rollouts that may be active at once
/// @param digest of a record, for its entry
/// @param wrote told of each entry that was written
/// @param follow called after each write, so that this process follows at once
public record Commands(
    Rollouts store,
    Known known,
    int mostActive,
    Function<RolloutRecord, String> digest,
    Consumer<Entry> wrote,
    Runnable follow) {
  // Each that fails says that somebody else was done.
  static final int TRIES = 10;
  private static final int ID_CHARS = 10;
  private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

  /// Knows versions, and what can be found out of them.
  public interface Known {
    boolean version(String model, String version);

    /// Why a version cannot be had that is not known.
    default String missing(String model, String version) {
      return "%s has no version %s".formatted(model, version);
    }

    /// Whether a model's traffic is split outside of the processes.
    default boolean outside(String model) {
      return false;
    }

    /// Why a plan cannot be followed on a model, whatever its versions.
    default Optional<Ruling.Invalid> misfit(String model, Plan plan) {
      return Optional.empty();
    }
  }

  /// What a person wants done to a rollout.
  ///
  /// @param revision that the person has seen; empty: whatever it is now
  /// @param request where the client named it
  public record Order(
      RolloutId id, Command command, OptionalLong revision, Optional<Entry.Request> request) {}

  /// What a proposal would make; nothing is written.
  public Ruling draft(Proposal proposal, RolloutId id) throws StoreUnavailable {
    Optional<Split> split = store.settings().split(proposal.model());
    if (split.isEmpty()) {
      return new Ruling.Unknown("no model is called " + proposal.model());
    }
    if (!known.version(proposal.model(), proposal.canary())) {
      return new Ruling.Invalid("/version", known.missing(proposal.model(), proposal.canary()));
    }
    Optional<Ruling.Invalid> misfit = known.misfit(proposal.model(), proposal.plan());
    if (misfit.isPresent()) {
      return misfit.get();
    }
    String stable = split.get().stable();
    if (stable.equals(proposal.canary())) {
      return new Ruling.Invalid(
          "/version", "%s is the stable version of %s already".formatted(stable, proposal.model()));
    }
    return new Ruling.Done(
        RolloutRecord.draft(
            proposal.about(), id, proposal.model(), stable, proposal.canary(), proposal.plan()),
        Ruling.Repeated.FIRST);
  }

  /// Writes a draft down.
  public Ruling create(
      Proposal proposal, Optional<Entry.Request> request, Instant now, RandomGenerator chance)
      throws StoreUnavailable {
    Optional<Ruling> before = again(request);
    if (before.isPresent()) {
      return before.get();
    }
    for (int i = 0; i < TRIES; i++) {
      Ruling drafted = draft(proposal, id(chance));
      if (!(drafted instanceof Ruling.Done(RolloutRecord draft, Ruling.Repeated first))) {
        return drafted;
      }
      var entry =
          Entry.of(
              draft, now, new Event.Created(draft), Optional.empty(), digest.apply(draft), request);
      switch (store.write(new Rollouts.Write(draft, Optional.empty(), entry))) {
        case WRITTEN -> {
          wrote.accept(entry);
          follow.run();
          return drafted;
        }
        case REPEATED -> {
          return again(request).orElseGet(() -> Ruling.Conflict.of("it is being done"));
        }
        case STALE, OCCUPIED -> {}
      }
    }
    return Ruling.Conflict.OUTRUN;
  }

  private static RolloutId id(RandomGenerator chance) {
    var text = new StringBuilder(ID_CHARS);
    for (int i = 0; i < ID_CHARS; i++) {
      text.append(ALPHABET.charAt(chance.nextInt(ALPHABET.length())));
    }
    return new RolloutId(text.toString());
  }

  /// Does what a person says to a rollout.
  public Ruling obey(Order order, Instant now) throws StoreUnavailable {
    Optional<Ruling> before = again(order.request());
    if (before.isPresent()) {
      return before.get();
    }
    for (int i = 0; i < TRIES; i++) {
      Optional<RolloutRecord> found = store.find(order.id());
      if (found.isEmpty()) {
        return new Ruling.Unknown("no rollout is called " + order.id().value());
      }
      Optional<Ruling> ruling = tried(order, found.get(), now);
      if (ruling.isPresent()) {
        return ruling.get();
      }
    }
    return Ruling.Conflict.OUTRUN;
  }

  /// Empty where somebody else was first and nothing speaks against another try.
  private Optional<Ruling> tried(Order order, RolloutRecord record, Instant now)
      throws StoreUnavailable {
    if (order.revision().isPresent() && order.revision().getAsLong() != record.revision()) {
      return Optional.of(
          conflict(
              "revision %d is not current: it is %d now"
                  .formatted(order.revision().getAsLong(), record.revision()),
              record,
              now));
    }
    Settings settings = store.settings();
    Optional<Ruling> obstacle = obstacle(order.command(), record, settings, now);
    if (obstacle.isPresent()) {
      return obstacle;
    }
    return switch (Advance.of(record, new Event.Commanded(order.command()), now)) {
      case Advance.Outcome.Nothing nothing -> Optional.of(done(record));
      case Advance.Outcome.Refused(String reason) -> Optional.of(conflict(reason, record, now));
      case Advance.Outcome.Deleted deleted -> deleted(record);
      case Advance.Outcome.Next next -> written(order, next, settings, now);
    };
  }

  private Optional<Ruling> deleted(RolloutRecord record) throws StoreUnavailable {
    return switch (store.delete(record.id(), record.revision())) {
      case WRITTEN -> Optional.of(new Ruling.Deleted(record.id()));
      case STALE, OCCUPIED, REPEATED -> Optional.empty();
    };
  }

  private Optional<Ruling> written(
      Order order, Advance.Outcome.Next next, Settings settings, Instant now)
      throws StoreUnavailable {
    RolloutRecord record = next.record();
    var entry =
        Entry.of(
            record,
            now,
            new Event.Commanded(order.command()),
            next.change(),
            digest.apply(record),
            order.request());
    // A start holds the standing split that it was held against: whoever changes that at the same
    // time comes before it or after it.
    Optional<Settings> held =
        order.command() instanceof Command.Start
            ? Optional.of(settings.touched())
            : Endings.of(record, settings);
    return switch (store.write(new Rollouts.Write(record, held, entry))) {
      case WRITTEN -> {
        wrote.accept(entry);
        follow.run();
        yield Optional.of(done(record));
      }
      case REPEATED -> again(order.request());
      case OCCUPIED -> Optional.of(occupied(record, now));
      case STALE -> Optional.empty();
    };
  }

  private static Ruling done(RolloutRecord record) {
    return new Ruling.Done(record, Ruling.Repeated.FIRST);
  }

  private Ruling occupied(RolloutRecord record, Instant now) throws StoreUnavailable {
    return standing()
        .active(record.model())
        .map(rival -> rivalled(rival, now))
        .orElseGet(() -> conflict("another rollout has just ended; try again", record, now));
  }

  private static Ruling rivalled(RolloutRecord rival, Instant now) {
    return conflict(
        "another rollout is active on %s: %s".formatted(rival.model(), rival.id().value()),
        rival,
        now);
  }

  /// Why a rollout cannot be started, apart from its own state.
  private Optional<Ruling> obstacle(
      Command command, RolloutRecord record, Settings settings, Instant now)
      throws StoreUnavailable {
    boolean starts =
        command instanceof Command.Start && record.rollout().state() instanceof State.Draft;
    if (!starts) {
      return Optional.empty();
    }
    List<RolloutRecord> active = store.active();
    Optional<RolloutRecord> rival =
        active.stream().filter(other -> other.model().equals(record.model())).findFirst();
    if (rival.isPresent()) {
      return Optional.of(rivalled(rival.get(), now));
    }
    if (active.size() >= mostActive) {
      return Optional.of(
          conflict(
              "%d rollouts are active, which is the limit (MAX_CONCURRENT_ROLLOUTS)"
                  .formatted(active.size()),
              record,
              now));
    }
    return settings
        .split(record.model())
        .flatMap(split -> misfit(record, split))
        .map(reason -> conflict(reason, record, now));
  }

  private static Optional<String> misfit(RolloutRecord record, Split split) {
    String stable = record.rollout().stable();
    if (!split.stable().equals(stable)) {
      return Optional.of(
          "the draft compares with %s, but %s is stable now: write a new one"
              .formatted(stable, split.stable()));
    }
    return split.canaryTraffic() == CanaryTraffic.DISABLED
        ? Optional.of("canary_enabled is false, so a canary would get no traffic")
        : Optional.empty();
  }

  /// What may be done to standing splits.
  public StandingSplits standing() {
    return new StandingSplits(store, known::outside, follow);
  }

  private static Ruling conflict(String reason, RolloutRecord record, Instant now) {
    return new Ruling.Conflict(reason, Optional.of(record), Verb.possible(record.rollout(), now));
  }

  /// What the first request of this key made.
  private Optional<Ruling> again(Optional<Entry.Request> request) throws StoreUnavailable {
    if (request.isEmpty()) {
      return Optional.empty();
    }
    Optional<Entry.Logged> made = store.requested(request.get().key());
    if (made.isEmpty()) {
      return Optional.empty();
    }
    Entry entry = made.get().entry();
    if (!entry.request().equals(request)) {
      return Optional.of(new Ruling.KeyReused(request.get().key()));
    }
    return store
        .find(entry.rollout())
        .<Ruling>map(record -> new Ruling.Done(record, Ruling.Repeated.AGAIN))
        .or(() -> Optional.of(new Ruling.Unknown("the rollout of this request is gone")));
  }
}
