package dev.sluice.aws;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;

/// An HTTP server on a free port whose answers can be made to fail, in the ways in which answers of
/// a cloud do.
final class FaultyServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final World world;
  private final Queue<Fault> faults = new ArrayDeque<>();
  private Predicate<Request> concerned = request -> true;
  private final List<Request> seen = new ArrayList<>();

  /// What answers when nothing fails.
  interface World {
    Answer to(Request request) throws Exception;

    /// An error as this one says it.
    Answer error(int status, String code, String message);
  }

  record Request(String method, String path, Map<String, List<String>> headers, byte[] body) {}

  record Answer(int status, String type, byte[] body, Map<String, String> headers) {}

  /// What becomes of one request.
  enum Fault {
    NONE,
    /// Refused for now; nothing is done.
    THROTTLED,
    /// Refused for good: a permission is missing.
    DENIED,
    /// Something broke; nothing is done.
    BROKEN,
    /// The connection ends before anything is done.
    LOST_REQUEST,
    /// It is done, and the connection ends without an answer.
    LOST_ANSWER,
    /// It is done, and the connection ends in the middle of the answer.
    HALF_ANSWER,
    /// It is done, and the answer says that something broke.
    DONE_AND_BROKEN
  }

  FaultyServer(World world) {
    this.world = world;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException failed) {
      throw new IllegalStateException(failed);
    }
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /// What becomes of the next requests, in their order.
  synchronized void next(Fault... next) {
    next(request -> true, next);
  }

  /// The same of the next requests of some kind.
  synchronized void next(Predicate<Request> which, Fault... next) {
    concerned = which;
    faults.clear();
    faults.addAll(Arrays.asList(next));
  }

  synchronized List<Request> seen() {
    return List.copyOf(seen);
  }

  private synchronized Fault came(Request request) {
    seen.add(request);
    Fault fault = concerned.test(request) ? faults.poll() : Fault.NONE;
    return fault == null ? Fault.NONE : fault;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var request =
          new Request(
              exchange.getRequestMethod(),
              exchange.getRequestURI().toString(),
              exchange.getRequestHeaders(),
              exchange.getRequestBody().readAllBytes());
      switch (came(request)) {
        case NONE -> send(exchange, done(request), 1);
        case THROTTLED -> send(exchange, world.error(429, "TooManyRequestsException", "slow"), 1);
        case DENIED ->
            send(
                exchange,
                world.error(403, "AccessDeniedException", "not authorized to perform: x:Move"),
                1);
        case BROKEN -> send(exchange, world.error(500, "ServiceException", "broken"), 1);
        case LOST_REQUEST -> {}
        case LOST_ANSWER -> done(request);
        case HALF_ANSWER -> send(exchange, done(request), 2);
        case DONE_AND_BROKEN -> {
          done(request);
          send(exchange, world.error(500, "ServiceException", "broken"), 1);
        }
      }
    }
  }

  private synchronized Answer done(Request request) {
    try {
      return world.to(request);
    } catch (Exception bug) {
      return world.error(500, "Bug", bug.toString());
    }
  }

  private static void send(HttpExchange exchange, Answer answer, int part) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", answer.type());
    answer.headers().forEach(exchange.getResponseHeaders()::set);
    byte[] body = answer.body();
    exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body, 0, body.length / part);
    exchange.getResponseBody().flush();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
