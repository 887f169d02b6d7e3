package dev.sluice.control;

import dev.sluice.rollout.State;
import dev.sluice.routing.Split;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// A person's side of how models are split while no rollout is active on them. What is answered as
/// done is written. Thread-safe; blocks.
///
/// @param outside whether a model's traffic is split outside of the processes
/// @param follow called after each write, so that this process follows at once
public record StandingSplits(Rollouts store, Predicate<String> outside, Runnable follow) {
  private static final int RECENT = 50;

  /// What becomes of a model's standing split.
  public interface Change {
    /// Empty when the split cannot become that.
    Optional<Split> of(Split split);
  }

  /// Gives the standing canary everybody, where no rollout is active. One that was taken back is
  /// not given anybody by a slip: that needs a reason.
  public Ruling promote(String model, String reason) throws StoreUnavailable {
    Optional<String> canary = store.settings().split(model).flatMap(Split::canary);
    Optional<RolloutRecord> last =
        store.list(new Rollouts.Filter(Optional.of(model), Optional.empty(), RECENT)).stream()
            .filter(record -> canary.filter(record.rollout().canary()::equals).isPresent())
            .findFirst();
    if (reason.isBlank() && last.filter(StandingSplits::takenBack).isPresent()) {
      RolloutRecord record = last.get();
      return new Ruling.Conflict(
          "%s %s in rollout %s: to promote it all the same, give a reason"
              .formatted(
                  record.rollout().canary(),
                  record.rollout().state() instanceof State.RolledBack
                      ? "was rolled back"
                      : "failed",
                  record.id().value()),
          last,
          List.of());
    }
    return settle(model, Split::promoted);
  }

  private static boolean takenBack(RolloutRecord record) {
    return switch (record.rollout().state()) {
      case State.RolledBack rolledBack -> true;
      case State.Failed failed -> true;
      case State.Draft draft -> false;
      case State.Starting starting -> false;
      case State.Running running -> false;
      case State.Paused paused -> false;
      case State.Completed completed -> false;
      case State.Promoted promoted -> false;
    };
  }

  /// Changes a standing split. While a rollout is active on the model its shares are the rollout's.
  public Ruling settle(String model, Change change) throws StoreUnavailable {
    if (outside.test(model)) {
      return Ruling.Conflict.of(
          "%s is split outside of the processes, and its standing split is what is found there: pause, stop or roll back its rollout, or move the weights there"
              .formatted(model));
    }
    for (int i = 0; i < Commands.TRIES; i++) {
      Settings settings = store.settings();
      Optional<Split> split = settings.split(model);
      if (split.isEmpty()) {
        return new Ruling.Unknown("no model of this name is loaded");
      }
      Optional<Split> next = change.of(split.get());
      if (next.isEmpty()) {
        return Ruling.Conflict.of("the model has no canary, so there is nothing to promote");
      }
      Optional<RolloutRecord> active = active(model);
      if (active.isPresent() && !sameShares(split.get(), next.get())) {
        return new Ruling.Conflict(
            "rollout %s is active on %s and has its shares: stop it, roll it back or promote it first"
                .formatted(active.get().id().value(), model),
            active,
            List.of(Verb.STOP, Verb.ROLLBACK, Verb.PROMOTE));
      }
      Settings after = settings.written(model, next.get());
      if (store.write(after) == Rollouts.Written.WRITTEN) {
        follow.run();
        return new Ruling.Settled(after);
      }
    }
    return Ruling.Conflict.OUTRUN;
  }

  private static boolean sameShares(Split one, Split other) {
    return one.versions().equals(other.versions())
        && one.stable().equals(other.stable())
        && one.canary().equals(other.canary());
  }

  /// The rollout that has a model for itself.
  public Optional<RolloutRecord> active(String model) throws StoreUnavailable {
    return store.active().stream().filter(record -> record.model().equals(model)).findFirst();
  }
}
