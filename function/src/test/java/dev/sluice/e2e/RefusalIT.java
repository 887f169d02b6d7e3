package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.e2e.RawConnection.Answer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Every refusal, provoked on a service with small limits: its status, its limit, its trace, and
/// nothing from inside. Each request comes from an address of its own, for the rate is low.
class RefusalIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int BURST = 20;
  private static final AtomicInteger ADDRESSES = new AtomicInteger();

  @TempDir static Path folder;
  private static RunningService service;
  private static ExecutorService threads;
  private static CompletableFuture<Answer> slowHead;
  private static CompletableFuture<Answer> slowBody;

  @BeforeAll
  static void start() throws Exception {
    service =
        RunningService.easy(
            folder,
            Map.of(
                "RATE_LIMIT_RPS", "0.01",
                "RATE_LIMIT_BURST", Integer.toString(BURST),
                "TRUSTED_PROXIES", "127.0.0.1",
                "MAX_BODY_BYTES", Integer.toString(Refused.MOST_BYTES),
                "MAX_IN_FLIGHT_BYTES", Integer.toString(Refused.MOST_BYTES)));
    threads = Executors.newVirtualThreadPerTaskExecutor();
    slowHead = unfinished("GET /health HTTP/1.1\r\nHost: ");
    slowBody =
        unfinished(
            "POST /predict HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 10.9.9.8\r\n"
                + "Content-Length: 9\r\n\r\n{");
  }

  @AfterAll
  static void stop() {
    threads.close();
    service.close();
  }

  private static CompletableFuture<Answer> unfinished(String beginning) {
    return CompletableFuture.supplyAsync(() -> answerTo(beginning), threads);
  }

  private static Answer answerTo(String beginning) {
    try (RawConnection connection = service.connect()) {
      connection.send(beginning);
      return connection.answer();
    } catch (IOException cut) {
      throw new AssertionError("no answer", cut);
    }
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void eachRefusalHasItsStatusAndNamesWhatWasHit(Refused refused) throws Exception {
    try (RawConnection connection = service.connect()) {
      check(connection.exchange(fromAnywhere(refused.request())), refused.status(), refused.says());
    }
    assertThat(service.get("/healthz").statusCode()).isEqualTo(200);
  }

  static List<Refused> refusals() throws IOException {
    return Refused.all();
  }

  @Test
  void aHeadThatNeverEndsIsRefusedAfterItsTime() throws Exception {
    check(slowHead.join(), 408, "5000 ms");
  }

  @Test
  void aBodyThatNeverEndsIsRefusedAfterItsTime() throws Exception {
    check(slowBody.join(), 408, "10000 ms");
  }

  @Test
  void aCallerThatAsksTooOftenIsToldHowLongToWait() throws Exception {
    byte[] ask = RawConnection.post("/predict", "{\"sms\":\"a\"}", "X-Forwarded-For: 10.9.9.9");
    try (RawConnection connection = service.connect()) {
      for (int i = 0; i < BURST; i++) {
        assertThat(connection.exchange(ask).status()).isEqualTo(200);
      }

      Answer refused = connection.exchange(ask);

      check(refused, 429, "\"caller\"");
      assertThat(Integer.parseInt(refused.field("Retry-After").orElseThrow())).isPositive();
      assertThat(refused.field("RateLimit")).isPresent();
      assertThat(refused.field("RateLimit-Policy").orElseThrow()).contains("q=" + BURST);
    }
  }

  @Test
  void aBodyForWhichThereIsNoRoomIsRefusedUntilThereIs() throws Exception {
    String head =
        "POST /predict HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 10.8.8.8\r\nContent-Length: "
            + Refused.MOST_BYTES
            + "\r\n\r\n";
    try (RawConnection holder = service.connect();
        RawConnection other = service.connect()) {
      // All but a few bytes, which another test's slow body may hold: what arrives takes room, not
      // what is declared.
      int most = Refused.MOST_BYTES - 10;
      holder.send(head + " ".repeat(most));
      Poll.until(Duration.ofSeconds(5), () -> heldBytes() >= most, () -> "the budget never fills");
      assertThat(service.post("/predict", "{\"sms\":\"a\"}", own()).statusCode()).isEqualTo(503);
      other.send(head + " ".repeat(1000));

      check(other.answer(), 503, "MAX_IN_FLIGHT_BYTES");
    }
    Poll.until(
        Duration.ofSeconds(5),
        () -> service.post("/predict", "{\"sms\":\"a\"}", own()).statusCode() == 200,
        () -> "the bytes are never given back");
  }

  private static double heldBytes() throws Exception {
    return service
        .get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith("sluice_inflight_body_bytes"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/infer",
        "/predict",
        "/healthz",
        "/health",
        "/ready",
        "/metrics",
        "/openapi.yml",
        "/admin/config",
        "/admin/warmup",
        "/admin/promote",
        "/manage",
        "/manage/health",
        "/manage/nothing",
        "/",
        "/nothing"
      })
  void everyPathAnswersEveryMethodAndSaysItsTrace(String path) throws Exception {
    for (String method : List.of("GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH")) {
      for (String token : List.of("", RunningService.ADMIN)) {
        HttpResponse<String> answer =
            service.send(method, path, "", "Authorization", "Bearer " + token);

        assertThat(answer.statusCode()).as(method).isLessThan(500);
        assertThat(answer.headers().firstValue("Trace-Id")).as(method + " " + token).isPresent();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "X-Request-ID, my-request_1.2, my-request_1.2",
    "traceparent, 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01,"
        + " 0af7651916cd43dd8448eb211c80319c"
  })
  void aSaneIdFromOutsideIsKept(String field, String sent, String kept) throws Exception {
    assertThat(traceOf("/healthz", field, sent)).isEqualTo(kept);
    assertThat(traceOf("/nothing", field, sent)).isEqualTo(kept);
  }

  @ParameterizedTest
  @CsvSource({
    "X-Request-ID, <script>",
    "X-Request-ID, two words",
    "X-Request-ID, aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "traceparent, 00-00000000000000000000000000000000-b7ad6b7169203331-01",
    "traceparent, ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "traceparent, 00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
    "traceparent, nonsense"
  })
  void anyOtherIdIsReplaced(String field, String sent) throws Exception {
    assertThat(traceOf("/healthz", field, sent)).matches("[0-9a-f]{32}");
    assertThat(sent).doesNotContain(traceOf("/nothing", field, sent));
  }

  private static String traceOf(String path, String field, String value) throws Exception {
    return service.get(path, field, value).headers().firstValue("Trace-Id").orElseThrow();
  }

  @ParameterizedTest
  @MethodSource("crooked")
  void whatIsNotPlainHttpGetsOneAnswerAndNoOther(String name, String request) throws Exception {
    try (RawConnection connection = service.connect()) {
      connection.send(request);

      assertThat(connection.answer().status()).as(name).isEqualTo(400);
      assertThat(connection.closedNext()).as("one answer only").isTrue();
    }
    assertThat(service.get("/healthz").statusCode()).isEqualTo(200);
  }

  static List<Object[]> crooked() {
    String post = "POST /predict HTTP/1.1\r\nHost: a\r\n";
    String get = "GET /healthz HTTP/1.1\r\n";
    String next = get + "Host: a\r\n\r\n";
    String chunked = "Transfer-Encoding: chunked";
    return List.of(
        crooked("both lengths", post + "Content-Length: 4\r\n" + chunked + "\r\n\r\n"),
        crooked("two lengths", post + "Content-Length: 4\r\nContent-Length: 5\r\n\r\n"),
        crooked("signed length", post + "Content-Length: +4\r\n\r\nabcd"),
        crooked("list of lengths", post + "Content-Length: 4, 4\r\n\r\nabcd"),
        crooked("chunked not last", post + chunked + ", gzip\r\n\r\n"),
        crooked("other coding", post + "Transfer-Encoding: gzip\r\n\r\n"),
        crooked("blank before colon", post + "Content-Length : 4\r\n\r\nabcd"),
        crooked("folded length", post + "Content-Length:\r\n 4\r\n\r\nabcd"),
        crooked("no host", get + "\r\n"),
        crooked("two hosts", get + "Host: a\r\nHost: b\r\n\r\n"),
        crooked("absolute form", "GET http://a/healthz HTTP/1.1\r\nHost: a\r\n\r\n"),
        crooked("dot segments", "GET /admin/../healthz HTTP/1.1\r\nHost: a\r\n\r\n"),
        crooked("small letters", "get /healthz HTTP/1.1\r\nHost: a\r\n\r\n"),
        crooked("crooked chunk", post + chunked + "\r\n\r\nzz\r\nabc\r\n" + next),
        crooked("zero byte in a field", post + "A: b\0c\r\n\r\n"));
  }

  private static Object[] crooked(String name, String request) {
    return new Object[] {name, request};
  }

  private static void check(Answer answer, int status, String says) throws IOException {
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.field("Content-Type")).contains("application/problem+json");
    JsonNode problem = JSON.readTree(answer.body());
    assertThat(problem.path("status").asInt()).isEqualTo(status);
    assertThat(problem.path("type").asText()).startsWith("urn:sluice:problem:");
    assertThat(problem.path("title").asText()).isNotEmpty();
    assertThat(problem.path("detail").asText()).contains(says);
    assertThat(problem.path("trace_id").asText()).isEqualTo(answer.field("Trace-Id").orElseThrow());
    Leak.none(answer);
  }

  private static String[] own() {
    return new String[] {"X-Forwarded-For", nextAddress()};
  }

  private static String nextAddress() {
    int number = ADDRESSES.incrementAndGet();
    return "10.1." + number / 250 + "." + (1 + number % 250);
  }

  /// The same request, sent on for another caller.
  private static byte[] fromAnywhere(byte[] request) {
    String text = new String(request, StandardCharsets.ISO_8859_1);
    int fields = text.indexOf("\r\n") + 2;
    return (text.substring(0, fields)
            + "X-Forwarded-For: "
            + nextAddress()
            + "\r\n"
            + text.substring(fields))
        .getBytes(StandardCharsets.ISO_8859_1);
  }
}
