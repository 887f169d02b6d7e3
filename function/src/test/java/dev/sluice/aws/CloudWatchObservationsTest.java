package dev.sluice.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.aws.FaultyServer.Fault;
import dev.sluice.control.Observations;
import dev.sluice.control.Observations.Unreadable;
import dev.sluice.control.ObservationsContract;
import dev.sluice.control.OutsideAddress.Alias;
import dev.sluice.control.RolloutRecord;
import dev.sluice.experiment.Guard;
import dev.sluice.experiment.Judge;
import dev.sluice.experiment.Rule;
import dev.sluice.experiment.Values;
import dev.sluice.experiment.Window;
import dev.sluice.statistics.Contrast;
import dev.sluice.statistics.LatencyBuckets;
import dev.sluice.statistics.Levels;
import dev.sluice.statistics.MeanRule;
import dev.sluice.statistics.Units;
import dev.sluice.statistics.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;

/// Of the versions of a function.
class CloudWatchObservationsTest extends ObservationsContract {
  private static final Alias ALIAS = new Alias("served", "served", "live");
  private static final int BUCKET = 217;

  private final CloudWatchDouble cloud = new CloudWatchDouble();
  private final FaultyServer server = new FaultyServer(cloud);
  private final MetricSums sums =
      new MetricSums(
          TestAccount.at(server.endpoint(), Clients.once(CloudWatchClient.builder())).build());
  private Optional<Instant> inEffect = Optional.of(START.minusSeconds(30));

  private final CloudWatchObservations observations =
      new CloudWatchObservations(
          sums,
          CloudWatchObservations.Naming.behind(ALIAS),
          rollout -> inEffect,
          CloudWatchObservations.SETTLES);

  @AfterEach
  void stop() {
    observations.close();
    server.close();
  }

  @Override
  protected Observations observations() {
    return observations;
  }

  @Override
  protected Duration slack() {
    return CloudWatchObservations.SETTLES;
  }

  @Override
  protected void brings(Instant minute, Counted stable, Counted canary) {
    brings(stable(), minute, stable);
    brings(canary(), minute, canary);
  }

  private void brings(String version, Instant minute, Counted counted) {
    Arm arm = Arm.of(ALIAS, version);
    if (counted.requests() > 0) {
      cloud.count(arm.requests(), minute, counted.requests());
      cloud.count(arm.errors().getFirst(), minute, counted.errors());
      cloud.count(arm.buckets().get(BUCKET), minute, counted.requests());
    }
  }

  private static Series died(String version) {
    return Arm.of(ALIAS, version).died().orElseThrow();
  }

  private List<Window> since(int minutes) throws Unreadable {
    return observations.since(running(), closing(minutes));
  }

