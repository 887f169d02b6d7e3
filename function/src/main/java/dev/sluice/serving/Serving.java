package dev.sluice.serving;

import dev.sluice.batching.Answer;
import dev.sluice.experiment.Counters;
import dev.sluice.experiment.Exposure;
import dev.sluice.experiment.Ledger;
import dev.sluice.experiment.Outcome;
import dev.sluice.experiment.Shares;
import dev.sluice.inference.Classification;
import dev.sluice.inference.Input;
import dev.sluice.inference.ModelError;
import dev.sluice.inference.Version;
import dev.sluice.routing.Routed;
import dev.sluice.routing.Routes;
import dev.sluice.routing.Turns;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/// The request's way, from the door to the answer: route, encode, run, record.
///
/// A call reads the routes once, so it sees one consistent state whatever an operator changes
/// meanwhile. Every path after the route records an outcome for the chosen version: a canary that
/// dies is counted, and no other version ever answers in its name. Thread-safe; `serve` blocks, so
/// callers bring a thread that may.
public final class Serving {
  private final AtomicReference<Standing> standing;
  private final Map<String, Map<String, LiveVersion>> versions;
  private final Turns turns;
  private final Inputs inputs;
  private final Shadows shadows;
  private final Ledger ledger;
  private final ServingListener listener;
  private final LongSupplier clock;
  private final InstantSource instants;

  /// Where traffic goes, and since when each model's goes there.
  private record Standing(Routes routes, Map<String, Instant> since) {
    Standing {
      since = Map.copyOf(since);
    }

    static Standing of(Routes routes, Instant now) {
      var since = new HashMap<String, Instant>();
      routes.splits().keySet().forEach(model -> since.put(model, now));
      return new Standing(routes, since);
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
      return new Standing(next, moved);
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
    this.standing = new AtomicReference<>(Standing.of(routes, ledger.started()));
    this.versions = Map.copyOf(versions);
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
    Standing now = standing.get();
    return now.routes() == before && standing.compareAndSet(now, now.to(after, instants.instant()));
  }

  public Map<String, Map<String, LiveVersion>> versions() {
    return versions;
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
    Routes now = routes();
    String model = call.ask().model();
    Optional<String> misfit =
        now.split(model)
            .flatMap(split -> live(model, split.stable()))
            .flatMap(stable -> inputs.misfit(call.payload(), stable.loaded()));
    if (misfit.isPresent()) {
      return new Reply.Unfit(misfit.get());
    }
    return switch (now.route(call.ask(), turns)) {
      case Routed.NoSuchModel unknown -> new Reply.NoSuchModel(model);
      case Routed.NoSuchVariant none -> new Reply.NoSuchVariant();
      case Routed.Route route ->
          live(model, route.primary())
              .<Reply>map(version -> answer(call, now, route, version))
              .orElseGet(Reply.NoSuchVariant::new);
    };
  }

  Optional<LiveVersion> live(String model, String version) {
    return Optional.ofNullable(versions.getOrDefault(model, Map.of()).get(version));
  }

  private Reply answer(Call call, Routes routes, Routed.Route route, LiveVersion live) {
    Version version = live.loaded().version();
    listener.assigned(version, route.reason());
    long began = clock.getAsLong();
    var standing =
        new Reply.Standing(
            routes.split(version.model()).flatMap(split -> split.role(version.name())),
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
              var outcome =
                  new Outcome(version.model(), version.name(), result, standing.counted(), nanos);
              live.page().record(outcome, standing.exposure());
              listener.ended(version, outcome);
            },
            () -> listener.turnedAway(version));
    if (reply instanceof Reply.Served served) {
      route
          .shadow()
          .flatMap(name -> live(version.model(), name))
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
          List<Classification> rows =
              Outputs.read(done.outputs(), live.loaded().task(), call.payload().rows());
          yield new Reply.Served(version, route, live.loaded().task().labels(), rows, standing);
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
