package dev.sluice.aws;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.condition.EnabledIf;
import software.amazon.awssdk.services.lambda.LambdaClient;

@EnabledIf(
    value = "dev.sluice.aws.LocalStack#canRun",
    disabledReason = "no Docker engine runs here, so LocalStack does not")
class LambdaAliasOnLocalStackTest extends AliasContract {
  private final LambdaClient client =
      TestAccount.at(LocalStack.endpoint(), Clients.once(LambdaClient.builder())).build();

  @AfterEach
  void close() {
    client.close();
  }

  @Override
  LambdaClient client() {
    return client;
  }

  @Override
  String role() {
    return "arn:aws:iam::000000000000:role/sluice";
  }
}