  @Test
  void takesMinutesOnlyFromWhenTheShareIsInEffect() throws Exception {
    for (int number = 0; number < 4; number++) {
      brings(minute(number), new Counted(90, 0), new Counted(10, 0));
    }
    inEffect = Optional.of(minute(1).plusSeconds(1));

    assertThat(since(4)).extracting(Window::start).containsExactly(minute(2), minute(3));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 4_999})
  void leavesOutTheMinuteInWhichTheShareSpreads(long millis) throws Exception {
    inEffect = Optional.of(minute(1).minusMillis(millis));

    assertThat(since(3)).extracting(Window::start).containsExactly(minute(2));
  }

  @Test
  void takesTheMinuteAfterTheShareHasSpread() throws Exception {
    inEffect = Optional.of(minute(1).minusSeconds(5));

    assertThat(since(3)).extracting(Window::start).containsExactly(minute(1), minute(2));
  }

  @Test
  void saysAndAsksNothingWhileNobodyKnowsWhetherTrafficObeys() throws Exception {
    brings(minute(0), new Counted(90, 0), new Counted(10, 0));
    inEffect = Optional.empty();

    assertThat(since(4)).isEmpty();
    assertThat(cloud.questions()).isEmpty();
  }

  @Test
  void goesBackHalfAnHourAtMost() throws Exception {
    Instant now = minute(100).plus(slack());

    List<Window> windows = observations.since(running(), now);

    assertThat(windows.getFirst().start()).isEqualTo(minute(72));
    assertThat(windows.getLast().end()).isEqualTo(minute(100));
    assertThat(windows).hasSize(28);
  }

  @Test
  void takesWholeMinutesWhateverThePlanSays() throws Exception {
    brings(minute(0), new Counted(90, 0), new Counted(10, 0));
    RolloutRecord odd = taken(running(), List.of());
    inEffect = Optional.of(START.minusSeconds(50));

    List<Window> windows = observations.since(odd, closing(2).plusSeconds(59));

    assertThat(windows)
        .allMatch(it -> it.start().getEpochSecond() % 60 == 0)
        .allMatch(it -> Duration.between(it.start(), it.end()).equals(MINUTE));
  }

  @Test
  void countsAnInvocationThatDiedAsASlowError() throws Exception {
    brings(minute(0), new Counted(90, 0), new Counted(10, 1));
    cloud.count(died(canary()), minute(0), 3);

    Window window = since(1).getFirst();

    assertThat(window.canary().requests()).isEqualTo(13);
    assertThat(window.canary().fresh()).isEqualTo(13);
    assertThat(window.canary().errors().events()).isEqualTo(4);
    assertThat(window.canary().latency().counts().get(LatencyBuckets.OVERFLOW)).isEqualTo(3);
    assertThat(window.canary().latency().counts().get(BUCKET)).isEqualTo(10);
    assertThat(window.canary().latency().total()).isEqualTo(13);
    assertThat(window.stable().requests()).isEqualTo(90);
  }

  @Test
  void hearsOfACanaryThatNeverLivesToAnswer() throws Exception {
    brings(minute(0), new Counted(90, 0), NOTHING);
    cloud.count(died(canary()), minute(0), 10);

    Window window = since(1).getFirst();

    assertThat(window.canary().errors().rate()).isEqualTo(1);
    assertThat(taken(running(), List.of(window)).evidence().silentFor()).isZero();
  }

  @Test
  void asksForFewSeriesWhereNothingWasAnswered() throws Exception {
    since(3);

    assertThat(cloud.questions()).hasSize(1);
    assertThat(cloud.questions().getFirst().ids()).hasSize(6);
    assertThat(cloud.questions().getFirst().start()).isEqualTo(minute(0));
    assertThat(cloud.questions().getFirst().end()).isEqualTo(minute(3));
  }

  @Test
  void asksForLatenciesFromTheFirstMinuteThatHasSome() throws Exception {
    brings(minute(1), NOTHING, new Counted(10, 0));

    since(3);

    assertThat(cloud.questions()).extracting(it -> it.ids().size()).containsExactly(6, 500, 336);
    assertThat(cloud.questions())
        .extracting(CloudWatchDouble.Question::start)
        .containsExactly(minute(0), minute(1), minute(1));
    assertThat(cloud.questions())
        .allSatisfy(it -> assertThat(it.ids()).allMatch(id -> id.matches("[a-z][a-zA-Z0-9_]*")))
        .allSatisfy(it -> assertThat(it.ids()).doesNotHaveDuplicates());
  }

  @Test
  void asksAgainOnlyForLatenciesAsThereWereBefore() throws Exception {
    brings(minute(0), new Counted(90, 0), new Counted(10, 0));
    since(1);
    brings(minute(1), new Counted(45, 0), new Counted(5, 0));

    List<Window> windows = since(2);

    assertThat(cloud.questions())
        .extracting(it -> it.ids().size())
        .containsExactly(6, 500, 336, 6, 2);
    assertThat(windows).extracting(it -> it.canary().latency().total()).containsExactly(10.0, 5.0);
  }

  @Test
  void asksForTheRestWhereALatencyIsUnlikeThoseBefore() throws Exception {
    brings(minute(0), new Counted(90, 0), new Counted(10, 0));
    since(1);
    Arm arm = Arm.of(ALIAS, canary());
    cloud.count(arm.requests(), minute(1), 1);
    cloud.count(arm.buckets().get(300), minute(1), 1);

    List<Window> windows = since(2);

    assertThat(cloud.questions())
        .extracting(it -> it.ids().size())
        .containsExactly(6, 500, 336, 6, 2, 500, 334);
    assertThat(windows.getLast().canary().latency().counts().get(300)).isEqualTo(1);
  }

  @Test
  void readsAllPages() throws Exception {
    for (int number = 0; number < 3; number++) {
      brings(minute(number), new Counted(90, 3), new Counted(10, 1));
    }
    List<Window> atOnce = since(3);

    cloud.answerIn(2, 3);

    assertThat(since(3)).isEqualTo(atOnce).hasSize(3);
  }

  @Test
  void givesUpAnAnswerThatHasNoEnd() {
    cloud.answerIn(100, 1);

    assertThatThrownBy(() -> since(3))
        .isInstanceOf(Unreadable.class)
        .hasMessage("cloudwatch:GetMetricData: the answer has no end");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PartialData", "InternalError", "Forbidden", "SomethingNew"})
  void takesNoSeriesForWholeThatIsNot(String status) throws Exception {
    brings(minute(0), new Counted(90, 3), new Counted(10, 1));
    cloud.endWith(status);

    assertThatThrownBy(() -> since(1))
        .isInstanceOf(Unreadable.class)
        .hasMessageContaining("cloudwatch:GetMetricData: 1 of 6 series are not complete: ");
  }

  @Test
  void takesNoSeriesForEmptyOfWhichNothingIsSaid() throws Exception {
    brings(minute(0), new Counted(90, 3), new Counted(10, 1));
    cloud.leaveOut("m1");

    assertThatThrownBy(() -> since(1))
        .isInstanceOf(Unreadable.class)
        .hasMessage("cloudwatch:GetMetricData: 1 of 6 series are not complete: null");
  }

  @Test
  void passesOnWhatCloudWatchHasToSay() {
    cloud.say("MaxMetricsExceeded", "The maximum number of metrics has been reached");

    assertThatThrownBy(() -> since(1))
        .isInstanceOf(Unreadable.class)
        .hasMessage(
            "cloudwatch:GetMetricData: MaxMetricsExceeded: "
                + "The maximum number of metrics has been reached");
  }

  @ParameterizedTest
  @EnumSource(
      names = {"THROTTLED", "BROKEN", "LOST_REQUEST", "DENIED", "LOST_ANSWER", "HALF_ANSWER"})
  void saysThatItCannotBeReadWhenACallFails(Fault fault) {
    // The JDK repeats a read whose connection ends once.
    server.next(fault, fault);

    assertThatThrownBy(() -> since(1))
        .isInstanceOf(Unreadable.class)
        .hasMessageStartingWith("cloudwatch:GetMetricData: ")
        .hasMessageNotContaining("\n");
  }

  @Test
  void saysThatItCannotBeReadWhenALaterCallFails() throws Exception {
    brings(minute(0), new Counted(90, 3), new Counted(10, 1));
    server.next(Fault.NONE, Fault.NONE, Fault.THROTTLED);

    assertThatThrownBy(() -> since(1)).isInstanceOf(Unreadable.class);
    assertThat(server.seen()).hasSize(3);
  }

  @Test
  void namesThePermissionThatIsMissing() {
    server.next(Fault.DENIED);

    assertThatThrownBy(() -> since(1))
        .hasMessage(
            "cloudwatch:GetMetricData: not allowed: x:Move; AccessDeniedException: not authorized to"
                + " perform: x:Move");
    assertThat(server.seen()).hasSize(1);
  }

  @Test
  void waitsForLatenciesThatAreStillUnderWay() throws Exception {
    brings(minute(0), new Counted(90, 0), new Counted(10, 0));
    cloud.count(Arm.of(ALIAS, canary()).requests(), minute(1), 1);
    brings(minute(2), new Counted(90, 0), new Counted(10, 0));

    assertThat(since(3)).extracting(Window::start).containsExactly(minute(0));

    cloud.count(Arm.of(ALIAS, canary()).buckets().get(3), minute(1), 1);
    assertThat(since(3)).extracting(Window::start).containsExactly(minute(0), minute(1), minute(2));
  }

  @Test
  void waitsForRequestsThatAreStillUnderWay() throws Exception {
    brings(minute(0), new Counted(90, 0), new Counted(10, 0));
    cloud.count(Arm.of(ALIAS, canary()).errors().getFirst(), minute(0), 11);

    assertThat(since(1)).isEmpty();
  }

  @Test
  void saysWhatDoesNotAddUpAfterTenMinutes() throws Exception {
    cloud.count(Arm.of(ALIAS, canary()).requests(), minute(0), 1);
    Instant late = minute(1).plus(Duration.ofMinutes(10));

    assertThat(observations.since(running(), late)).isEmpty();
    assertThatThrownBy(() -> observations.since(running(), late.plusMillis(1)))
        .isInstanceOf(Unreadable.class)
        .hasMessage(
            "the latencies and errors of version 8 in the minute of 2026-01-01T12:00:00Z "
                + "do not add up to its requests, 10 minutes later");
  }

  @Test
  void letsAMinuteGoThatNeverAddedUpAfterHalfAnHour() throws Exception {
    cloud.count(Arm.of(ALIAS, canary()).requests(), minute(0), 1);

    List<Window> windows =
        observations.since(running(), minute(0).plus(Duration.ofMinutes(30)).plusMillis(1));

    assertThat(windows.getFirst().start()).isEqualTo(minute(1));
  }

  @Test
  void knowsNothingOfMeans() throws Exception {
    brings(minute(0), new Counted(90, 3), new Counted(10, 1));
    var guard =
        Guard.of(
            "mean_latency",
            new Rule.Mean(new Values.LatencySeconds(), MeanRule.of(Contrast.relative(0.1))));
    Judge judge = Judge.of(List.of(guard), List.of(SHARE), Levels.DEFAULT, Units.AUTO);

    var evidence = judge.after(judge.start(), since(1).getFirst());

    assertThat(judge.read(evidence).findings().getFirst().verdict()).isEqualTo(Verdict.NO_DATA);
  }
}
