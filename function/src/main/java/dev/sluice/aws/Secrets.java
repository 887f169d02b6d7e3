package dev.sluice.aws;

import java.io.IOException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;

/// Values that are kept in Secrets Manager, by name. Blocks, for seconds at most. Any number of
/// threads.
public final class Secrets implements AutoCloseable {
  private final SecretsManagerClient client;

  Secrets(SecretsManagerClient client) {
    this.client = client;
  }

  /// With what the environment says of region, endpoint and credentials.
  public static Secrets open() {
    return new Secrets(Clients.secrets());
  }

  /// The present value, without blanks around it.
  ///
  /// @throws IOException in one line that never holds a value: there is no such secret or no value
  ///     in it, or it cannot be read
  public String value(String name) throws IOException {
    try {
      String text = client.getSecretValue(get -> get.secretId(name)).secretString();
      if (text == null || text.isBlank()) {
        throw new IOException(missing(name));
      }
      return text.strip();
    } catch (ResourceNotFoundException none) {
      throw new IOException(missing(name) + " (" + Said.by(none) + ")", none);
    } catch (SdkException failed) {
      throw new IOException(
          "secret %s cannot be read: %s".formatted(name, Said.by(failed)), failed);
    }
  }

  private static String missing(String name) {
    return "put a value into the secret %s: ".formatted(name)
        + "aws secretsmanager put-secret-value --secret-id %s --secret-string VALUE"
            .formatted(name);
  }

  @Override
  public void close() {
    client.close();
  }
}
