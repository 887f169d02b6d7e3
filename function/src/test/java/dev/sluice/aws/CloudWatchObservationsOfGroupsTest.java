package dev.sluice.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.aws.FaultyServer.Fault;
import dev.sluice.control.Observations;
import dev.sluice.control.Observations.Unreadable;
import dev.sluice.control.ObservationsContract;
import dev.sluice.experiment.Window;
import dev.sluice.statistics.Histogram;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2Client;

class CloudWatchObservationsOfGroupsTest extends ObservationsContract {
  private final CloudWatchDouble cloud = new CloudWatchDouble();
  private final LoadBalancerDouble balancer = new LoadBalancerDouble();
  private final FaultyServer counts = new FaultyServer(cloud);
  private final FaultyServer rules = new FaultyServer(balancer);
  private final CloudWatchObservations observations = observations(LoadBalancerDouble.RULE);

  private CloudWatchObservations observations(String rule) {
    return new CloudWatchObservations(
        new MetricSums(
            TestAccount.at(counts.endpoint(), Clients.once(CloudWatchClient.builder())).build()),
        new RuleNaming(
            TestAccount.at(rules.endpoint(), Clients.once(ElasticLoadBalancingV2Client.builder()))
                .build(),
            rule),
        rollout -> Optional.of(START.minusSeconds(30)),
        CloudWatchObservations.SETTLES);
  }

  @AfterEach
  void stop() {
    observations.close();
    counts.close();
    rules.close();
  }

  @Override
  protected String stable() {
    return "stable";
  }

  @Override
  protected String canary() {
    return "canary";
  }

  @Override
  protected Observations observations() {
    return observations;
  }

  @Override
  protected Duration slack() {
    return CloudWatchObservations.SETTLES;
  }

  /// One error in two is a connection that could not be made.
  @Override
  protected void brings(Instant minute, Counted stable, Counted canary) {
    brings("targetgroup/stable/1", minute, stable);
    brings("targetgroup/canary/2", minute, canary);
  }

  private void brings(String group, Instant minute, Counted counted) {
    int answered = counted.errors() / 2;
    int refused = counted.errors() - answered;
    cloud.count(series("RequestCount", group), minute, counted.requests());
    cloud.count(series("HTTPCode_Target_5XX_Count", group), minute, answered);
    cloud.count(series("TargetConnectionErrorCount", group), minute, refused);
  }

  private static Series series(String metric, String group) {
    return new Series(
        "AWS/ApplicationELB", metric, Map.of("LoadBalancer", "app/a/b", "TargetGroup", group));
  }

  @Test
  void asksForAFewSeriesAndNoLatencies() throws Exception {
    brings(minute(0), new Counted(90, 3), new Counted(10, 1));

    Window window = observations.since(running(), closing(1)).getFirst();

    assertThat(cloud.questions()).extracting(it -> it.ids().size()).containsExactly(6);
    assertThat(window.canary().latency()).isEqualTo(Histogram.EMPTY);
  }

  @Test
  void takesATargetThatWasTriedTwiceForOneError() throws Exception {
    brings(minute(0), new Counted(90, 0), new Counted(10, 16));

    Window window = observations.since(running(), closing(1)).getFirst();

    assertThat(window.canary().errors().events()).isEqualTo(10);
    assertThat(window.canary().errors().valid()).isTrue();
  }

  @Test
  void findsAGroupThatWasMadeAnew() throws Exception {
    observations.since(running(), closing(1));
    balancer.set(
        new LoadBalancerDouble.Group(LoadBalancerDouble.STABLE, 90),
        new LoadBalancerDouble.Group(
            "arn:aws:elasticloadbalancing:us-east-1:0:targetgroup/canary/9", 10));
    brings("targetgroup/canary/9", minute(0), new Counted(10, 0));

    Window window = observations.since(running(), closing(1)).getFirst();

    assertThat(window.canary().requests()).isEqualTo(10);
  }

  @Test
  void saysThatAGroupIsNotBehindTheRule() {
    balancer.set(new LoadBalancerDouble.Group(LoadBalancerDouble.STABLE, 100));

    assertThatThrownBy(() -> observations.since(running(), closing(1)))
        .isInstanceOf(Unreadable.class)
        .hasMessage(
            "rule %s forwards to no target group canary".formatted(LoadBalancerDouble.RULE));
  }

  @Test
  void saysThatTheRuleCannotBeRead() {
    rules.next(Fault.DENIED);

    assertThatThrownBy(() -> observations.since(running(), closing(1)))
        .isInstanceOf(Unreadable.class)
        .hasMessageContaining(
            "cannot be read: not allowed: x:Move; AccessDeniedException: not authorized");
    assertThat(cloud.questions()).isEmpty();
  }

  @Test
  void saysThatAnArnIsNoRules() {
    try (CloudWatchObservations other = observations("arn:aws:s3:::bucket")) {
      assertThatThrownBy(() -> other.since(running(), closing(1)))
          .isInstanceOf(Unreadable.class)
          .hasMessage("arn:aws:s3:::bucket is no rule of an application load balancer");
    }
  }
}
