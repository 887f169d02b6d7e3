package dev.sluice.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

class SecretsOnMotoTest {
  private final SecretsManagerClient client =
      TestAccount.at(MotoServer.endpoint(), Clients.trying(SecretsManagerClient.builder())).build();
  private final Secrets secrets = new Secrets(client);
  private final String name = "sluice/" + UUID.randomUUID();

  @BeforeAll
  static void findMoto() {
    MotoServer.required();
  }

  @AfterEach
  void close() {
    secrets.close();
  }

  @Test
  void readsTheLastValueWithoutTheEndOfItsLine() throws Exception {
    client.createSecret(create -> create.name(name).secretString("one"));
    client.putSecretValue(put -> put.secretId(name).secretString("two\n"));

    assertThat(secrets.value(name)).isEqualTo("two");
  }

  @Test
  void saysHowAValueGetsIntoAPlaceThatHasNone() {
    client.createSecret(create -> create.name(name));

    assertThatThrownBy(() -> secrets.value(name))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("put a value into the secret " + name)
        .hasMessageNotContaining("\n");
  }

  @Test
  void saysThatThereIsNoSuchPlace() {
    assertThatThrownBy(() -> secrets.value(name))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("put a value into the secret " + name)
        .hasMessageContaining("ResourceNotFoundException");
  }
}
