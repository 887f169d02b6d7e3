package dev.sluice.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// What Lambda is to a function's process: the Runtime API, which hands out events and takes
/// answers. It hangs while there is no event, and every event comes with all five fields: the
/// runtime's client was seen to crash without them.
final class LocalRuntimeApi implements AutoCloseable {
  private static final String VERSION = "/2018-06-01/runtime/";

  static {
    // Else each call waits 40 ms for an acknowledgement. Read once, when the server's class is.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final BlockingQueue<Invocation> waiting = new LinkedBlockingQueue<>();
  private final Map<String, CompletableFuture<Outcome>> underWay = new ConcurrentHashMap<>();
  private final CompletableFuture<String> brokenStart = new CompletableFuture<>();
  private final CompletableFuture<Void> asked = new CompletableFuture<>();
  private final AtomicInteger last = new AtomicInteger();

  private record Invocation(String id, byte[] event) {}

  /// What came of an event.
  sealed interface Outcome {
    record Answered(byte[] answer) implements Outcome {}

    /// There is none.
    ///
    /// @param error what the client reports
    record Failed(String error) implements Outcome {}
  }

  private LocalRuntimeApi(HttpServer server) {
    this.server = server;
  }

  static LocalRuntimeApi start() throws IOException {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    var api = new LocalRuntimeApi(HttpServer.create(address, 0));
    api.server.setExecutor(api.threads);
    api.server.createContext("/", api::serve);
    api.server.start();
    return api;
  }

  String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /// Done when the function has come up and asks for its first event.
  CompletableFuture<Void> ready() {
    return asked;
  }

  /// Done when the function reports that it cannot start.
  CompletableFuture<String> brokenStart() {
    return brokenStart;
  }

  CompletableFuture<Outcome> invoke(byte[] event) {
    var outcome = new CompletableFuture<Outcome>();
    String id = "00000000-0000-0000-0000-%012d".formatted(last.incrementAndGet());
    underWay.put(id, outcome);
    waiting.add(new Invocation(id, event));
    return outcome;
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      String path = exchange.getRequestURI().getPath().substring(VERSION.length());
      switch (path) {
        case "invocation/next" -> next(exchange);
        case "init/error" -> {
          brokenStart.complete(new String(body, StandardCharsets.UTF_8));
          accept(exchange);
        }
        case "restore/next" -> answer(exchange, 200, new byte[0]);
        default -> {
          String[] parts = path.split("/", -1);
          Outcome outcome =
              parts[2].equals("response")
                  ? new Outcome.Answered(body)
                  : new Outcome.Failed(new String(body, StandardCharsets.UTF_8));
          accept(exchange);
          Optional.ofNullable(underWay.remove(parts[1])).ifPresent(it -> it.complete(outcome));
        }
      }
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  private void next(HttpExchange exchange) throws IOException, InterruptedException {
    asked.complete(null);
    Invocation invocation = waiting.take();
    var headers = exchange.getResponseHeaders();
    headers.set("Content-Type", "application/json");
    headers.set("Lambda-Runtime-Aws-Request-Id", invocation.id());
    headers.set(
        "Lambda-Runtime-Deadline-Ms",
        Long.toString(System.currentTimeMillis() + Duration.ofSeconds(29).toMillis()));
    headers.set(
        "Lambda-Runtime-Invoked-Function-Arn",
        "arn:aws:lambda:eu-central-1:123456789012:function:sluice:live");
    headers.set("Lambda-Runtime-Trace-Id", "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0");
    headers.set("Lambda-Runtime-Client-Context", "{}");
    headers.set("Lambda-Runtime-Cognito-Identity", "{}");
    answer(exchange, 200, invocation.event());
  }

  private static void accept(HttpExchange exchange) throws IOException {
    answer(exchange, 202, "{\"status\":\"OK\"}".getBytes(StandardCharsets.US_ASCII));
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
