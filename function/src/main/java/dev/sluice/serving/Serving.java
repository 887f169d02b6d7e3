package dev.sluice.serving;

import dev.sluice.batching.Answer;
import dev.sluice.experiment.Counters;
import dev.sluice.experiment.Exposure;
import dev.sluice.experiment.Ledger;
import dev.sluice.experiment.Outcome;
import dev.sluice.experiment.Shares;
import dev.sluice.inference.Input;
import dev.sluice.inference.ModelError;
import dev.sluice.inference.Version;
import dev.sluice.routing.Routed;
import dev.sluice.routing.Routes;
import dev.sluice.routing.Split;
import dev.sluice.routing.Strategy;
import dev.sluice.routing.Turns;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/// The request's way, from the door to the answer: route, encode, run, record.
///
/// A call reads the routes and the versions once, as one value, so it sees one consistent state
/// whatever an operator changes meanwhile. Every path after the route records an outcome for the
/// chosen version: a canary that dies is counted, and no other version ever answers in its name.
/// Thread-safe; `serve` blocks, so callers bring a thread that may.
public final class Serving {
  private final AtomicReference<Standing> standing;
  private final Turns turns;
  private final Inputs inputs;
  private final Shadows shadows;
  private final Ledger ledger;
  private final ServingListener listener;
  private final LongSupplier clock;
  private final InstantSource instants;

  /// Where traffic goes, since when each model's goes there, and the versions that it can go to:
  /// one value, so that no call sees a route to a version that it does not see.
  private record Standing(
      Routes routes, Map<String, Instant> since, Map<String, Map<String, LiveVersion>> versions) {
    Standing {
      since = Map.copyOf(since);
      versions = Map.copyOf(versions);
    }

    static Standing of(Routes routes, Instant now, Map<String, Map<String, LiveVersion>> versions) {
      var since = new HashMap<String, Instant>();
      routes.splits().keySet().forEach(model -> since.put(model, now));
      return new Standing(routes, since, versions);
    }

    /// Models whose split stays as it is have been split so since as long as before.
    Standing to(Routes next, Instant now) {
      var moved = new HashMap<String, Instant>();
      next.splits()
          .forEach(
              (model, split) -> {
                boolean same = routes.split(model).filter(split::equals).isPresent();
                moved.put(model, same ? since.getOrDefault(model, now) : now);
              });
      return new Standing(next, moved, versions);
    }

    Optional<LiveVersion> live(String model, String version) {
      return Optional.ofNullable(versions.getOrDefault(model, Map.of()).get(version));
    }

    private Standing having(String model, Map<String, LiveVersion> siblings) {
      var changed = new HashMap<>(versions);
      changed.put(model, Map.copyOf(siblings));
      return new Standing(routes, since, changed);
    }

    private Standing splitting(String model, Split split, Instant now) {
      var splits = new HashMap<>(routes.splits());
      splits.put(model, split);
      return to(Routes.of(splits, routes.revision() + 1), now);
    }

    /// With a version that gets no traffic by weight; the first one of a model gets all.
    Standing with(LiveVersion arrived, Strategy strategy, Instant now) {
      String model = arrived.loaded().version().model();
      String name = arrived.loaded().version().name();
      var siblings = new HashMap<>(versions.getOrDefault(model, Map.of()));
      siblings.put(name, arrived);
      Optional<Split> before = routes.split(model);
      Split after =
          before
              .map(split -> split.names(name) ? split : split.withAlsoLoaded(more(split, name)))
              .orElseGet(() -> Split.single(name).withStrategy(strategy));
      Standing loaded = having(model, siblings);
      return before.filter(after::equals).isPresent()
          ? loaded
          : loaded.splitting(model, after, now);
    }

    private static List<String> more(Split split, String name) {
      var names = new ArrayList<>(split.alsoLoaded());
      names.add(name);
      return names;
    }

    /// Without a version; empty when it is not there, or is more than merely loaded.
    Optional<Standing> without(String model, String name, Instant now) {
      Optional<Split> rest = routes.split(model).flatMap(split -> split.without(name));
      if (live(model, name).isEmpty() || rest.isEmpty()) {
        return Optional.empty();
      }
      var siblings = new HashMap<>(versions.getOrDefault(model, Map.of()));
      siblings.remove(name);
      return Optional.of(having(model, siblings).splitting(model, rest.get(), now));
    }

    Optional<Shares> shares(String model) {
      return routes
          .split(model)
          .flatMap(
              split -> Optional.ofNullable(since.get(model)).map(when -> Shares.of(split, when)));
    }
  }

