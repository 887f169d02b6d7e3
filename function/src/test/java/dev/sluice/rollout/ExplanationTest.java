package dev.sluice.rollout;

import static dev.sluice.rollout.Rollouts.ERRORS;
import static dev.sluice.rollout.Rollouts.PLAN;
import static dev.sluice.rollout.Rollouts.START;
import static dev.sluice.rollout.Rollouts.at;
import static dev.sluice.rollout.Rollouts.harmful;
import static dev.sluice.rollout.Rollouts.moved;
import static dev.sluice.rollout.Rollouts.next;
import static dev.sluice.rollout.Rollouts.running;
import static dev.sluice.rollout.Rollouts.runningAt;
import static dev.sluice.rollout.Rollouts.safe;
import static dev.sluice.rollout.Rollouts.sight;
import static dev.sluice.rollout.Rollouts.undecided;
import static dev.sluice.rollout.Rollouts.waiting;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/// A rollout in one sentence.
class ExplanationTest {
  private static final String FOUND =
      "error_rate proven worse: 4.1 % (n=612) against 0.2 % (n=5480), ratio at least 4.9, limit"
          + " 1.10, log10e 3.4";
  private static final Explanation EXPLANATION = new Explanation(finding -> FOUND);

  @Test
  void saysWhyItWasRolledBack() {
    Instant then = START.plus(Duration.ofSeconds(131));
    Rollout back =
        Transitions.next(running(PLAN).with(sight(2, harmful(ERRORS))), then).orElseThrow().next();

    assertThat(EXPLANATION.of(back, at(99)))
        .isEqualTo("rolled back by judge after 2 min 11 s: " + FOUND);
  }

  @Test
  void saysWhatARunningOneWaitsFor() {
    assertThat(EXPLANATION.of(runningAt(1, PLAN).with(sight(2, undecided(ERRORS))), at(3)))
        .isEqualTo(
            "running, step 2 of 3, 25 % of the traffic for 3 min: not yet proven safe for 50 %: "
                + FOUND);
    assertThat(EXPLANATION.of(running(PLAN), at(3))).endsWith("no data yet, which is not health");
  }

  @Test
  void saysThatAPersonPromotedWithoutProof() {
    Rollout promoted = moved(Transitions.after(running(PLAN), Rollouts.PROMOTE, at(75)));

    assertThat(EXPLANATION.of(promoted, at(99)))
        .isEqualTo("promoted by ann after 1 h 15 min: unproven: we must");
  }

  @Test
  void saysThatAPersonIsWaitedFor() {
    assertThat(EXPLANATION.of(waiting(PLAN), at(99)))
        .startsWith("completed by judge after 10 min: proven safe: ")
        .endsWith("; it keeps 50 % until a person promotes it");
  }

  @Test
  void saysWhatAPauseIsFor() {
    Rollout paused =
        next(running(PLAN).with(sight(2, undecided(ERRORS))), 720).orElseThrow().next();

    assertThat(EXPLANATION.of(paused, at(999)))
        .isEqualTo(
            "paused by clock after 12 h, step 1 of 3, 5 % of the traffic: time was up without"
                + " proof");
  }

  @Test
  void saysTheResultOfWhatWasStopped() {
    Rollout rollout = running(PLAN).with(sight(2, safe(ERRORS)));
    Rollout stopped = moved(Transitions.after(rollout, new Command.Stop("ann", "holiday"), at(2)));

    assertThat(EXPLANATION.of(stopped, at(3)))
        .isEqualTo("completed by ann after 2 min: holiday; the result is safe");
  }

  @Test
  void knowsWhatNeverRan() {
    Rollout draft = Rollouts.draft(PLAN);
    Rollout starting = moved(Transitions.after(draft, new Command.Start("ann", ""), START));

    assertThat(EXPLANATION.of(draft, START)).isEqualTo("draft: nobody has started it");
    assertThat(EXPLANATION.of(starting, at(1))).isEqualTo("starting for 1 min: B is being loaded");
    assertThat(EXPLANATION.of(next(starting, 5).orElseThrow().next(), at(9)))
        .isEqualTo("failed by clock before its first step: not loaded within 5 min");
  }
}
