package dev.sluice.aws;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import software.amazon.awssdk.services.lambda.LambdaClient;

class LambdaAliasOnMotoTest extends AliasContract {
  private static final String ROLE = "sluice";

  private final LambdaClient client =
      TestAccount.at(MotoServer.endpoint(), Clients.once(LambdaClient.builder())).build();

  @BeforeAll
  static void makeARole() throws Exception {
    MotoServer.required();
    MotoServer.ask(
        "iam",
        "Action=CreateRole&Version=2010-05-08&AssumeRolePolicyDocument=%7B%7D&RoleName=" + ROLE);
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
    return "arn:aws:iam::123456789012:role/" + ROLE;
  }
}
