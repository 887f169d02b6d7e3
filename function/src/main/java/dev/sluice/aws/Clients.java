package dev.sluice.aws;

import java.time.Duration;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2Client;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/// Ways to AWS. Region, endpoint and credentials are those of the environment (`AWS_REGION`,
/// `AWS_ENDPOINT_URL`, the role of the function).
///
/// Whatever does not answer is given up within seconds, so that a tick never hangs for long.
final class Clients {
  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final Duration ANSWER = Duration.ofSeconds(3);
  private static final Duration ALL_TRIES = Duration.ofSeconds(8);

  private Clients() {}

  static DynamoDbClient dynamo() {
    return built(trying(DynamoDbClient.builder()));
  }

  static LambdaClient lambda() {
    return built(once(LambdaClient.builder()));
  }

  static ElasticLoadBalancingV2Client loadBalancing() {
    return built(once(ElasticLoadBalancingV2Client.builder()));
  }

  static SecretsManagerClient secrets() {
    return built(trying(SecretsManagerClient.builder()));
  }

  static CloudWatchClient cloudWatch() {
    return built(once(CloudWatchClient.builder()));
  }

  private static <B extends AwsClientBuilder<B, C>, C> C built(B builder) {
    try {
      return builder.build();
    } catch (SdkClientException unknown) {
      throw new NoAccount(Said.by(unknown), unknown);
    }
  }

  /// Sends again what was throttled or lost, a few times.
  static <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> B trying(B builder) {
    return limited(builder)
        .overrideConfiguration(
            all ->
                all.apiCallTimeout(ALL_TRIES)
                    .retryStrategy(AwsRetryStrategy.standardRetryStrategy()));
  }

  /// Sends nothing twice: what became of a call is looked up before there is another one.
  static <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> B once(B builder) {
    return limited(builder)
        .overrideConfiguration(
            all -> all.apiCallTimeout(ALL_TRIES).retryStrategy(AwsRetryStrategy.doNotRetry()));
  }

  private static <B extends AwsSyncClientBuilder<B, C>, C> B limited(B builder) {
    return builder.httpClientBuilder(
        UrlConnectionHttpClient.builder().connectionTimeout(CONNECT).socketTimeout(ANSWER));
  }
}
