package dev.sluice.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/// What Lambda is to a function's process: hands out one event after the other, and takes answers.
/// Needs nothing but the JDK, for it also runs where an image is made. Thread-safe.
final class RuntimeApi implements AutoCloseable {
  private static final String VERSION = "/2018-06-01/runtime/";
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  static {
    // Else each call waits 40 ms for an acknowledgement. Read once, when the server's class is.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final BlockingQueue<Invocation> waiting = new LinkedBlockingQueue<>();
  private final Map<String, Invocation> underWay = new ConcurrentHashMap<>();
  private final AtomicInteger last = new AtomicInteger();

  private record Invocation(String id, byte[] event, CompletableFuture<byte[]> answer) {}

  private RuntimeApi(HttpServer server) {
    this.server = server;
  }

  /// @param port of loopback; 0 for any
  static RuntimeApi start(int port) throws IOException {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    var api = new RuntimeApi(HttpServer.create(address, 0));
    api.server.setExecutor(api.threads);
    api.server.createContext("/", api::serve);
    api.server.start();
    return api;
  }

  /// For `AWS_LAMBDA_RUNTIME_API`.
  String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /// Waits for the answer to an event.
  ///
  /// @throws IOException when the function failed, or said nothing for two minutes
  byte[] ask(byte[] event) throws IOException, InterruptedException {
    String id = "00000000-0000-0000-0000-%012d".formatted(last.incrementAndGet());
    var invocation = new Invocation(id, event, new CompletableFuture<>());
    underWay.put(id, invocation);
    waiting.add(invocation);
    try {
      return invocation.answer().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException failed) {
      throw new IOException("the function failed: " + failed.getCause().getMessage(), failed);
    } catch (TimeoutException late) {
      throw new IOException("the function has not answered in " + PATIENCE, late);
    }
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      String[] path =
          exchange.getRequestURI().getPath().substring(VERSION.length()).split("/", -1);
      if (path[0].equals("invocation") && path[1].equals("next")) {
        next(exchange);
      } else if (path[0].equals("invocation")) {
        reply(exchange, 202, accepted());
        complete(path[1], path[2], body);
      } else if (path[0].equals("init")) {
        reply(exchange, 202, accepted());
        var broken = new IOException(new String(body, StandardCharsets.UTF_8));
        underWay.values().forEach(it -> it.answer().completeExceptionally(broken));
      } else {
        // restore/next: a snapshot was taken, and this is a copy of it.
        reply(exchange, 200, new byte[0]);
      }
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  private void complete(String id, String outcome, byte[] body) {
    Invocation invocation = underWay.remove(id);
    if (invocation == null) {
      return;
    }
    if (outcome.equals("response")) {
      invocation.answer().complete(body);
    } else {
      invocation
          .answer()
          .completeExceptionally(new IOException(new String(body, StandardCharsets.UTF_8)));
    }
  }

  /// Hangs while there is no event. The runtime's client was seen to crash without all five fields.
  private void next(HttpExchange exchange) throws IOException, InterruptedException {
    Invocation invocation = waiting.take();
    long deadline = System.currentTimeMillis() + Duration.ofSeconds(29).toMillis();
    var fields = exchange.getResponseHeaders();
    fields.set("Content-Type", "application/json");
    fields.set("Lambda-Runtime-Aws-Request-Id", invocation.id());
    fields.set("Lambda-Runtime-Deadline-Ms", Long.toString(deadline));
    fields.set(
        "Lambda-Runtime-Invoked-Function-Arn",
        "arn:aws:lambda:eu-central-1:123456789012:function:sluice:live");
    fields.set("Lambda-Runtime-Trace-Id", "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0");
    fields.set("Lambda-Runtime-Client-Context", "{}");
    fields.set("Lambda-Runtime-Cognito-Identity", "{}");
    reply(exchange, 200, invocation.event());
  }

  private static byte[] accepted() {
    return "{\"status\":\"OK\"}".getBytes(StandardCharsets.US_ASCII);
  }

  private static void reply(HttpExchange exchange, int status, byte[] body) throws IOException {
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
