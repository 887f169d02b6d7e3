package dev.sluice.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class RendezvousTest {
  private static final int KEYS = 20_000;

  @Test
  void hashIsTheSameForever() {
    // The winners were computed by another program; replicas of two releases must agree.
    assertThat(Rendezvous.hash("")).isEqualTo(0xcbf29ce484222325L);
    assertThat(Rendezvous.hash("a")).isEqualTo(0xaf63dc4c8601ec8cL);
    assertThat(Rendezvous.hash("foobar")).isEqualTo(0x85944171f73967e8L);
    long[] seeds = seeds("digits", "A", "B");
    StringBuilder winners = new StringBuilder();
    for (int i = 0; i < 32; i++) {
      int winner = Rendezvous.winner(Rendezvous.hash("caller-" + i), seeds, new int[] {7, 3});
      winners.append("AB".charAt(winner));
    }
    assertThat(winners).hasToString("BABAAAABBAAABAAAAAAAABBAAAAAAAAA");
  }

  @Property(seed = "12", tries = 2000)
  void hashIsThatOfTheUtf8Bytes(@ForAll String text) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xFF)) * 0x100000001b3L;
    }
    assertThat(Rendezvous.hash(text)).isEqualTo(hash);
  }

  @Test
  void hashOfWideTextIsThatOfItsUtf8Bytes() {
    hashIsThatOfTheUtf8Bytes("é€😀\ud800x\udc00");
  }

  @Test
  void sharesAreExactInExpectationForTwoAndForMany() {
    assertShares(9000, 1000);
    assertShares(9999, 1);
    assertShares(5000, 5000);
    assertShares(5000, 2500, 1500, 1000);
    assertShares(0, 10_000);
  }

  private static void assertShares(int... weights) {
    long[] seeds = seeds("digits", "A", "B", "C", "D");
    int[] won = new int[weights.length];
    for (int i = 0; i < KEYS; i++) {
      won[Rendezvous.winner(Rendezvous.hash("caller-" + i), seeds, weights)]++;
    }
    for (int i = 0; i < weights.length; i++) {
      double share = weights[i] / 10_000.0;
      double deviation = Math.sqrt(KEYS * share * (1 - share));
      assertThat((double) won[i]).isCloseTo(KEYS * share, within(4 * deviation));
    }
  }

  @Test
  void growingTheCanaryMovesCallersOnlyTowardsItAndNoMoreThanNeeded() {
    long[] seeds = seeds("digits", "A", "B");
    int[][] steps = {{9900, 100}, {9000, 1000}, {7500, 2500}, {5000, 5000}, {0, 10_000}};
    for (int step = 1; step < steps.length; step++) {
      int moved = 0;
      for (int i = 0; i < KEYS; i++) {
        long hash = Rendezvous.hash("caller-" + i);
        int before = Rendezvous.winner(hash, seeds, steps[step - 1]);
        int after = Rendezvous.winner(hash, seeds, steps[step]);
        assertThat(after).isGreaterThanOrEqualTo(before);
        moved += after - before;
      }
      double grown = (steps[step][1] - steps[step - 1][1]) / 10_000.0;
      double deviation = Math.sqrt(KEYS * grown * (1 - grown));
      assertThat((double) moved).isCloseTo(KEYS * grown, within(4 * deviation));
    }
  }

  @Test
  void aThirdVersionTakesFromTheOthersButMovesNobodyBetweenThem() {
    long[] seeds = seeds("digits", "A", "B", "C");
    for (int i = 0; i < KEYS; i++) {
      long hash = Rendezvous.hash("caller-" + i);
      int before = Rendezvous.winner(hash, seeds, new int[] {6000, 4000, 0});
      int after = Rendezvous.winner(hash, seeds, new int[] {4800, 3200, 2000});
      assertThat(after == before || after == 2).isTrue();
    }
  }

  @Test
  void splitsOfTwoModelsAreIndependent() {
    long[] digits = seeds("digits", "A", "B");
    long[] sms = seeds("sms", "A", "B");
    int both = 0;
    for (int i = 0; i < KEYS; i++) {
      long hash = Rendezvous.hash("caller-" + i);
      int[] half = {5000, 5000};
      both += Rendezvous.winner(hash, digits, half) & Rendezvous.winner(hash, sms, half);
    }
    assertThat((double) both).isCloseTo(KEYS / 4.0, within(4 * Math.sqrt(KEYS * 3 / 16.0)));
  }

  private static long[] seeds(String model, String... versions) {
    long[] seeds = new long[versions.length];
    for (int i = 0; i < versions.length; i++) {
      seeds[i] = Rendezvous.seed(model, versions[i]);
    }
    return seeds;
  }
}
