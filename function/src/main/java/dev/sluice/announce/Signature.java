package dev.sluice.announce;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Proves to a receiver who sent a message and when: `t=<unix seconds>,v1=<hex HMAC-SHA256>` over
/// `<unix seconds>.<body>`. The moment is signed too, so that a message that was overheard cannot
/// be sent again later.
final class Signature {
  private Signature() {}

  static String of(String secret, Instant at, String body) {
    String signed = at.getEpochSecond() + "." + body;
    byte[] proof = keyed(secret).doFinal(signed.getBytes(UTF_8));
    return "t=" + at.getEpochSecond() + ",v1=" + HexFormat.of().formatHex(proof);
  }

  private static Mac keyed(String secret) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256"));
      return mac;
    } catch (NoSuchAlgorithmException | InvalidKeyException impossible) {
      throw new IllegalStateException("every JDK has HmacSHA256", impossible);
    }
  }
}
