package dev.sluice.bench;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.StringJoiner;

/// Whole requests as bytes.
final class Requests {
  private static final String INFER = "/v2/models/digits/infer";

  private Requests() {}

  /// A picture for `/v1/infer`.
  static byte[] picture(byte[] file) {
    return post(
        "/v1/infer", "{\"image_b64\":\"" + Base64.getEncoder().encodeToString(file) + "\"}");
  }

  /// A tensor of floats for the digits model.
  static byte[] tensorAsJson(String shape, float[] numbers) {
    var data = new StringJoiner(",", "[", "]");
    for (float number : numbers) {
      data.add(Float.toString(number));
    }
    return post(
        INFER,
        "{\"inputs\":[{\"name\":\"image\",\"shape\":%s,\"datatype\":\"FP32\",\"data\":%s}]}"
            .formatted(shape, data));
  }

  /// The same, its answer in binary, too.
  static byte[] tensorInBinary(String shape, float[] numbers) {
    var tensor = ByteBuffer.allocate(numbers.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    tensor.asFloatBuffer().put(numbers);
    byte[] head =
        ("{\"inputs\":[{\"name\":\"image\",\"shape\":%s,\"datatype\":\"FP32\",\"parameters\":"
                + "{\"binary_data_size\":%d}}],\"parameters\":{\"binary_data_output\":true}}")
            .formatted(shape, tensor.capacity())
            .getBytes(StandardCharsets.UTF_8);
    var body = new ByteArrayOutputStream();
    body.writeBytes(head);
    body.writeBytes(tensor.array());
    return post(
        INFER, "Inference-Header-Content-Length: " + head.length + "\r\n", body.toByteArray());
  }

  private static byte[] post(String path, String json) {
    return post(path, "", json.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] post(String path, String fields, byte[] body) {
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(
        ("POST "
                + path
                + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                + "X-User-Id: u-7\r\n"
                + fields
                + "Content-Length: "
                + body.length
                + "\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII));
    bytes.writeBytes(body);
    return bytes.toByteArray();
  }
}
