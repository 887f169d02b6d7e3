package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.RawConnection.Answer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// SIGTERM while callers are calling. A request is cut when bytes of it were sent and no whole
/// answer came.
class ShutdownIT {
  private static final int CALLERS = 6;
  private static final int BEFORE_THE_SIGNAL = 200;

  @TempDir Path folder;
  private static byte[] ask;

  private final AtomicInteger answered = new AtomicInteger();
  private final AtomicBoolean seenNotReady = new AtomicBoolean();

  @BeforeAll
  static void body() throws Exception {
    ask = RawConnection.post("/v1/infer", Pictures.body(Pictures.digit("digit-7.png")));
  }

  /// How somebody calls until there is nothing to be called any more.
  private interface Caller {
    void callUntilTheEnd(RunningService service) throws Exception;
  }

  @Test
  void cutsNoRequestOfConnectionsThatAreKept() throws Exception {
    stopsUnder(this::keepCalling);
  }

  @Test
  void cutsNoRequestOfNewConnections() throws Exception {
    stopsUnder(this::callAnew);
  }

  private void stopsUnder(Caller caller) throws Exception {
    try (var service = RunningService.easy(folder, Map.of("DRAIN_SECONDS", "2"))) {
      var tasks = new ArrayList<Callable<Boolean>>();
      for (int i = 0; i < CALLERS; i++) {
        tasks.add(
            () -> {
              caller.callUntilTheEnd(service);
              return true;
            });
      }
      tasks.add(() -> watchReady(service));
      tasks.add(
          () -> {
            Poll.until(
                Duration.ofSeconds(20),
                () -> answered.get() > BEFORE_THE_SIGNAL,
                () -> "no traffic");
            service.terminate();
            return true;
          });

      Crowd.together(tasks);

      service.awaitEnd();
      assertThat(seenNotReady).as("/ready seen at 503").isTrue();
      assertThat(answered.get()).isGreaterThan(BEFORE_THE_SIGNAL);
    }
  }

  /// Until an answer says goodbye; then with a new connection, if there is somebody to open one.
  private void keepCalling(RunningService service) throws Exception {
    while (service.alive() && !seenNotReady.get()) {
      try (RawConnection connection = service.connect()) {
        boolean kept = true;
        while (kept) {
          Answer answer = connection.exchange(ask);
          assertThat(answer.status()).as(answer.body()).isEqualTo(200);
          answered.incrementAndGet();
          kept = !answer.closes();
        }
      } catch (ConnectException nobody) {
        return;
      }
    }
  }

  /// As behind a load balancer: no new connection goes where `/ready` said no.
  private void callAnew(RunningService service) throws Exception {
    while (!seenNotReady.get()) {
      try (RawConnection connection = service.connect()) {
        Answer answer = connection.exchange(ask);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        answered.incrementAndGet();
      }
    }
  }

  private boolean watchReady(RunningService service) throws Exception {
    while (service.alive()) {
      try {
        HttpResponse<String> ready = service.get("/ready");
        if (ready.statusCode() == 503) {
          assertThat(ready.body()).contains("\"ready\":false", "\"models_loaded\":true");
          seenNotReady.set(true);
          return true;
        }
      } catch (IOException closed) {
        return false;
      }
    }
    return false;
  }
}
