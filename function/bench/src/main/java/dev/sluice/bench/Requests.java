package dev.sluice.bench;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// Whole requests as bytes.
final class Requests {
  private Requests() {}

  /// A picture for `/v1/infer`.
  static byte[] picture(byte[] file) {
    return post(
        "/v1/infer", "{\"image_b64\":\"" + Base64.getEncoder().encodeToString(file) + "\"}");
  }

  private static byte[] post(String path, String json) {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(
        ("POST "
                + path
                + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                + "X-User-Id: u-7\r\n"
                + "Content-Length: "
                + body.length
                + "\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII));
    bytes.writeBytes(body);
    return bytes.toByteArray();
  }
}
