package dev.sluice.aws;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import software.amazon.awssdk.services.lambda.LambdaClient;

class LambdaAliasOnLocalStackTest extends AliasContract {
  private final LambdaClient client =
      TestAccount.at(LocalStack.endpoint(), Clients.once(LambdaClient.builder())).build();

  @BeforeAll
  static void findDocker() {
    LocalStack.required();
  }

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
