package dev.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.experiment.Exposure;
import dev.sluice.experiment.Outcome.Counted;
import dev.sluice.experiment.OutcomeToken;
import dev.sluice.experiment.OutcomeTokens;
import dev.sluice.inference.Classification;
import dev.sluice.inference.Signature;
import dev.sluice.inference.Version;
import dev.sluice.routing.Reason;
import dev.sluice.routing.Role;
import dev.sluice.routing.Routed;
import dev.sluice.routing.SigningKeys;
import dev.sluice.serving.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MarksTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final OutcomeTokens tokens =
      OutcomeTokens.of(
          SigningKeys.parse("k1:" + Base64.getEncoder().encodeToString(new byte[32])),
          Duration.ofHours(24));

  private Optional<OutcomeToken> token(String model, Map<String, OutcomeToken.Rollout> rollouts) {
    var marks =
        new Marks(
            tokens,
            () -> NOW,
            () -> new Random(1),
            name -> Optional.ofNullable(rollouts.get(name)));
    return marks
        .token(served(model))
        .map(
            text ->
                switch (tokens.open(text, NOW)) {
                  case OutcomeTokens.Known known -> known.token();
                  case OutcomeTokens.Refused refused -> throw new AssertionError(refused);
                });
  }

  private static Reply.Served served(String model) {
    return new Reply.Served(
        new Version(model, "v2", "00"),
        new Routed.Route("v2", Optional.empty(), Reason.WEIGHT, Optional.empty()),
        List.of(),
        List.of(new Classification(new float[] {0.25f, 0.75f})),
        List.of(),
        new Signature(List.of(), List.of()),
        new Reply.Standing(
            Optional.of(Role.CANARY), new Exposure(5, Exposure.Kind.NEW), Counted.EXPOSURE));
  }

  @Test
  void namesTheRolloutThatIsUnderWayForTheModel() {
    var rollout = new OutcomeToken.Rollout("r-7", 12);

    assertThat(token("sms", Map.of("sms", rollout)).flatMap(OutcomeToken::rollout))
        .contains(rollout);
    assertThat(token("digits", Map.of("sms", rollout)).flatMap(OutcomeToken::rollout)).isEmpty();
  }

  @Test
  void leavesOutARolloutForWhichThereIsNoRoom() {
    var rollout = new OutcomeToken.Rollout("r".repeat(100), 12);
    String model = "m".repeat(100);

    assertThat(token(model, Map.of(model, rollout)).orElseThrow().rollout()).isEmpty();
  }
}
