package dev.sluice.e2e;

import static dev.sluice.e2e.ProtocolClient.binaryInput;
import static dev.sluice.e2e.ProtocolClient.input;
import static dev.sluice.e2e.ProtocolClient.joined;
import static dev.sluice.e2e.ProtocolClient.utf8;
import static dev.sluice.e2e.ProtocolClient.wantsBytes;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/// Requests of all kinds, made from lists: whatever way they come in, they are answered alike.
final class SameRequests {
  static final int MOST_BYTES = 262_144;

  private static final String JSON = "application/json";
  private static final List<String> METHODS =
      List.of("GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH");
  private static final List<String> PATHS =
      List.of(
          "/",
          "/nothing",
          "/healthz",
          "/ready",
          "/openapi.yml",
          "/predict",
          "/v1/infer",
          "/v1/feedback",
          "/v1/models",
          "/ping",
          "/v2",
          "/v2/",
          "/v2/health/live",
          "/v2/health/ready",
          "/v2/models/digits",
          "/v2/models/digits/ready",
          "/v2/models/digits/config",
          "/v2/models/digits/versions/A",
          "/v2/models/nothing",
          "/v2/models/di%67its",
          "/v2/models/a%20b",
          "/v2/repository/index");
  private static final List<String> TEXTS =
      List.of(
          "I love this!",
          "",
          " ",
          "äöü ß é 漢字 🎉",
          "a\\\"b\\\\c",
          "\\u0041\\n\\t",
          "\\u0000",
          "\\ud83d",
          "free entry in 2 a weekly comp to win cup final tickets",
          "a".repeat(10_000),
          "a".repeat(10_001));
  private static final List<String> BROKEN =
      List.of(
          "",
          " ",
          "{",
          "}",
          "[]",
          "null",
          "1",
          "\"text\"",
          "{}{}",
          "{\"sms\":1}",
          "{\"sms\":null}",
          "{\"sms\":[]}",
          "{\"sms\":[1]}",
          "{\"sms\":\"a\",\"sms\":\"b\"}",
          "{\"sms\":\"a\",\"sentence\":\"b\"}",
          "{\"text\":\"a\"}",
          "{\"sms\":\"\u0001\"}",
          "{\"sms\":" + "[".repeat(99) + "}",
          "{\"image_b64\":\"%%\"}",
          "{\"image_b64\":\"AAAA\"}",
          "{\"inputs\":[]}",
          "{\"token\":\"v1.k1.AQ\",\"label\":\"7\"}",
          "[{\"token\":\"\",\"reward\":1}]");
  private static final List<String> TYPES =
      List.of(
          JSON,
          "application/json; charset=utf-8",
          "application/json; charset=latin1",
          "APPLICATION/JSON",
          "application/vnd.a+json",
          "text/plain",
          "application/x-www-form-urlencoded",
          "multipart/form-data; boundary=a",
          "application/octet-stream",
          "");
  private static final List<String> QUERIES =
      List.of(
          "", "a", "a=", "a=1&a=2", "a=b%20c", "a=b+c", "%41=%C3%A4", "a=%26&b=%3D", "a=1&b=2&a=3");
  private static final List<List<String>> FIELDS =
      List.of(
          List.of("Cookie", "sluice_variant=nonsense"),
          List.of("Cookie", "a=b; sluice_variant=v1.x.y; c=d"),
          List.of("Cookie", "a=b", "Cookie", "c=d"),
          List.of("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
          List.of("traceparent", "00-0-0-0"),
          List.of("Prefer", "wait=0"),
          List.of("Prefer", "wait=5"),
          List.of("Prefer", "respond-async, wait=9"),
          List.of("X-Experiment-Group", "debug"),
          List.of("X-Model-Variant", "v2"),
          List.of("X-Model-Variant", "v2", "Authorization", "Bearer " + RunningService.VIEWER),
          List.of("X-Model-Variant", "nothing", "Authorization", "Bearer " + RunningService.ADMIN),
          List.of("X-Envoy-Attempt-Count", "2"),
          List.of("Content-Encoding", "gzip"),
          List.of("Accept", "text/html"),
          List.of("Accept-Encoding", "gzip, br"),
          List.of("X-Long", "b".repeat(7_000)),
          List.of("X-Too-Long", "b".repeat(9_000)));

  private SameRequests() {}

  static List<WireRequest> all() throws IOException {
    var all = new ArrayList<WireRequest>();
    all.addAll(everyMethodAtEveryPath());
    all.addAll(texts());
    all.addAll(pictures());
    all.addAll(broken());
    all.addAll(typesAndQueries());
    all.addAll(fields());
    all.addAll(tensors());
    all.addAll(sizesAndLines());
    return List.copyOf(all);
  }

  private static List<WireRequest> everyMethodAtEveryPath() {
    var all = new ArrayList<WireRequest>();
    for (String path : PATHS) {
      METHODS.forEach(method -> all.add(WireRequest.of(method, path, new byte[0])));
    }
    return all;
  }

  private static List<WireRequest> texts() {
    var all = new ArrayList<WireRequest>();
    for (String kind : List.of("sentence", "sms")) {
      for (String text : TEXTS) {
        all.add(post("/predict", "{\"%s\":\"%s\"}".formatted(kind, text)));
      }
      for (int rows : List.of(2, 3, 8, 64, 65)) {
        String some = String.join(",", Collections.nCopies(rows, "\"See you at seven\""));
        all.add(post("/predict", "{\"%s\":[%s]}".formatted(kind, some)));
      }
    }
    return all;
  }

  private static List<WireRequest> pictures() throws IOException {
    var all = new ArrayList<WireRequest>();
    var pictures = new ArrayList<byte[]>();
    for (String file : List.of("digit-7.png", "digit-7.jpg", "digit-5.png", "digit-3.png")) {
      byte[] picture = Pictures.digit(file);
      pictures.add(picture);
      all.add(post("/v1/infer", Pictures.body(picture)));
      all.add(post("/v1/infer", Pictures.body(picture).replace("}", ",\"img_size\":8}")));
      all.add(post("/v1/infer", Pictures.body(picture).replace("}", ",\"img_size\":224}")));
      all.add(post("/v1/infer", Pictures.body(Arrays.copyOf(picture, 40))));
    }
    for (int items : List.of(1, 2, 4)) {
      all.add(post("/v1/infer", Pictures.batch(pictures.subList(0, items))));
    }
    all.add(post("/v1/infer", Pictures.batch(List.of(pictures.getFirst(), new byte[] {1}))));
    all.add(post("/v1/infer", Pictures.batch(Collections.nCopies(65, new byte[] {1}))));
    return all;
  }

  private static List<WireRequest> broken() {
    var all = new ArrayList<WireRequest>();
    for (String path : List.of("/predict", "/v1/infer", "/v1/feedback")) {
      BROKEN.forEach(body -> all.add(post(path, body)));
    }
    all.add(WireRequest.of("POST", "/predict", new byte[] {'"', (byte) 0xC3, '"'}));
    all.add(WireRequest.of("POST", "/predict", HexFormat.of().parseHex("efbbbf7b7d")));
    return all;
  }

  private static List<WireRequest> typesAndQueries() {
    var all = new ArrayList<WireRequest>();
    for (String type : TYPES) {
      all.add(WireRequest.of("POST", "/predict", utf8("{\"sms\":\"a\"}"), "Content-Type", type));
      all.add(WireRequest.of("POST", "/v1/infer", new byte[0], "Content-Type", type));
    }
    for (String query : QUERIES) {
      all.add(WireRequest.of("GET", "/v2/models/digits?" + query, new byte[0]));
      all.add(WireRequest.of("GET", "/nothing?" + query, new byte[0]));
    }
    return all;
  }

  private static List<WireRequest> fields() {
    var all = new ArrayList<WireRequest>();
    for (List<String> fields : FIELDS) {
      String[] names = fields.toArray(String[]::new);
      all.add(WireRequest.of("POST", "/predict", utf8("{\"sentence\":\"a\"}"), names));
      all.add(WireRequest.of("GET", "/healthz", new byte[0], names));
    }
    return all;
  }

  private static List<WireRequest> tensors() throws IOException {
    var all = new ArrayList<WireRequest>();
    byte[] raw = HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0ffff0f1c0c1807f00");
    for (String type :
        List.of("uint8:UINT8:24", "int32:INT32:6", "float:FP32:6", "double:FP64:3")) {
      String[] parts = type.split(":", -1);
      String shape = "[1," + parts[2] + "]";
      String ones =
          "[" + String.join(",", Collections.nCopies(Integer.parseInt(parts[2]), "1")) + "]";
      String path = "/v2/models/identity-" + parts[0] + "/infer";
      String plain = "{\"inputs\":[" + input("x", shape, parts[1], ones) + "]}";
      String binary = wantsBytes(binaryInput("x", shape, parts[1], raw.length));
      all.add(post(path, plain));
      all.add(binary(path, binary, raw));
      all.add(binary(path, binary, new byte[3]));
      all.add(WireRequest.of("POST", path, gzip(utf8(plain)), "Content-Encoding", "gzip"));
      all.add(WireRequest.of("POST", path, raw, "Content-Encoding", "gzip"));
      all.add(WireRequest.of("POST", path, raw, ProtocolClient.LENGTH, "99999"));
      all.add(post("/v2/models/identity-" + parts[0] + "/versions/v1/infer", plain));
    }
    String words = "[\"äöü\",\"漢字\",\"\"]";
    String text = input("x", "[1,3]", "BYTES", words);
    all.add(post("/v2/models/identity-string/infer", "{\"inputs\":[" + text + "]}"));
    all.add(post("/v2/models/identity-string/infer", wantsBytes(text)));
    return all;
  }

  private static WireRequest binary(String path, String json, byte[] tensors) {
    byte[] head = utf8(json);
    return WireRequest.of(
            "POST",
            path,
            joined(head, tensors),
            "Content-Type",
            "application/octet-stream",
            ProtocolClient.LENGTH,
            Integer.toString(head.length))
        .called("binary POST " + path);
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(plain);
    }
    return bytes.toByteArray();
  }

  private static List<WireRequest> sizesAndLines() {
    var all = new ArrayList<WireRequest>();
    for (int more : List.of(-2, 0, 1, 10_000)) {
      String text = "{\"image_b64\":\"" + "A".repeat(MOST_BYTES - 16 + more) + "\"}";
      all.add(post("/v1/infer", text).called("body of the limit and " + more));
    }
    for (String target :
        List.of(
            "/" + "a".repeat(5_000),
            "/healthz/..",
            "/./healthz",
            "/a%2Fb",
            "/a%zz",
            "/v2/models/%",
            "//",
            "/healthz/")) {
      all.add(WireRequest.of("GET", target, new byte[0]));
    }
    for (String method : List.of("BREW", "TRACE", "CONNECT", "get")) {
      all.add(WireRequest.of(method, "/healthz", new byte[0]));
    }
    return all;
  }

  private static WireRequest post(String path, String json) {
    return WireRequest.of("POST", path, utf8(json), "Content-Type", JSON);
  }
}