  /// A way on which calls can go at once.
  ///
  /// @param routes where traffic goes at first
  /// @param versions by model and name; every version that the routes name
  /// @param ledger with the pages of all these versions
  /// @param clock `System.nanoTime()`, or a test's
  /// @param instants the wall clock, for the moments at which routes are changed
  public Serving(
      Routes routes,
      Map<String, Map<String, LiveVersion>> versions,
      Turns turns,
      Inputs inputs,
      Shadows shadows,
      Ledger ledger,
      ServingListener listener,
      LongSupplier clock,
      InstantSource instants) {
    this.standing = new AtomicReference<>(Standing.of(routes, ledger.started(), versions));
    this.turns = turns;
    this.inputs = inputs;
    this.shadows = shadows;
    this.ledger = ledger;
    this.listener = listener;
    this.clock = clock;
    this.instants = instants;
  }

  /// Where traffic goes now.
  public Routes routes() {
    return standing.get().routes();
  }

  /// Changes where traffic goes, unless somebody else did since `before` was read. Calls under way
  /// end where they are.
  ///
  /// @return whether it was changed
  public boolean reroute(Routes before, Routes after) {
    Instant moment = instants.instant();
    while (true) {
      Standing now = standing.get();
      if (now.routes() != before) {
        return false;
      }
      if (standing.compareAndSet(now, now.to(after, moment))) {
        return true;
      }
    }
  }

  /// How a model's requests are split now; empty for one that is not there.
  public Optional<Shares> shares(String model) {
    return standing.get().shares(model);
  }

  /// Everything that is loaded now, by model and name.
  public Map<String, Map<String, LiveVersion>> versions() {
    return standing.get().versions();
  }

  /// A loaded version.
  public Optional<LiveVersion> live(String model, String version) {
    return standing.get().live(model, version);
  }

  /// Takes a version in, in place of a loaded one of its name. It gets no traffic by weight, but
  /// can be asked for by name; the first version of a new model gets all.
  ///
  /// @param strategy of a model that was not there before
  public void add(LiveVersion arrived, Strategy strategy) {
    Instant moment = instants.instant();
    standing.updateAndGet(now -> now.with(arrived, strategy, moment));
  }

  /// Takes a version out that is merely loaded. Calls under way end where they are: whoever
  /// frees it waits first as long as a call may take.
  ///
  /// @return the version; empty when it is not there, or is stable, canary or has a weight
  public Optional<LiveVersion> remove(String model, String version) {
    Instant moment = instants.instant();
    while (true) {
      Standing now = standing.get();
      Optional<Standing> next = now.without(model, version, moment);
      if (next.isEmpty()) {
        return Optional.empty();
      }
      if (standing.compareAndSet(now, next.get())) {
        return now.live(model, version);
      }
    }
  }

  /// What has been counted of a model until now; nothing when no model of this name is routed.
  ///
  /// @param windowEnd the moment for which it is read
  public Optional<Counters> counters(String model, Instant windowEnd) {
    return standing
        .get()
        .shares(model)
        .map(
            shares ->
                ledger.read(model, () -> standing.get().shares(model).orElse(shares), windowEnd));
  }

  public Reply serve(Call call) {
    Standing now = standing.get();
    String model = call.ask().model();
    Optional<String> misfit =
        now.routes()
            .split(model)
            .flatMap(split -> now.live(model, split.stable()))
            .flatMap(stable -> inputs.misfit(call.payload(), stable.loaded()));
    if (misfit.isPresent()) {
      return new Reply.Unfit(misfit.get());
    }
    return switch (now.routes().route(call.ask(), turns)) {
      case Routed.NoSuchModel unknown -> new Reply.NoSuchModel(model);
      case Routed.NoSuchVariant none -> new Reply.NoSuchVariant();
      case Routed.Route route ->
          now.live(model, route.primary())
              .<Reply>map(version -> answer(call, route, version, now))
              .orElseGet(Reply.NoSuchVariant::new);
    };
  }

