package dev.sluice.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class QuotaTest {
  private static final long SECOND = 1_000_000_000L;
  private static final RatePolicy POLICY = new RatePolicy("caller", 10, 20);
  private static final Arrival ARRIVAL = new Arrival(new Caller.Unknown(), SECOND);

  @Test
  void saysWhenTheBucketIsFullWhileThereAreTokens() {
    assertThat(Quota.of(POLICY, 0)).isEqualTo(new Quota("caller", 20, 2, 20, 0));
    assertThat(Quota.of(POLICY, SECOND / 10)).isEqualTo(new Quota("caller", 20, 2, 19, 1));
    assertThat(Quota.of(POLICY, SECOND / 20)).isEqualTo(new Quota("caller", 20, 2, 19, 1));
    assertThat(Quota.of(POLICY, 19 * SECOND / 10)).isEqualTo(new Quota("caller", 20, 2, 1, 2));
  }

  @Test
  void saysWhenTheNextTokenComesWhenThereIsNone() {
    RatePolicy slow = new RatePolicy("slow", 0.25, 2);
    assertThat(Quota.of(POLICY, 2 * SECOND)).isEqualTo(new Quota("caller", 20, 2, 0, 1));
    assertThat(Quota.of(slow, 8 * SECOND)).isEqualTo(new Quota("slow", 2, 8, 0, 4));
    assertThat(Quota.of(slow, 5 * SECOND)).isEqualTo(new Quota("slow", 2, 8, 0, 1));
    assertThat(Quota.of(new RatePolicy("odd", 3, 10), 0).windowSeconds()).isEqualTo(4);
  }

  @Test
  void writesBothFields() {
    List<Quota> quotas =
        List.of(new Quota("caller", 20, 2, 3, 1), new Quota("global", 200, 1, 7, 1));

    assertThat(Quota.policyField(quotas)).isEqualTo("\"caller\";q=20;w=2, \"global\";q=200;w=1");
    assertThat(Quota.limitField(quotas)).isEqualTo("\"caller\";r=3;t=1, \"global\";r=7;t=1");
  }

  @Test
  void aCallerIsToldItsOwnPartAndThatOfAllButNoOtherCallers() {
    Limit perCaller = CallerRate.of(POLICY, 0);
    Limit global = GlobalRate.of(new RatePolicy("global", 100, 100), 0);
    perCaller.tryAcquire(ARRIVAL, 0);
    global.tryAcquire(ARRIVAL, 0);
    Gate gate = new Gate(global, perCaller);

    assertThat(Quota.limitField(gate.quotas(new Caller.Unknown(), 0)))
        .isEqualTo("\"caller\";r=19;t=1, \"global\";r=99;t=1");
    assertThat(Quota.limitField(gate.quotas(new Caller.Keyed("other"), 0)))
        .isEqualTo("\"caller\";r=20;t=0, \"global\";r=99;t=1");
  }

  @Test
  void aRateOfZeroIsOff() {
    RatePolicy off = new RatePolicy("caller", 0, 1);
    for (Limit limit : List.of(CallerRate.of(off, 0), GlobalRate.of(off, 0))) {
      for (int i = 0; i < 1000; i++) {
        assertThat(limit.tryAcquire(ARRIVAL, 0)).isInstanceOf(Admission.Admitted.class);
      }
      assertThat(limit.quotas(new Caller.Unknown(), 0)).isEmpty();
    }
  }

  @Test
  void refusesPoliciesThatCannotBe() {
    assertThatThrownBy(() -> new RatePolicy("caller", -1, 1)).hasMessageContaining("rate must be");
    assertThatThrownBy(() -> new RatePolicy("caller", Double.NaN, 1))
        .hasMessageContaining("rate must be");
    assertThatThrownBy(() -> new RatePolicy("caller", 1, 0)).hasMessageContaining("burst must be");
    assertThatThrownBy(() -> new RatePolicy("a\"b", 1, 1)).hasMessageContaining("policy name");
  }
}
