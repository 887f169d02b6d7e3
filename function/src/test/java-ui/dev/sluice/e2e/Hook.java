package dev.sluice.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Where the service's webhook leads to.
final class Hook implements AutoCloseable {
  static final String SECRET = "secret-of-the-webhook-of-the-tests";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final Queue<Posted> posted = new ConcurrentLinkedQueue<>();

  /// @param at when it came
  record Posted(Instant at, JsonNode body) {}

  private Hook(HttpServer server) {
    this.server = server;
  }

  static Hook listening() throws IOException {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    var hook = new Hook(HttpServer.create(address, 0));
    hook.server.createContext("/", hook::take);
    hook.server.start();
    return hook;
  }

  private void take(HttpExchange exchange) throws IOException {
    Instant now = Instant.now();
    posted.add(new Posted(now, JSON.readTree(exchange.getRequestBody())));
    exchange.sendResponseHeaders(204, -1);
    exchange.close();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/hook";
  }

  /// What came of a rollout, by its kind.
  Optional<Posted> about(String rollout, String kind) {
    return posted.stream()
        .filter(one -> one.body().path("rollout").asText().equals(rollout))
        .filter(one -> one.body().path("kind").asText().equals(kind))
        .findFirst();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
