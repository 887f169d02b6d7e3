package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.RawConnection.Answer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A service with a small heap and no tokens.
class BigBodiesIT {
  private static final int CALLERS = 52;
  private static final int MEGABYTE = 1_000_000;
  // 504: where others use the machine, too, one that was let in may be late.
  private static final Set<Integer> FAIR = Set.of(200, 400, 408, 413, 415, 422, 429, 503, 504);
  private static final Duration SLOWEST_HEALTH = Duration.ofSeconds(5);
  private static final Duration USUAL_HEALTH = Duration.ofSeconds(1);

  @TempDir static Path folder;
  private static RunningService service;

  @BeforeAll
  static void start() throws Exception {
    service = RunningService.start(folder, Map.of("RATE_LIMIT_RPS", "0"), "-Xmx256m");
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void fiftyTwoBigBodiesAtOnceAreAnsweredOrRefusedAndHealthGoesOn() throws Exception {
    var left = new AtomicInteger(CALLERS);
    List<byte[]> requests = List.of(picture(7), text(8), picture(9), noise(7));
    var healthNanos = new ArrayList<Long>();
    var tasks = new ArrayList<Callable<List<Answer>>>();
    for (int i = 0; i < CALLERS; i++) {
      byte[] request = requests.get(i % requests.size());
      tasks.add(
          () -> {
            try {
              return List.of(answerWhileSending(request));
            } finally {
              left.decrementAndGet();
            }
          });
    }
    tasks.add(
        () -> {
          while (left.get() > 0) {
            long began = System.nanoTime();
            assertThat(service.get("/healthz").statusCode()).isEqualTo(200);
            healthNanos.add(System.nanoTime() - began);
          }
          return List.of();
        });

    List<Answer> answers = Crowd.together(tasks).stream().flatMap(List::stream).toList();

    assertThat(answers).hasSize(CALLERS);
    assertThat(FAIR).containsAll(Crowd.statuses(answers).keySet());
    healthNanos.sort(null);
    assertThat(healthNanos.get(healthNanos.size() / 2)).isLessThan(USUAL_HEALTH.toNanos());
    assertThat(healthNanos.getLast()).isLessThan(SLOWEST_HEALTH.toNanos());
    String digit = Pictures.body(Pictures.digit("digit-7.png"));
    Poll.until(
        Duration.ofSeconds(15),
        () -> service.post("/v1/infer", digit).statusCode() == 200,
        () -> "it does not work again");
  }

  /// A refusal may come before all is sent, so one thread sends and another reads.
  private static Answer answerWhileSending(byte[] request) throws Exception {
    try (RawConnection connection = service.connect()) {
      Thread sender =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      connection.send(request);
                    } catch (IOException refused) {
                      // The answer says why.
                    }
                  });
      Answer answer = connection.answer();
      sender.join(Duration.ofSeconds(10));
      return answer;
    }
  }

  private static byte[] picture(int megabytes) {
    return RawConnection.post(
        "/v1/infer", "{\"image_b64\":\"" + "AAAA".repeat(megabytes * MEGABYTE / 4) + "\"}");
  }

  private static byte[] text(int megabytes) {
    return RawConnection.post(
        "/predict", "{\"sentence\":\"" + "love ".repeat(megabytes * MEGABYTE / 5) + "\"}");
  }

  private static byte[] noise(int megabytes) {
    return RawConnection.post("/predict", "[1],".repeat(megabytes * MEGABYTE / 4));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/admin/config", "/manage/health"})
  void withoutAnAdminTokenTheAdminApiIsOffAndSaysSo(String path) throws Exception {
    for (String token : List.of("", "Bearer", "Bearer anything-at-all-anything")) {
      HttpResponse<String> answer = service.get(path, "Authorization", token);

      assertThat(answer.statusCode()).isEqualTo(403);
      assertThat(answer.body()).contains("ADMIN_TOKEN");
    }
  }
}
