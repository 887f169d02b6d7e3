package dev.sluice.api;

import dev.sluice.experiment.ExposureId;
import dev.sluice.experiment.OutcomeToken;
import dev.sluice.experiment.OutcomeTokens;
import dev.sluice.inference.Classification;
import dev.sluice.serving.Reply;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// Gives each answer the token by which its caller can say later whether it was a good one.
final class Marks {
  /// In which the token is.
  static final String FIELD = "Outcome-Token";

  private final OutcomeTokens tokens;
  private final InstantSource clock;
  private final Supplier<RandomGenerator> chance;
  private final Function<String, Optional<OutcomeToken.Rollout>> rollouts;

  /// @param rollouts the one that is under way for a model
  Marks(
      OutcomeTokens tokens,
      InstantSource clock,
      Supplier<RandomGenerator> chance,
      Function<String, Optional<OutcomeToken.Rollout>> rollouts) {
    this.tokens = tokens;
    this.clock = clock;
    this.chance = chance;
    this.rollouts = rollouts;
  }

  /// The token of an answer; none when the names in it are too long.
  Optional<String> token(Reply.Served served) {
    var exposure = ExposureId.fresh(chance.get());
    Optional<OutcomeToken.Rollout> rollout = rollouts.apply(served.version().model());
    Optional<String> whole = tokens.issue(token(served, exposure, rollout));
    // A rollout with a long name takes no feedback away.
    return whole.isPresent() || rollout.isEmpty()
        ? whole
        : tokens.issue(token(served, exposure, Optional.empty()));
  }

  private OutcomeToken token(
      Reply.Served served, ExposureId exposure, Optional<OutcomeToken.Rollout> rollout) {
    Reply.Standing standing = served.standing();
    return new OutcomeToken(
        served.version().model(),
        rollout,
        standing.role(),
        served.version().name(),
        exposure,
        standing.exposure().caller(),
        clock.instant(),
        predicted(served.rows()),
        standing.counted());
  }

  // A request is one exposure, so it has one token; of several rows none is *the* answer.
  private static OptionalInt predicted(List<Classification> rows) {
    return rows.size() == 1 ? OptionalInt.of(rows.getFirst().argmax()) : OptionalInt.empty();
  }
}
