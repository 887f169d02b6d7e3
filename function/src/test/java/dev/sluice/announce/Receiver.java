package dev.sluice.announce;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Whoever is told: an HTTP server that keeps what it got and answers as it was asked to.
final class Receiver implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final List<Message> got = new ArrayList<>();
  private final Queue<Manner> manners = new ArrayDeque<>();

  record Message(Map<String, List<String>> headers, String body) {
    String header(String name) {
      return String.join(",", headers.getOrDefault(name, List.of()));
    }
  }

  /// How a message is answered.
  interface Manner {
    void answer(HttpExchange exchange) throws IOException, InterruptedException;

    static Manner status(int status) {
      return exchange -> {
        exchange.getResponseHeaders().set("Location", "/elsewhere");
        exchange.sendResponseHeaders(status, -1);
      };
    }

    /// The connection ends without an answer.
    Manner RESET = exchange -> {};
  }

  Receiver() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::take);
    server.start();
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      Manner manner;
      synchronized (this) {
        got.add(new Message(Map.copyOf(exchange.getRequestHeaders()), body));
        Manner next = manners.poll();
        manner = next == null ? Manner.status(204) : next;
      }
      manner.answer(exchange);
    } catch (InterruptedException ending) {
      Thread.currentThread().interrupt();
    }
  }

  /// The next messages are answered like this, those after them with 204.
  synchronized void answers(Manner... next) {
    manners.addAll(List.of(next));
  }

  /// Says nothing until the test is over.
  Manner silence() {
    return exchange -> closing.await();
  }

  /// Begins an answer and never ends it.
  Manner trickle() {
    return exchange -> {
      exchange.sendResponseHeaders(200, 100);
      exchange.getResponseBody().write(1);
      exchange.getResponseBody().flush();
      closing.await();
    };
  }

  synchronized List<Message> got() {
    return List.copyOf(got);
  }

  List<String> deliveries() {
    return got().stream().map(message -> message.header("Sluice-delivery")).toList();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/hook?key=k3y");
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
