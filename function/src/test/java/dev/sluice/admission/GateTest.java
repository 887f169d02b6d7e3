package dev.sluice.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.admission.Admission.Admitted;
import dev.sluice.admission.Admission.Rejected;
import dev.sluice.admission.ConcurrencyLimit.Bounds;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class GateTest {
  private static final long SECOND = 1_000_000_000L;
  private static final Arrival ANNA = new Arrival(new Caller.Keyed("anna"), 60 * SECOND);
  private static final Arrival BERT = new Arrival(new Caller.Keyed("bert"), 60 * SECOND);

  private final Limit global = GlobalRate.of(new RatePolicy("global", 1, 5), 0);
  private final Limit perCaller = CallerRate.of(new RatePolicy("caller", 2, 2), 0);
  private final Gate gate = new Gate(global, perCaller);
  private final ConcurrencyLimit model = model(10);

  private static ConcurrencyLimit model(int max) {
    return new ConcurrencyLimit(new Bounds(1, Duration.ofSeconds(2), 1, max), Duration.ofMillis(1));
  }

  private static Rejected rejected(Reason reason, String policy, Duration retryAfter) {
    return new Rejected(reason, Optional.of(policy), retryAfter);
  }

  @Test
  void namesThePolicyOfTheCaller() {
    gate.admit(ANNA, model, 0);
    gate.admit(ANNA, model, 0);

    assertThat(gate.admit(ANNA, model, 0))
        .isEqualTo(rejected(Reason.RATE_LIMIT, "caller", Duration.ofMillis(500)));
    assertThat(gate.admit(BERT, model, 0)).isInstanceOf(Admitted.class);
  }

  @Test
  void oneCallerBeyondItsRateDoesNotUseUpWhatBelongsToAll() {
    for (int i = 0; i < 100; i++) {
      gate.admit(ANNA, model, 0);
    }
    assertThat(gate.admit(BERT, model, 0)).isInstanceOf(Admitted.class);
    assertThat(gate.admit(BERT, model, 0)).isInstanceOf(Admitted.class);
    assertThat(gate.quotas(ANNA.caller(), 0).getLast().remaining()).isEqualTo(1);
  }

  @Test
  void namesThePolicyOfAllAndSparesTheCallersToken() {
    for (int i = 0; i < 5; i++) {
      gate.admit(new Arrival(new Caller.Keyed("c" + i), 60 * SECOND), model, 0);
    }
    assertThat(gate.admit(ANNA, model, 0))
        .isEqualTo(rejected(Reason.RATE_LIMIT, "global", Duration.ofSeconds(1)));
    assertThat(gate.quotas(ANNA.caller(), 0).getFirst().remaining()).isEqualTo(2);
  }

  @Test
  void aRefusalByTheModelCostsTheCallersTokenAndNothingElse() {
    ConcurrencyLimit full = model(1);
    assertThat(gate.admit(BERT, full, 0)).isInstanceOf(Admitted.class);

    assertThat(gate.admit(ANNA, full, 0))
        .isEqualTo(new Rejected(Reason.OVERLOAD, Optional.empty(), Duration.ofSeconds(1)));

    assertThat(full.inFlight()).isEqualTo(1);
    assertThat(gate.quotas(ANNA.caller(), 0).getFirst().remaining()).isEqualTo(1);
    assertThat(gate.quotas(ANNA.caller(), 0).getLast().remaining()).isEqualTo(4);
  }

  @Test
  void aRateRefusalTakesNoPlaceInTheModel() {
    for (int i = 0; i < 10; i++) {
      gate.admit(ANNA, model, 0);
    }
    assertThat(model.inFlight()).isEqualTo(2);
  }

  @Test
  void shuttingDownComesFirstAndTakesNothing() {
    gate.shutDown();

    assertThat(gate.admit(ANNA, model, 0))
        .isEqualTo(new Rejected(Reason.SHUTTING_DOWN, Optional.empty(), Duration.ofSeconds(1)));
    assertThat(gate.quotas(ANNA.caller(), 0).getFirst().remaining()).isEqualTo(2);
    assertThat(model.inFlight()).isZero();
  }

  @Test
  void reasonsHaveTheirMetricLabels() {
    assertThat(Reason.values())
        .extracting(Reason::label)
        .containsExactly("rate_limit", "overload", "shutting_down");
  }

  @Test
  void everythingComesBackUnderManyThreads() throws Exception {
    Gate open = new Gate(Limit.off(), CallerRate.of(new RatePolicy("caller", 1, 1000), 0));
    ConcurrencyLimit small = model(2);

    long admitted =
        Stress.sum(
            4,
            20_000,
            () -> {
              if (open.admit(ANNA, small, 0) instanceof Admitted(Permit permit)) {
                permit.close();
                return 1;
              }
              return 0;
            });

    assertThat(admitted).isBetween(1L, 1000L);
    assertThat(small.inFlight()).isZero();
  }
}
