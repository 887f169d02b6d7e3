package dev.sluice.bench;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/// One request in the events of everybody who sends some. Needs nothing but the JDK.
final class Events {
  private Events() {}

  /// Who turns requests into events.
  enum Sender {
    REST("\"requestContext\":{\"stage\":\"prod\",\"identity\":{\"sourceIp\":\"203.0.113.9\"}},"),
    HTTP(""),
    BALANCER("\"requestContext\":{\"elb\":{\"targetGroupArn\":\"arn:aws:elb\"}},");

    private final String context;

    Sender(String context) {
      this.context = context;
    }
  }

  static byte[] of(Sender sender, String method, String path, byte[] body, String type) {
    String common =
        "\"isBase64Encoded\":true,\"body\":\"%s\"}".formatted(Base64.getEncoder().encodeToString(body));
    String event =
        switch (sender) {
          case REST, BALANCER ->
              ("{%s\"httpMethod\":\"%s\",\"path\":\"%s\",\"multiValueHeaders\":{\"host\":[\"a.example\"],"
                      + "\"content-type\":[\"%s\"],\"x-user-id\":[\"u-7\"],"
                      + "\"x-forwarded-for\":[\"203.0.113.9\"]},")
                  .formatted(sender.context, method, path, type);
          case HTTP ->
              ("{\"version\":\"2.0\",\"rawPath\":\"%s\",\"rawQueryString\":\"\",\"requestContext\":"
                      + "{\"stage\":\"$default\",\"http\":{\"method\":\"%s\",\"path\":\"%s\","
                      + "\"sourceIp\":\"203.0.113.9\"}},\"headers\":{\"host\":\"a.example\","
                      + "\"content-type\":\"%s\",\"x-user-id\":\"u-7\"},")
                  .formatted(path, method, path, type);
        };
    return (event + common).getBytes(StandardCharsets.UTF_8);
  }

  /// What the service's own schedule and operators send.
  static List<byte[]> ours() {
    return List.of(
        utf8("{\"sluice\":\"tick\"}"),
        utf8("{\"sluice\":\"admin\",\"method\":\"GET\",\"path\":\"/admin/config\","
                + "\"headers\":{\"Authorization\":\"Bearer training-training\"}}"));
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
