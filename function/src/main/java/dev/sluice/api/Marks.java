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
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// Gives each answer the token by which its caller can say later whether it was a good one.
final class Marks {
  /// In which the token is.
  static final String FIELD = "Outcome-Token";

  private final OutcomeTokens tokens;
  private final InstantSource clock;
  private final Supplier<RandomGenerator> chance;

  Marks(OutcomeTokens tokens, InstantSource clock, Supplier<RandomGenerator> chance) {
    this.tokens = tokens;
    this.clock = clock;
    this.chance = chance;
  }

  /// The token of an answer; none when the names in it are too long.
  Optional<String> token(Reply.Served served) {
    Reply.Standing standing = served.standing();
    return tokens.issue(
        new OutcomeToken(
            served.version().model(),
            Optional.empty(),
            standing.role(),
            served.version().name(),
            ExposureId.fresh(chance.get()),
            standing.exposure().caller(),
            clock.instant(),
            predicted(served.rows()),
            standing.counted()));
  }

  // A request is one exposure, so it has one token; of several rows none is *the* answer.
  private static OptionalInt predicted(List<Classification> rows) {
    return rows.size() == 1 ? OptionalInt.of(rows.getFirst().argmax()) : OptionalInt.empty();
  }
}
