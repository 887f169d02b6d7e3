package dev.sluice.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;

/// An answer, wherever it was read, in one form that can be compared.
///
/// @param fields values by name in lower case
/// @param body one character a byte
record WireAnswer(int status, TreeMap<String, List<String>> fields, String body) {
  /// What a gateway says in our place.
  private static final Set<String> OF_THE_WIRE = Set.of("date", "content-length", "connection");

  private static final int PATIENCE_MILLIS = 30_000;

  /// Asks by a connection of its own.
  static WireAnswer ofSocket(int port, WireRequest request) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.getOutputStream().write(request.with("Connection", "close").bytes());
      byte[] all = socket.getInputStream().readAllBytes();
      String text = new String(all, StandardCharsets.ISO_8859_1);
      int end = text.indexOf("\r\n\r\n");
      var fields = new TreeMap<String, List<String>>();
      String[] lines = text.substring(0, end).split("\r\n", -1);
      for (int i = 1; i < lines.length; i++) {
        int colon = lines[i].indexOf(':');
        add(fields, lines[i].substring(0, colon), lines[i].substring(colon + 1).strip());
      }
      return new WireAnswer(
          Integer.parseInt(lines[0].substring(9, 12)), fields, text.substring(end + 4));
    }
  }

  /// Reads what a gateway would send on.
  static WireAnswer ofEvent(JsonNode answer) throws IOException {
    var fields = new TreeMap<String, List<String>>();
    answer
        .path("multiValueHeaders")
        .properties()
        .forEach(
            header -> header.getValue().forEach(it -> add(fields, header.getKey(), it.asText())));
    answer
        .path("headers")
        .properties()
        .forEach(header -> add(fields, header.getKey(), header.getValue().asText()));
    answer.path("cookies").forEach(cookie -> add(fields, "set-cookie", cookie.asText()));
    byte[] body =
        answer.path("isBase64Encoded").asBoolean()
            ? Base64.getDecoder().decode(answer.path("body").asText())
            : answer.path("body").asText().getBytes(StandardCharsets.UTF_8);
    return new WireAnswer(
        answer.path("statusCode").asInt(), fields, new String(body, StandardCharsets.ISO_8859_1));
  }

  private static void add(TreeMap<String, List<String>> fields, String name, String value) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (!OF_THE_WIRE.contains(lower)) {
      var values = new ArrayList<>(fields.getOrDefault(lower, List.of()));
      values.add(value);
      Collections.sort(values);
      fields.put(lower, values);
    }
  }

  /// Without what is another in every answer: tokens, times, traces that were made up here.
  WireAnswer comparable() {
    var same = new TreeMap<String, List<String>>();
    fields.forEach(
        (name, values) ->
            same.put(
                name,
                switch (name) {
                  case "outcome-token" -> List.of("TOKEN");
                  case "trace-id" -> values.stream().map(WireAnswer::known).toList();
                  case "set-cookie" ->
                      values.stream().map(it -> it.replaceFirst("=[^;]*", "=COOKIE")).toList();
                  default -> values;
                }));
    String text =
        body.replaceAll("\"outcome_token\":\"[^\"]*\"", "\"outcome_token\":\"TOKEN\"")
            .replaceAll("\"(latency_ms|uptime_seconds)\":[0-9.]+", "\"$1\":TIME");
    return new WireAnswer(status, same, text.replaceAll("\"trace_id\":\"[0-9a-f]{32}\"", "TRACE"));
  }

  private static String known(String trace) {
    return trace.matches("[0-9a-f]{32}") ? "TRACE" : trace;
  }
}
