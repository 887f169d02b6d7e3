package dev.sluice.e2e;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import javax.imageio.ImageIO;

/// Requests that are refused by a service with small limits, and how. What needs more than one
/// request is in the test itself.
///
/// @param name for the report
/// @param says what the detail must have in it: the limit that was hit, or the way out
record Refused(String name, int status, String says, byte[] request) {
  static final int MOST_BYTES = 1_048_576;

  private static final String VIEWER = "Authorization: Bearer " + RunningService.VIEWER;
  private static final String ADMIN = "Authorization: Bearer " + RunningService.ADMIN;
  private static final String SENTENCE = "{\"sentence\":\"I love this!\"}";

  /// The name in the report of a parametrized test.
  @Override
  public String toString() {
    return status + " " + name;
  }

  static List<Refused> all() throws IOException {
    String digit = Pictures.body(Pictures.digit("digit-7.png"));
    return List.of(
        post("no JSON", 400, "not valid JSON", "/predict", "{\"sentence\":"),
        post("two documents", 400, "after the end", "/predict", SENTENCE + SENTENCE),
        post("member twice", 400, "twice", "/predict", "{\"sms\":\"a\",\"sms\":\"b\"}"),
        post("too deep", 400, "depth 32", "/predict", "{\"sms\":" + "[".repeat(99) + "}"),
        post("unknown member", 400, "known here", "/predict", "{\"text\":\"a\"}"),
        post("no Base64", 422, "Base64", "/v1/infer", "{\"image_b64\":\"%%\"}"),
        post("too many items", 400, "64", "/v1/infer", batch(65)),
        post("too many texts", 400, "64", "/predict", texts(65)),
        post("other size", 400, "8", "/v1/infer", digit.replace("}", ",\"img_size\":224}")),
        post("no token", 401, "admin token", "/admin/promote", "{}"),
        post("wrong token", 401, "admin token", "/admin/config", "{}", ADMIN + "x"),
        post("viewer changes", 403, "viewer token", "/admin/promote", "{}", VIEWER),
        post("variant without token", 403, "token", "/v1/infer", digit, "X-Model-Variant: B"),
        post("no such variant", 404, "variant", "/v1/infer", digit, "X-Model-Variant: D", ADMIN),
        post("no such path", 404, "/openapi.yml", "/v1/nothing", "{}"),
        get("wrong method", 405, "POST", "GET /v1/infer HTTP/1.1", ""),
        get("declared too large", 413, MOST_BYTES + " bytes (MAX_BODY_BYTES)", declared(), ""),
        raw("chunks too large", 413, MOST_BYTES + " bytes (MAX_BODY_BYTES)", chunked()),
        post("side too large", 413, "8192", "/v1/infer", Pictures.body(wide(8193))),
        post("text too long", 413, "10000", "/predict", texts("a".repeat(10_001))),
        get("line too long", 414, "4096", "GET /" + "a".repeat(5_000) + " HTTP/1.1", ""),
        post("coding", 415, "Content-Encoding", "/predict", SENTENCE, "Content-Encoding: gzip"),
        raw("media type", 415, "application/json", typed("text/xml")),
        get("expectation", 417, "100-continue", "GET /health HTTP/1.1", "Expect: tea\r\n"),
        post("no picture", 422, "PNG", "/v1/infer", "{\"image_b64\":\"AAAA\"}"),
        post("zero in a text", 422, "U+0000", "/predict", "{\"sms\":\"a\\u0000\"}"),
        get("fields too large", 431, "8192", "GET /health HTTP/1.1", "A: " + "b".repeat(9_000)),
        get("unknown method", 501, "method", "BREW /health HTTP/1.1", ""),
        get("other HTTP", 505, "HTTP/1.1", "GET /health HTTP/1.9", ""),
        post("no patience", 504, "Prefer: wait", "/predict", SENTENCE, "Prefer: wait=0"));
  }

  private static Refused post(
      String name, int status, String says, String path, String json, String... fields) {
    return new Refused(name, status, says, RawConnection.post(path, json, fields));
  }

  private static Refused get(String name, int status, String says, String line, String fields) {
    return raw(name, status, says, line + "\r\nHost: a\r\n" + fields + "\r\n\r\n");
  }

  private static Refused raw(String name, int status, String says, String text) {
    return new Refused(name, status, says, text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static String declared() {
    return "POST /predict HTTP/1.1\r\nContent-Length: " + (MOST_BYTES + 1);
  }

  private static String chunked() {
    int bytes = MOST_BYTES + 1;
    return "POST /predict HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        + Integer.toHexString(bytes)
        + "\r\n"
        + " ".repeat(bytes)
        + "\r\n0\r\n\r\n";
  }

  private static String typed(String type) {
    return "POST /predict HTTP/1.1\r\nHost: a\r\nContent-Type: %s\r\nContent-Length: 2\r\n\r\n{}"
        .formatted(type);
  }

  private static String batch(int items) {
    return Pictures.batch(Collections.nCopies(items, new byte[] {1}));
  }

  private static String texts(int items) {
    return "{\"sms\":[" + String.join(",", Collections.nCopies(items, "\"a\"")) + "]}";
  }

  private static String texts(String text) {
    return "{\"sms\":\"" + text + "\"}";
  }

  private static byte[] wide(int side) throws IOException {
    var bytes = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(side, 1, BufferedImage.TYPE_BYTE_GRAY), "png", bytes);
    return bytes.toByteArray();
  }
}
