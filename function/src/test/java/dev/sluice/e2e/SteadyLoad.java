package dev.sluice.e2e;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/// Predictions asked for at a steady rate until [#close], whatever became of the ones before; each
/// by a caller of its own. What an answer is worth depends on its variant alone, and is reported
/// where anything is said of that variant.
final class SteadyLoad implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  // Longer than any answer of a busy machine, so that only a lost request has none.
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final List<HttpClient> clients;
  private final Queue<Sent> sent = new ConcurrentLinkedQueue<>();
  private final Queue<String> unreported = new ConcurrentLinkedQueue<>();
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
  private final Thread clock;
  private final String url;
  private final String authorization;
  private final String body;
  private final Map<String, Double> rewards;
  private volatile boolean over;

  /// What became of a request.
  ///
  /// @param status 0 when there was no answer
  /// @param text the variant that answered, or what went wrong
  record Sent(Instant at, int status, String text) {
    boolean failed() {
      return status != 200;
    }
  }

  /// @param rewards by variant
  static SteadyLoad on(int port, String body, int perSecond, Map<String, Double> rewards) {
    var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    return new SteadyLoad(
        List.of(client), "http://127.0.0.1:" + port, "", body, perSecond, rewards);
  }

  /// @param clients used in turns, and closed at the end
  /// @param authorization what is sent as `Authorization`; empty for nothing
  SteadyLoad(
      List<HttpClient> clients,
      String url,
      String authorization,
      String body,
      int perSecond,
      Map<String, Double> rewards) {
    this.clients = List.copyOf(clients);
    this.url = url;
    this.authorization = authorization;
    this.body = body;
    this.rewards = Map.copyOf(rewards);
    this.clock = Thread.ofPlatform().name("load").start(() -> run(perSecond));
  }

  private void run(int perSecond) {
    long start = System.nanoTime();
    for (long number = 0; !over; number++) {
      long due = start + number * 1_000_000_000L / perSecond;
      while (due - System.nanoTime() > 0) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
      String caller = "caller-" + number;
      HttpClient client = clients.get((int) (number % clients.size()));
      callers.execute(() -> ask(client, caller));
    }
  }

  private void ask(HttpClient client, String caller) {
    Instant at = Instant.now();
    try {
      HttpResponse<String> answer = post(client, "/v1/infer", body, caller);
      String variant = answer.headers().firstValue("X-Model-Variant").orElse("none");
      boolean fine = answer.statusCode() == 200;
      sent.add(new Sent(at, answer.statusCode(), fine ? variant : answer.body()));
      if (fine && rewards.containsKey(variant)) {
        String token = answer.headers().firstValue("Outcome-Token").orElse("none");
        report(client, token, rewards.get(variant), caller);
      }
    } catch (Exception lost) {
      sent.add(new Sent(at, 0, lost.toString()));
    }
  }

  private void report(HttpClient client, String token, double reward, String caller) {
    String report = JSON.createObjectNode().put("token", token).put("reward", reward).toString();
    try {
      HttpResponse<String> answer = post(client, "/v1/feedback", report, caller);
      if (answer.statusCode() >= 300) {
        unreported.add(answer.statusCode() + " " + answer.body());
      }
    } catch (Exception lost) {
      unreported.add(lost.toString());
    }
  }

  private HttpResponse<String> post(HttpClient client, String path, String json, String caller)
      throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create(url + path))
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .header("X-User-Id", caller)
            .POST(BodyPublishers.ofString(json));
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  /// All that have been answered, or not, until now.
  List<Sent> sent() {
    return List.copyOf(sent);
  }

  List<Sent> failed() {
    return sent.stream().filter(Sent::failed).toList();
  }

  /// What became of reports that were not taken. They are no predictions, and count as none.
  List<String> unreported() {
    return List.copyOf(unreported);
  }

  List<Sent> failedSince(Instant moment) {
    return sent.stream().filter(Sent::failed).filter(each -> !each.at().isBefore(moment)).toList();
  }

  long sentBetween(Instant from, Instant until) {
    return sent.stream()
        .filter(each -> !each.at().isBefore(from) && each.at().isBefore(until))
        .count();
  }

  long answeredBy(String variant) {
    return sent.stream().filter(each -> each.text().equals(variant)).count();
  }

  @Override
  public void close() {
    over = true;
    try {
      clock.join();
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
    callers.close();
    clients.forEach(HttpClient::close);
  }
}
