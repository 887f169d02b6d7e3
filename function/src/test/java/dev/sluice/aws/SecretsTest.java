package dev.sluice.aws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.aws.FaultyServer.Answer;
import dev.sluice.aws.FaultyServer.Fault;
import dev.sluice.aws.FaultyServer.Request;
import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

class SecretsTest {
  private static final String VALUE = "open-sesame";

  private final OneSecret kept = new OneSecret();
  private final FaultyServer server = new FaultyServer(kept);
  private final Secrets secrets =
      new Secrets(
          TestAccount.at(server.endpoint(), Clients.trying(SecretsManagerClient.builder()))
              .build());

  /// One secret, whatever it is asked for.
  private static final class OneSecret implements FaultyServer.World {
    private volatile String answer = "{\"SecretString\":\"%s\"}".formatted(VALUE);

    @Override
    public Answer to(Request request) {
      return new Answer(200, "application/x-amz-json-1.1", answer.getBytes(UTF_8), Map.of());
    }

    @Override
    public Answer error(int status, String code, String message) {
      String text = "{\"__type\":\"%s\",\"message\":\"%s\"}".formatted(code, message);
      return new Answer(status, "application/x-amz-json-1.1", text.getBytes(UTF_8), Map.of());
    }
  }

  @AfterEach
  void stop() {
    secrets.close();
    server.close();
  }

  @Test
  void readsAValueByItsName() throws Exception {
    assertThat(secrets.value("sluice/admin-token")).isEqualTo(VALUE);
    assertThat(new String(server.seen().getFirst().body(), UTF_8))
        .isEqualTo("{\"SecretId\":\"sluice/admin-token\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"SecretString\":\"  \"}", "{\"SecretBinary\":\"AAAA\"}", "{}"})
  void saysHowAValueGetsThereWhereThereIsNone(String answer) {
    kept.answer = answer;

    assertThatThrownBy(() -> secrets.value("sluice/admin-token"))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "put a value into the secret sluice/admin-token: aws secretsmanager put-secret-value"
                + " --secret-id sluice/admin-token --secret-string VALUE");
  }

  @ParameterizedTest
  @EnumSource(names = {"THROTTLED", "BROKEN", "LOST_REQUEST", "LOST_ANSWER", "HALF_ANSWER"})
  void asksAgainWhereAnAnswerWasLost(Fault fault) throws Exception {
    server.next(fault);

    assertThat(secrets.value("sluice/admin-token")).isEqualTo(VALUE);
  }

  @Test
  void namesThePermissionThatIsMissing() {
    server.next(Fault.DENIED);

    assertThatThrownBy(() -> secrets.value("sluice/admin-token"))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "secret sluice/admin-token cannot be read: not allowed: x:Move;"
                + " AccessDeniedException: not authorized to perform: x:Move");
  }

  @Test
  void givesUpWithoutShowingWhatItSaw() {
    server.next(Collections.nCopies(20, Fault.HALF_ANSWER).toArray(Fault[]::new));

    assertThatThrownBy(() -> secrets.value("sluice/admin-token"))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("secret sluice/admin-token cannot be read: ")
        .hasMessageNotContaining(VALUE.substring(0, 4));
    assertThat(server.seen()).hasSizeLessThan(20);
  }
}
