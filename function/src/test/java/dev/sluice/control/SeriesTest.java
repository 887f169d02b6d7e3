package dev.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.statistics.Verdict;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SeriesTest {
  private static Series folded(LongRollout rollout) {
    var series = new Series();
    rollout.entries().forEach(series::add);
    series.read();
    return series;
  }

  private static double requests(List<SeriesPoint> points) {
    return points.stream()
        .mapToDouble(point -> point.stable().requests() + point.canary().requests())
        .sum();
  }

  @Test
  void hasAPointForEachWindowAndAnEventForEachDecision() {
    LongRollout rollout = new LongRollout().windows(20, 0.01);

    Series series = folded(rollout);

    assertThat(series.points(0, 600)).hasSize(20);
    assertThat(requests(series.points(0, 600))).isEqualTo(20 * 400);
    assertThat(series.events(0))
        .extracting(event -> event.entry().change().orElseThrow().to())
        .startsWith("starting", "running");
    assertThat(series.sequence()).isEqualTo(rollout.entries().getLast().sequence());
    assertThat(series.points(0, 600).getFirst().at())
        .isEqualTo(LongRollout.START.plus(LongRollout.WINDOW));
  }

  @Test
  void comesToTheSameRolloutAsItsRecordThoughItReadsLess() {
    LongRollout bad = new LongRollout().windows(2, 0.01).windows(60, 0.3);

    Series series = folded(bad);

    assertThat(bad.record().rollout().state().word()).isEqualTo("rolled_back");
    assertThat(series.record().orElseThrow().rollout()).isEqualTo(bad.record().rollout());
    assertThat(series.record().orElseThrow().evidence()).isEqualTo(bad.record().evidence());
  }

  @Test
  void showsTheProofThatBroughtTheCanaryDownAtTheShareThatItWasAskedAbout() {
    LongRollout bad = new LongRollout().windows(2, 0.01).windows(60, 0.3);

    List<SeriesPoint> points = folded(bad).points(0, 600);

    SeriesPoint.Mark mark =
        points.getLast().guards().stream()
            .filter(guard -> guard.verdict() == Verdict.HARMFUL)
            .findFirst()
            .orElseThrow();
    assertThat(mark.harm()).isGreaterThanOrEqualTo(mark.harmThreshold());
    assertThat(mark.safe()).isPresent();
    assertThat(points.getFirst().guards())
        .allSatisfy(guard -> assertThat(guard.verdict()).isNotEqualTo(Verdict.HARMFUL));
  }

  @Test
  void tellsOnlyWhatIsNewToWhoFollows() {
    LongRollout rollout = new LongRollout().windows(30, 0.01);
    Series series = folded(rollout);
    long known = series.sequence();

    assertThat(series.points(known, 600)).isEmpty();
    assertThat(series.events(known)).isEmpty();
    rollout.windows(2, 0.01).entries().stream()
        .filter(entry -> entry.sequence() > known)
        .forEach(series::add);
    series.read();

    assertThat(series.points(known, 600)).hasSize(2);
    assertThat(requests(series.points(known, 600))).isEqualTo(800);
  }

  @Test
  void mergesNeighboursIntoAsManyPointsAsAreAskedFor() {
    List<SeriesPoint> all = folded(new LongRollout().windows(50, 0.01)).points(0, 600);
    List<SeriesPoint> few = folded(new LongRollout().windows(50, 0.01)).points(0, 7);

    assertThat(few).hasSizeBetween(2, 7);
    assertThat(requests(few)).isEqualTo(requests(all));
    assertThat(few.getLast().at()).isEqualTo(all.getLast().at());
    assertThat(few.getLast().guards()).isEqualTo(all.getLast().guards());
    assertThat(few.getFirst().length()).isEqualTo(Duration.ofSeconds(80));
    assertThat(few.getFirst().stable().latency().total())
        .isEqualTo(few.getFirst().stable().requests());
  }

  @Test
  void keepsABoundedNumberOfPointsAndLosesNoWindow() {
    LongRollout rollout = new LongRollout().windows(1_500, 0.01);

    Series series = folded(rollout);

    List<SeriesPoint> points = series.points(0, 600);
    assertThat(points).hasSizeBetween(300, 600);
    assertThat(requests(points)).isEqualTo(1_500 * 400);
    assertThat(points.stream().map(SeriesPoint::sequence).toList()).isSorted();
    long known = rollout.entries().get(rollout.entries().size() - 11).sequence();
    assertThat(requests(series.points(known, 600))).isEqualTo(10 * 400);
  }
}
