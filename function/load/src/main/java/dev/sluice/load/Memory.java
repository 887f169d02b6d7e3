package dev.sluice.load;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/// What the service says of its heap and of the rest of its JVM, at the beginning and at the end,
/// where `/metrics` is reached.
final class Memory {
  private static final Pattern USED =
      Pattern.compile("(?m)^jvm_memory_used_bytes\\{[^}]*} (\\S+)$");
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Order order;
  private final Map<String, Object> seen = new LinkedHashMap<>();

  Memory(Order order) {
    this.order = order;
  }

  /// Looks once the warm-up is over, on a thread of its own.
  void watch() {
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                Thread.sleep(order.warmUp().plusSeconds(5));
                look("jvm_used_mb_after_warm_up");
              } catch (InterruptedException over) {
                Thread.currentThread().interrupt();
              }
            });
  }

  /// By name; what could not be asked is not in it.
  Map<String, Object> seen() {
    look("jvm_used_mb_at_the_end");
    synchronized (seen) {
      return new LinkedHashMap<>(seen);
    }
  }

  private void look(String name) {
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(order.base() + "/metrics")).timeout(PATIENCE).build();
      double used =
          USED.matcher(client.send(request, BodyHandlers.ofString()).body())
              .results()
              .mapToDouble(area -> Double.parseDouble(area.group(1)))
              .sum();
      if (used > 0) {
        synchronized (seen) {
          seen.put(name, Math.round(used / 1_000_000));
        }
      }
    } catch (IOException closed) {
      System.err.println("/metrics is not reached: " + closed.getMessage());
    } catch (InterruptedException over) {
      Thread.currentThread().interrupt();
    }
  }
}
