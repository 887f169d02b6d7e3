package dev.sluice.serving;

import dev.sluice.batching.Answer;
import dev.sluice.experiment.Page;
import dev.sluice.inference.Classification;
import dev.sluice.inference.Input;
import dev.sluice.inference.ModelError;
import dev.sluice.inference.Version;
import dev.sluice.serving.ServingListener.ShadowResult;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;

/// Copies of answered requests, run off the request's way on what is left of the machine.
///
/// At most a fixed number is under way, each only when the service has spare room and the canary's
/// queue is empty; anything else is dropped and counted. The answer is compared and thrown away.
/// Thread-safe.
public final class Shadows {
  /// The score of a version that gets copies: the part of the rows for which it says what stable
  /// said.
  public static final String AGREEMENT = Page.AGREEMENT;

  private final Semaphore places;
  private final BooleanSupplier spareRoom;
  private final Executor executor;
  private final Inputs inputs;
  private final ServingListener listener;

  /// @param places copies under way at once
  /// @param spareRoom whether the service has room for work that nobody waits for
  /// @param executor runs copies on threads that may block
  public Shadows(
      int places,
      BooleanSupplier spareRoom,
      Executor executor,
      Inputs inputs,
      ServingListener listener) {
    this.places = new Semaphore(places);
    this.spareRoom = spareRoom;
    this.executor = executor;
    this.inputs = inputs;
    this.listener = listener;
  }

  /// Runs a copy of an answered call if there is room; returns at once.
  void offer(Call call, LiveVersion shadow, List<Classification> answered) {
    if (!spareRoom.getAsBoolean() || !places.tryAcquire()) {
      dropped(shadow);
      return;
    }
    call.payload().hold();
    try {
      executor.execute(
          () -> {
            try {
              ended(shadow, run(call, shadow, answered));
            } finally {
              call.payload().letGo();
              places.release();
            }
          });
    } catch (RejectedExecutionException stopping) {
      call.payload().letGo();
      places.release();
      dropped(shadow);
    }
  }

  private void dropped(LiveVersion shadow) {
    ended(shadow, new ShadowResult.Dropped());
  }

  private void ended(LiveVersion shadow, ShadowResult result) {
    switch (result) {
      case ShadowResult.Compared compared ->
          shadow.page().score(AGREEMENT, (double) compared.agreed() / compared.rows());
      case ShadowResult.Incomparable incomparable -> {}
      case ShadowResult.Failed failed -> {}
      case ShadowResult.Dropped dropped -> {}
    }
    listener.shadowed(shadow.loaded().version(), result);
  }

  private ShadowResult run(Call call, LiveVersion shadow, List<Classification> answered) {
    Version version = shadow.loaded().version();
    try {
      Optional<Input> input = inputs.ifRoom(call.payload(), shadow.loaded());
      if (input.isEmpty()) {
        return new ShadowResult.Dropped();
      }
      return switch (shadow.batcher().offer(input.get(), call.deadline())) {
        case Answer.Done done ->
            compared(
                Outputs.read(done.outputs(), shadow.loaded().task(), call.payload()), answered);
        case Answer.Failed(ModelError error) -> failed(version, error, call);
        case Answer.Expired expired -> new ShadowResult.Dropped();
        case Answer.Full full -> new ShadowResult.Dropped();
        case Answer.Closed closed -> new ShadowResult.Dropped();
      };
    } catch (ModelError unusable) {
      return failed(version, unusable, call);
    } catch (RuntimeException bug) {
      return failed(
          version, new ModelError(ModelError.Kind.FAILED, "broke around a copy", bug), call);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return new ShadowResult.Dropped();
    }
  }

  private ShadowResult failed(Version version, ModelError error, Call call) {
    listener.failed(version, error, call.traceId());
    return new ShadowResult.Failed();
  }

  private static ShadowResult compared(List<Classification> copy, List<Classification> answered) {
    if (answered.isEmpty() || copy.size() != answered.size()) {
      return new ShadowResult.Incomparable();
    }
    int agreed = 0;
    double distance = 0;
    for (int row = 0; row < answered.size(); row++) {
      agreed += copy.get(row).argmax() == answered.get(row).argmax() ? 1 : 0;
      distance += copy.get(row).distance(answered.get(row));
    }
    return new ShadowResult.Compared(agreed, answered.size(), distance / answered.size());
  }
}
