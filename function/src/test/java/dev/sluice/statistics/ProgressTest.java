package dev.sluice.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/// What was proven once stays proven.
class ProgressTest {
  private static final double PROVEN = Math.log(20);
  private static final double NOT = PROVEN - 1e-9;
  private static final Levels LEVELS = Levels.DEFAULT;

  private static Progress after(Progress before, double harm, double atTenth, double atAll) {
    return before.afterUsed(LEVELS, 1000, harm, List.of(0.1, 1.0), Doubles.of(atTenth, atAll));
  }

  @Test
  void provesAtTheBarrierAndNotBelow() {
    assertThat(after(Progress.NONE, 0, PROVEN, NOT).verdict(0.1)).isEqualTo(Verdict.SAFE);
    assertThat(after(Progress.NONE, 0, PROVEN, NOT).verdict()).isEqualTo(Verdict.UNDECIDED);
    assertThat(after(Progress.NONE, PROVEN, 0, 0).verdict()).isEqualTo(Verdict.HARMFUL);
    assertThat(after(Progress.NONE, NOT, 0, 0).verdict()).isEqualTo(Verdict.UNDECIDED);
  }

  @Test
  void keepsSafetyWhenTheEvidenceFalls() {
    Progress later = after(after(Progress.NONE, 0, PROVEN, PROVEN), 0, -5, -5);

    assertThat(later.verdict()).isEqualTo(Verdict.SAFE);
    assertThat(later.step(1).safeAt()).hasValue(1);
    assertThat(later.step(1).maxLogESafe()).isEqualTo(PROVEN);
  }

  @Test
  void replacesSafetyByHarmForGood() {
    Progress safe = after(Progress.NONE, 0, PROVEN, PROVEN);

    Progress harmful = after(safe, PROVEN, 0, 0);
    Progress later = after(harmful, -5, 2 * PROVEN, 2 * PROVEN);

    assertThat(harmful.verdict(0.1)).isEqualTo(Verdict.HARMFUL);
    assertThat(later.verdict()).isEqualTo(Verdict.HARMFUL);
    assertThat(later.harmfulAt()).hasValue(2);
    assertThat(later.maxLogEHarm()).isEqualTo(PROVEN);
  }

  @Test
  void letsHarmWinWhenBothAreProvenAtOnce() {
    Progress both = after(Progress.NONE, PROVEN, PROVEN, PROVEN);

    assertThat(both.verdict(0.1)).isEqualTo(Verdict.HARMFUL);
    assertThat(both.step(0.1).safeAt()).isEmpty();
  }

  @Test
  void keepsTheProofOfAShareThatIsNotAskedForForAWhile() {
    Progress proven = after(Progress.NONE, 0, PROVEN, 0);

    Progress without = proven.afterUsed(LEVELS, 1000, 0, List.of(1.0), Doubles.of(0));
    Progress again = after(without, 0, 0, 0);

    assertThat(without.verdict(0.1)).isEqualTo(Verdict.SAFE);
    assertThat(again.verdict(0.1)).isEqualTo(Verdict.SAFE);
    assertThat(again.step(0.1).safeAt()).hasValue(1);
    assertThat(again.steps()).hasSize(2);
  }

  @Test
  void asksASmallShareForItsPartOfTheUnits() {
    Progress ten =
        Progress.NONE.afterUsed(LEVELS, 10, 0, List.of(0.1, 1.0), Doubles.of(PROVEN, PROVEN));
    Progress nine =
        Progress.NONE.afterUsed(LEVELS, 9, 0, List.of(0.1, 1.0), Doubles.of(PROVEN, PROVEN));

    assertThat(ten.verdict(0.1)).isEqualTo(Verdict.SAFE);
    assertThat(ten.verdict()).isEqualTo(Verdict.UNDECIDED);
    assertThat(nine.verdict(0.1)).isEqualTo(Verdict.UNDECIDED);
  }

  @Test
  void waitsForTheLeastWindowsOfUse() {
    Levels three = new Levels(0.05, 0.05, 0, 3);
    Progress progress = Progress.NONE.afterSkipped().afterInvalid();
    for (int i = 0; i < 2; i++) {
      progress = progress.afterUsed(three, 1000, 0, List.of(1.0), Doubles.of(PROVEN));
    }
    Progress third = progress.afterUsed(three, 1000, 0, List.of(1.0), Doubles.of(PROVEN));

    assertThat(progress.verdict()).isEqualTo(Verdict.UNDECIDED);
    assertThat(third.verdict()).isEqualTo(Verdict.SAFE);
    assertThat(third.step(1).safeAt()).hasValue(3);
  }

  @Test
  void hasNoDataUntilAWindowIsUsed() {
    Progress unused = Progress.NONE.afterSkipped().afterInvalid();

    assertThat(unused.verdict()).isEqualTo(Verdict.NO_DATA);
    assertThat(unused.skipped()).isEqualTo(1);
    assertThat(unused.invalid()).isEqualTo(1);
    assertThat(after(unused, 0, 0, 0).verdict(0.25)).isEqualTo(Verdict.UNDECIDED);
  }
}
