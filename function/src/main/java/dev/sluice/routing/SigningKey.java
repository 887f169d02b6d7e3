package dev.sluice.routing;

import java.util.regex.Pattern;

/// A secret with a name. Its text form does not show the secret.
public final class SigningKey {
  static final int MIN_SECRET_BYTES = 32;
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,32}");

  private final String id;
  private final byte[] secret;

  private SigningKey(String id, byte[] secret) {
    this.id = id;
    this.secret = secret;
  }

  public static SigningKey of(String id, byte[] secret) {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException(
          "signing key id must be 1..32 letters, digits, - or _: " + id);
    }
    if (secret.length < MIN_SECRET_BYTES) {
      throw new IllegalArgumentException(
          "signing key " + id + " must have at least 32 bytes: " + secret.length);
    }
    return new SigningKey(id, secret.clone());
  }

  public String id() {
    return id;
  }

  byte[] secret() {
    return secret;
  }

  @Override
  public String toString() {
    return "SigningKey[" + id + "]";
  }
}