  private Reply answer(Call call, Routed.Route route, LiveVersion live, Standing now) {
    Version version = live.loaded().version();
    listener.assigned(version, route.reason());
    long began = clock.getAsLong();
    var standing =
        new Reply.Standing(
            now.routes().split(version.model()).flatMap(split -> split.role(version.name())),
            Exposure.of(call.ask(), route),
            counted(call, route, began));
    Reply reply;
    try {
      reply = run(call, route, live, standing);
    } finally {
      listener.left(version);
    }
    long nanos = clock.getAsLong() - began;
    result(reply)
        .ifPresentOrElse(
            result -> {
              live.errors().record(result, began + nanos);
              switch (result) {
                case OK -> live.statistics().succeeded(nanos, instants.millis());
                case ERROR, TIMEOUT -> live.statistics().failed(nanos);
              }
              var outcome =
                  new Outcome(version.model(), version.name(), result, standing.counted(), nanos);
              live.page().record(outcome, standing.exposure());
              listener.ended(version, outcome);
            },
            () -> listener.turnedAway(version));
    if (reply instanceof Reply.Served served) {
      route
          .shadow()
          .flatMap(name -> now.live(version.model(), name))
          .ifPresent(shadow -> shadows.offer(call, shadow, served.rows()));
    }
    return reply;
  }

  private Reply run(Call call, Routed.Route route, LiveVersion live, Reply.Standing standing) {
    Version version = live.loaded().version();
    try {
      Optional<Input> room = inputs.ifRoom(call.payload(), live.loaded());
      if (room.isEmpty()) {
        return new Reply.Busy(version);
      }
      Input input = room.get();
      return switch (live.batcher().submit(input, call.deadline())) {
        case Answer.Done done -> {
          live.statistics().answered(call.payload().rows(), done);
          yield new Reply.Served(
              version,
              route,
              live.loaded().task().labels(),
              Outputs.read(done.outputs(), live.loaded().task(), call.payload()),
              done.outputs(),
              live.loaded().model().signature(),
              standing);
        }
        case Answer.Failed(ModelError error) -> failed(version, error, call);
        case Answer.Expired(Answer.Reached reached) -> new Reply.Expired(version, reached);
        case Answer.Full full -> new Reply.Busy(version);
        case Answer.Closed closed -> new Reply.Busy(version);
      };
    } catch (ModelError unusable) {
      return failed(version, unusable, call);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return new Reply.Busy(version);
    } catch (RuntimeException bug) {
      // Where it broke is ours; but it broke for this version, and a version that breaks must not
      // look
      // healthy because nobody counted.
      return failed(
          version, new ModelError(ModelError.Kind.FAILED, "broke around the run", bug), call);
    }
  }

  private Reply failed(Version version, ModelError error, Call call) {
    listener.failed(version, error, call.traceId());
    return new Reply.Failed(version, error.kind());
  }

  /// What a reply says of its version; nothing when the version was never asked.
  private static Optional<Outcome.Result> result(Reply reply) {
    return switch (reply) {
      case Reply.Served served -> Optional.of(Outcome.Result.OK);
      case Reply.Failed failed ->
          Optional.of(
              switch (failed.kind()) {
                case INVALID_ARGUMENT, FAILED -> Outcome.Result.ERROR;
                case CANCELLED -> Outcome.Result.TIMEOUT;
              });
      case Reply.Expired expired ->
          switch (expired.reached()) {
            case QUEUE -> Optional.empty();
            case RUN -> Optional.of(Outcome.Result.TIMEOUT);
          };
      case Reply.Busy busy -> Optional.empty();
      case Reply.Unfit unfit -> Optional.empty();
      case Reply.NoSuchVariant none -> Optional.empty();
      case Reply.NoSuchModel none -> Optional.empty();
    };
  }

  private Outcome.Counted counted(Call call, Routed.Route route, long began) {
    if (!route.reason().exposure()) {
      return Outcome.Counted.OVERRIDE;
    }
    return switch (call.attempt()) {
      case REPEATED -> Outcome.Counted.RETRY;
      case FIRST -> ledger.cold(began) ? Outcome.Counted.COLD : Outcome.Counted.EXPOSURE;
    };
  }
}
