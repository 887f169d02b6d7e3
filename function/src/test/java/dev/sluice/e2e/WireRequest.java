package dev.sluice.e2e;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// One request, for a socket or in an event as each gateway makes it.
///
/// @param name for the report
/// @param fields names and values
record WireRequest(
    String name,
    String method,
    String target,
    List<Map.Entry<String, String>> fields,
    byte[] body) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /// Who makes events of requests, and reads answers.
  enum Gateway {
    REST,
    HTTP,
    BALANCER,
    BALANCER_SINGLE
  }

  static WireRequest of(String method, String target, byte[] body, String... fields) {
    var entries = new ArrayList<Map.Entry<String, String>>();
    for (int i = 0; i < fields.length; i += 2) {
      entries.add(Map.entry(fields[i], fields[i + 1]));
    }
    return new WireRequest(method + " " + target, method, target, entries, body);
  }

  WireRequest with(String name, String value) {
    var more = new ArrayList<>(fields);
    more.add(Map.entry(name, value));
    return new WireRequest(this.name, method, target, more, body);
  }

  WireRequest called(String other) {
    return new WireRequest(other, method, target, fields, body);
  }

  byte[] bytes() {
    var head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: sluice.example\r\n");
    fields.forEach(
        field -> head.append(field.getKey()).append(": ").append(field.getValue()).append("\r\n"));
    head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(head.toString().getBytes(StandardCharsets.ISO_8859_1));
    bytes.writeBytes(body);
    return bytes.toByteArray();
  }

  String event(Gateway gateway) {
    ObjectNode event = JSON.createObjectNode();
    switch (gateway) {
      case REST -> rest(event);
      case HTTP -> http(event);
      case BALANCER, BALANCER_SINGLE -> balancer(event, gateway);
    }
    if (body.length > 0) {
      event.put("isBase64Encoded", true);
      event.put("body", Base64.getEncoder().encodeToString(body));
    } else {
      event.put("isBase64Encoded", false);
      event.putNull("body");
    }
    return event.toString();
  }

  private void rest(ObjectNode event) {
    event.put("resource", "/{proxy+}").put("path", path()).put("httpMethod", method);
    ObjectNode single = event.putObject("headers");
    ObjectNode multi = event.putObject("multiValueHeaders");
    all("Host", Decoding.NO)
        .forEach(
            (name, values) -> {
              single.put(name, values.getLast());
              values.forEach(multi.withArray("/" + name.replace("/", "~1"))::add);
            });
    query(event, Decoding.YES);
    ObjectNode context = event.putObject("requestContext");
    context.put("stage", "prod").put("httpMethod", method).put("path", "/prod" + path());
    context.putObject("identity").put("sourceIp", "203.0.113.9");
  }

  private void http(ObjectNode event) {
    event.put("version", "2.0").put("routeKey", "$default").put("rawPath", path());
    event.put("rawQueryString", query());
    ObjectNode headers = event.putObject("headers");
    all("host", Decoding.YES)
        .forEach(
            (name, values) -> {
              if (name.equals("cookie")) {
                values.stream()
                    .flatMap(value -> Arrays.stream(value.split("; ", -1)))
                    .forEach(event.withArray("/cookies")::add);
              } else {
                headers.put(name, String.join(",", values));
              }
            });
    ObjectNode context = event.putObject("requestContext");
    context.put("stage", "$default");
    context
        .putObject("http")
        .put("method", method)
        .put("path", path())
        .put("sourceIp", "203.0.113.9");
  }

  private void balancer(ObjectNode event, Gateway gateway) {
    event.putObject("requestContext").putObject("elb").put("targetGroupArn", "arn:aws:elb");
    event.put("httpMethod", method).put("path", path());
    Map<String, List<String>> headers = all("host", Decoding.YES);
    headers.put("x-forwarded-for", List.of("203.0.113.9"));
    if (gateway == Gateway.BALANCER) {
      ObjectNode multi = event.putObject("multiValueHeaders");
      headers.forEach((name, values) -> values.forEach(multi.withArray("/" + name)::add));
      query(event, Decoding.NO);
    } else {
      ObjectNode single = event.putObject("headers");
      headers.forEach((name, values) -> single.put(name, values.getLast()));
      ObjectNode query = event.putObject("queryStringParameters");
      parameters(Decoding.NO).forEach((key, values) -> query.put(key, values.getLast()));
    }
  }

  /// Whether a gateway changes what came: lower case, plain text.
  private enum Decoding {
    YES,
    NO
  }

  private Map<String, List<String>> all(String host, Decoding lowerCase) {
    var all = new LinkedHashMap<String, List<String>>();
    all.put(host, List.of("sluice.example"));
    for (Map.Entry<String, String> field : fields) {
      String name =
          lowerCase == Decoding.YES ? field.getKey().toLowerCase(Locale.ROOT) : field.getKey();
      all.computeIfAbsent(name, first -> new ArrayList<>()).add(field.getValue());
    }
    return all;
  }

  private void query(ObjectNode event, Decoding decoding) {
    if (query().isEmpty()) {
      event.putNull("multiValueQueryStringParameters");
      return;
    }
    ObjectNode multi = event.putObject("multiValueQueryStringParameters");
    parameters(decoding).forEach((key, values) -> values.forEach(multi.putArray(key)::add));
  }

  private Map<String, List<String>> parameters(Decoding decoding) {
    var parameters = new LinkedHashMap<String, List<String>>();
    for (String pair : query().split("&", -1)) {
      if (pair.isEmpty()) {
        continue;
      }
      int equals = pair.indexOf('=');
      String key = equals < 0 ? pair : pair.substring(0, equals);
      String value = equals < 0 ? "" : pair.substring(equals + 1);
      parameters
          .computeIfAbsent(plain(key, decoding), first -> new ArrayList<>())
          .add(plain(value, decoding));
    }
    return parameters;
  }

  private static String plain(String text, Decoding decoding) {
    return switch (decoding) {
      case YES -> URLDecoder.decode(text, StandardCharsets.UTF_8);
      case NO -> text;
    };
  }

  private String path() {
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  private String query() {
    int query = target.indexOf('?');
    return query < 0 ? "" : target.substring(query + 1);
  }

  @Override
  public String toString() {
    return name;
  }
}
