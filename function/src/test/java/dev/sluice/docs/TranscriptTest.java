package dev.sluice.docs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class TranscriptTest {
  private static final String SHOWN =
      """
      rollout 6etwezt5vw: C of digits against B
      17:33:57  rolled back by judge after 1 min 25 s: wrong proven worse: 33 % (n=1,050)
                against 0.77 % …
      …
      ended with 5\
      """;

  @Test
  void numbersTimesAndNamesOfRolloutsMayDiffer() {
    assertThat(
            new Transcript(SHOWN)
                .matches(
                    """
                    rollout vnqttqjy1k: C of digits against B
                    05:54:19  rolled back by judge after 25 s: wrong proven worse: 4.5 % (n=9) against 12 % (n=2)
                    more
                    and more
                    ended with 5
                    """))
        .isTrue();
  }

  @Test
  void wordsMayNot() {
    assertThat(new Transcript("promoted by judge").matches("rolled back by judge")).isFalse();
    assertThat(new Transcript("ended with 5").matches("ended with five")).isFalse();
    assertThat(new Transcript("one\ntwo").matches("one")).isFalse();
    assertThat(new Transcript("one").matches("one\ntwo")).isFalse();
  }
}
