package dev.sluice.serving;

import dev.sluice.batching.Answer;
import dev.sluice.batching.Ticket;
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
import dev.sluice.routing.Strategy;
import dev.sluice.routing.Turns;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/// The request's way, from the door to the answer: route, encode, run, record.
///
/// A call reads the routes and the versions once, as one value, so it sees one consistent state
/// whatever an operator changes meanwhile. Every path after the route records an outcome for the
/// chosen version: a canary that dies is counted, and no other version ever answers in its name.
/// Thread-safe; `serve` blocks, so callers bring a thread that may, or `begin`.
public final class Serving {
  private final AtomicReference<Standing> standing;
  private final Turns turns;
  private final Inputs inputs;
  private final Shadows shadows;
  private final Ledger ledger;
  private final ServingListener listener;
  private final LongSupplier clock;
  private final InstantSource instants;

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

  /// Answers a call; blocks until then, at most until its deadline.
  public Reply serve(Call call) {
    return switch (choose(call)) {
      case Choice.None(Reply reply) -> reply;
      case Choice.Of(Chosen chosen) -> ended(chosen, answer(chosen));
    };
  }

  /// Begins a call and returns at once: for a thread that must not block.
  public Begun begin(Call call) {
    return switch (choose(call)) {
      case Choice.None(Reply reply) -> new Begun.Over(reply);
      case Choice.Of(Chosen chosen) -> begin(chosen);
    };
  }

  private sealed interface Choice {
    record None(Reply reply) implements Choice {}

    record Of(Chosen chosen) implements Choice {}
  }

  private Choice choose(Call call) {
    Standing now = standing.get();
    String model = call.ask().model();
    Optional<String> misfit =
        now.routes()
            .split(model)
            .flatMap(split -> now.live(model, split.stable()))
            .flatMap(stable -> inputs.misfit(call.payload(), stable.loaded()));
    if (misfit.isPresent()) {
      return new Choice.None(new Reply.Unfit(misfit.get()));
    }
    return switch (now.routes().route(call.ask(), turns)) {
      case Routed.NoSuchModel unknown -> new Choice.None(new Reply.NoSuchModel(model));
      case Routed.NoSuchVariant none -> new Choice.None(new Reply.NoSuchVariant());
      case Routed.Route route ->
          now.live(model, route.primary())
              .<Choice>map(live -> new Choice.Of(chosen(call, route, live, now)))
              .orElseGet(() -> new Choice.None(new Reply.NoSuchVariant()));
    };
  }

  private Chosen chosen(Call call, Routed.Route route, LiveVersion live, Standing now) {
    Version version = live.loaded().version();
    listener.assigned(version, route.reason());
    long began = clock.getAsLong();
    var standing =
        new Reply.Standing(
            now.routes().split(version.model()).flatMap(split -> split.role(version.name())),
            Exposure.of(call.ask(), route),
            counted(call, route, began));
    return new Chosen(
        call,
        route,
        live,
        standing,
        route.shadow().flatMap(name -> now.live(version.model(), name)),
        began);
  }

  private Reply answer(Chosen chosen) {
    try {
      Call call = chosen.call();
      Optional<Input> room = inputs.ifRoom(call.payload(), chosen.live().loaded());
      return room.isEmpty()
          ? new Reply.Busy(chosen.version())
          : reply(chosen, chosen.live().batcher().submit(room.get(), call.deadline()));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return new Reply.Busy(chosen.version());
    } catch (ModelError | RuntimeException | Error broken) {
      return failed(chosen, broken);
    }
  }

  private Begun begin(Chosen chosen) {
    Reply known;
    try {
      Call call = chosen.call();
      Optional<Input> room = inputs.ifRoom(call.payload(), chosen.live().loaded());
      if (room.isPresent()) {
        Ticket ticket = chosen.live().batcher().take(room.get(), call.deadline());
        return new Begun.Underway(
            chosen.live().batcher(), ticket, answer -> ended(chosen, read(chosen, answer)));
      }
      known = new Reply.Busy(chosen.version());
    } catch (ModelError | RuntimeException | Error broken) {
      known = failed(chosen, broken);
    }
    return new Begun.Over(ended(chosen, known));
  }

  private Reply read(Chosen chosen, Answer answer) {
    try {
      return reply(chosen, answer);
    } catch (ModelError | RuntimeException | Error broken) {
      return failed(chosen, broken);
    }
  }

  private Reply reply(Chosen chosen, Answer answer) throws ModelError {
    return switch (answer) {
      case Answer.Done done -> served(chosen, done);
      case Answer.Failed(ModelError error) -> failed(chosen, error);
      case Answer.Expired(Answer.Reached reached) -> new Reply.Expired(chosen.version(), reached);
      case Answer.Full full -> new Reply.Busy(chosen.version());
      case Answer.Closed closed -> new Reply.Busy(chosen.version());
    };
  }

  private static Reply served(Chosen chosen, Answer.Done done) throws ModelError {
    LiveVersion live = chosen.live();
    Payload payload = chosen.call().payload();
    live.statistics().answered(payload.rows(), done);
    return new Reply.Served(
        chosen.version(),
        chosen.route(),
        live.loaded().task().labels(),
        Outputs.read(done.outputs(), live.loaded().task(), payload),
        done.outputs(),
        live.loaded().model().signature(),
        chosen.standing());
  }

  /// Records what became of a call, once.
  private Reply ended(Chosen chosen, Reply reply) {
    LiveVersion live = chosen.live();
    Version version = chosen.version();
    listener.left(version);
    long nanos = clock.getAsLong() - chosen.beganNanos();
    result(reply)
        .ifPresentOrElse(
            result -> {
              live.errors().record(result, chosen.beganNanos() + nanos);
              switch (result) {
                case OK -> live.statistics().succeeded(nanos, instants.millis());
                case ERROR, TIMEOUT -> live.statistics().failed(nanos);
              }
              var outcome =
                  new Outcome(
                      version.model(), version.name(), result, chosen.standing().counted(), nanos);
              live.page().record(outcome, chosen.standing().exposure());
              listener.ended(version, outcome);
            },
            () -> listener.turnedAway(version));
    if (reply instanceof Reply.Served served) {
      chosen.shadow().ifPresent(shadow -> shadows.offer(chosen.call(), shadow, served.rows()));
    }
    return reply;
  }

  // Where it broke may be ours; but it broke for this version, and a version that breaks must not
  // look healthy because nobody counted.
  private Reply failed(Chosen chosen, Throwable broken) {
    ModelError error =
        broken instanceof ModelError known
            ? known
            : new ModelError(ModelError.Kind.FAILED, "broke around the run", broken);
    listener.failed(chosen.version(), error, chosen.call().traceId());
    return new Reply.Failed(chosen.version(), error.kind());
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
