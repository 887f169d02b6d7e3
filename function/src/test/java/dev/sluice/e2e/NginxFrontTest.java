package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.api.Problem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the local stack's nginx passes on, and what it says itself: the real nginx, and behind it
/// somebody who writes down what arrives.
class NginxFrontTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final byte[] BODY = "{}".getBytes(StandardCharsets.UTF_8);
  private static final int MOST = 8_388_608;

  @TempDir static Path folder;
  private static final List<Arrived> arrived = new CopyOnWriteArrayList<>();
  private static final AtomicInteger hosts = new AtomicInteger(1);
  private static HttpServer service;
  private static NginxFront front;

  private record Arrived(String uri, Headers headers, int bytes) {}

  @BeforeAll
  static void start() throws Exception {
    NginxFront.need();
    service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    service.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    service.createContext("/", NginxFrontTest::answer);
    service.start();
    Path state = folder.resolve("state");
    NginxFront.makeStack(state);
    front = NginxFront.before(List.of(service.getAddress().getPort()), state, folder);
  }

  private static void answer(HttpExchange exchange) throws IOException {
    int bytes = exchange.getRequestBody().readAllBytes().length;
    arrived.add(
        new Arrived(exchange.getRequestURI().toString(), exchange.getRequestHeaders(), bytes));
    exchange
        .getResponseHeaders()
        .add("Trace-Id", exchange.getRequestHeaders().getFirst("X-Request-ID"));
    exchange.getResponseHeaders().add("Set-Cookie", "sluice_variant=x; Path=/; HttpOnly");
    exchange.sendResponseHeaders(200, 2);
    exchange.getResponseBody().write(BODY);
    exchange.close();
  }

  @AfterAll
  static void stop() {
    if (front != null) {
      front.close();
    }
    if (service != null) {
      service.stop(0);
    }
  }

  /// By an address of its own, so that no test uses up another's rate.
  private static HttpResponse<String> send(String path, byte[] body, String... headers)
      throws Exception {
    return front.send(hosts.incrementAndGet(), path, body, headers);
  }

  private static String[] loggedIn(String... headers) {
    var all = new ArrayList<>(List.of("Authorization", front.login()));
    all.addAll(List.of(headers));
    return all.toArray(String[]::new);
  }

  private static void saysItself(HttpResponse<String> answer, Problem problem) throws Exception {
    assertThat(answer.statusCode()).isEqualTo(problem.status());
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    JsonNode body = JSON.readTree(answer.body());
    assertThat(body.path("type").asText()).isEqualTo("urn:sluice:problem:" + problem.slug());
    assertThat(body.path("title").asText()).isEqualTo(problem.title());
    assertThat(body.path("status").asInt()).isEqualTo(problem.status());
    assertThat(body.path("detail").asText()).isNotEmpty().isEqualTo(body.path("error").asText());
    assertThat(answer.headers().allValues("Trace-Id"))
        .containsExactly(body.path("trace_id").asText());
  }

  @Test
  void passesOnWhatTheServiceDecidesByAndNothingThatCallersMakeUp() throws Exception {
    arrived.clear();

    HttpResponse<String> answer =
        send(
            "/predict?a=1",
            BODY,
            loggedIn(
                "X-Experiment-Group", "debug",
                "X-Request-ID", "mine-1",
                "X-User-Id", "u7",
                "X-Forwarded-For", "9.9.9.9",
                "X-Envoy-Attempt-Count", "2",
                "Prefer", "wait=1"));

    assertThat(answer.statusCode()).isEqualTo(200);
    Arrived one = arrived.getFirst();
    assertThat(one.uri()).isEqualTo("/predict?a=1");
    assertThat(one.headers().get("X-Experiment-Group")).containsExactly("debug");
    assertThat(one.headers().get("X-Request-ID")).containsExactly("mine-1");
    assertThat(one.headers().get("X-User-Id")).containsExactly("u7");
    assertThat(one.headers().get("Prefer")).containsExactly("wait=1");
    assertThat(one.headers().get("X-Forwarded-For")).containsExactly("127.0.0." + hosts.get());
    assertThat(one.headers()).doesNotContainKeys("Authorization", "X-envoy-attempt-count");
    assertThat(answer.headers().allValues("Trace-Id")).containsExactly("mine-1");
    assertThat(answer.headers().firstValue("Set-Cookie").orElseThrow()).endsWith("; Secure");
  }

  @Test
  void namesTheRequestByItsTraceWhereTheCallerGaveNoOtherName() throws Exception {
    String trace = "0af7651916cd43dd8448eb211c80319c";

    HttpResponse<String> named =
        send("/predict", BODY, loggedIn("traceparent", "00-" + trace + "-b7ad6b7169203331-01"));
    HttpResponse<String> unusable =
        send("/predict", BODY, loggedIn("X-Request-ID", "not \"a\" name"));

    assertThat(named.headers().allValues("Trace-Id")).containsExactly(trace);
    assertThat(unusable.headers().firstValue("Trace-Id").orElseThrow()).matches("[0-9a-f]{32}");
  }

  @Test
  void wantsThePasswordWhereverSomethingIsPredictedOrReported() throws Exception {
    arrived.clear();
    for (String path :
        List.of("/predict", "/v1/infer", "/v1/feedback", "/v2", "/v2/models/sms/infer")) {
      HttpResponse<String> without = send(path, BODY);
      saysItself(without, Problem.UNAUTHORIZED);
      assertThat(without.headers().firstValue("WWW-Authenticate").orElseThrow())
          .startsWith("Basic");
      saysItself(send(path, BODY, "Authorization", "Basic eDp5"), Problem.UNAUTHORIZED);
      saysItself(send(path, BODY, "Authorization", "Bearer token"), Problem.UNAUTHORIZED);
    }

    assertThat(arrived).isEmpty();
  }

  @Test
  void leavesProbesAndTheDocumentOpen() throws Exception {
    for (String path :
        List.of("/health", "/healthz", "/ready", "/openapi.yml", "/v2/health/ready")) {
      assertThat(send(path, new byte[0]).statusCode()).as(path).isEqualTo(200);
    }
  }

  @Test
  void keepsEverythingElseInside() throws Exception {
    arrived.clear();
    for (String path :
        List.of(
            "/admin/config",
            "/console",
            "/manage/health",
            "/metrics",
            "/v2/repository/index",
            "/v2/repository/models/sms/load",
            "/predict/",
            "/predict/../admin/config",
            "//admin/config",
            "/v2/models/../../admin/config",
            "/v2/models/%2e%2e/%2e%2e/admin/config",
            "/v2/models/..%2f..%2fadmin/config",
            "/v2/models/../repository/index",
            "/stub_status",
            "/")) {
      saysItself(send(path, new byte[0], loggedIn()), Problem.NOT_FOUND);
    }

    assertThat(arrived).isEmpty();
  }

  @Test
  void refusesWhatAnAddressSendsTooFastAndLeavesOthersAlone() throws Exception {
    int fast = hosts.incrementAndGet();
    var answers = new ArrayList<HttpResponse<String>>();
    try (HttpClient client = front.client(fast)) {
      var request =
          HttpRequest.newBuilder(URI.create(front.url() + "/predict"))
              .header("Authorization", front.login())
              .POST(BodyPublishers.ofByteArray(BODY))
              .build();
      var asked =
          Stream.generate(() -> client.sendAsync(request, BodyHandlers.ofString()))
              .limit(40)
              .toList();
      asked.forEach(each -> answers.add(each.join()));
    }

    assertThat(answers).filteredOn(each -> each.statusCode() == 200).hasSizeGreaterThanOrEqualTo(6);
    HttpResponse<String> refused =
        answers.stream().filter(each -> each.statusCode() != 200).findFirst().orElseThrow();
    saysItself(refused, Problem.RATE_LIMITED);
    assertThat(refused.headers().firstValue("Retry-After")).contains("1");
    assertThat(send("/predict", BODY, loggedIn()).statusCode()).isEqualTo(200);
  }

  @Test
  void takesBodiesUpToTheServicesOwnLimit() throws Exception {
    arrived.clear();

    HttpResponse<String> most = send("/v1/infer", new byte[MOST], loggedIn());

    assertThat(most.statusCode()).isEqualTo(200);
    assertThat(arrived.getFirst().bytes()).isEqualTo(MOST);
    saysItself(send("/v1/infer", new byte[MOST + 1], loggedIn()), Problem.PAYLOAD_TOO_LARGE);
  }

  @Test
  void saysAsTheServiceDoesThatARequestIsTooLong() throws Exception {
    saysItself(send("/predict?" + "a".repeat(9_000), BODY, loggedIn()), Problem.URI_TOO_LONG);
    saysItself(
        send("/predict", BODY, loggedIn("X-Long", "a".repeat(9_000))), Problem.HEADERS_TOO_LARGE);
  }

  @Test
  void redirectsPlainHttp() throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      for (String url : List.of(front.plainUrl(), front.url().replace("https:", "http:"))) {
        HttpResponse<String> answer =
            client.send(
                HttpRequest.newBuilder(URI.create(url + "/predict?a=1")).build(),
                BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(301);
        assertThat(answer.headers().firstValue("Location")).contains(front.url() + "/predict?a=1");
      }
    }
  }

  @Test
  void asksTheNextReplicaWhereOneBreaksOff(@TempDir Path own) throws Exception {
    arrived.clear();
    try (var closing = Executors.newVirtualThreadPerTaskExecutor();
        var deaf = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      closing.execute(() -> breakOff(deaf));
      Path state = folder.resolve("state");
      try (var other =
          NginxFront.before(
              List.of(deaf.getLocalPort(), service.getAddress().getPort()), state, own)) {
        for (int i = 0; i < 6; i++) {
          HttpResponse<String> answer =
              other.send(i + 1, "/v1/infer", BODY, "Authorization", other.login());
          assertThat(answer.statusCode()).isEqualTo(200);
        }
      }
    }

    assertThat(arrived).hasSize(6);
  }

  /// Takes connections, reads of them, and closes without an answer.
  private static void breakOff(ServerSocket socket) {
    while (!socket.isClosed()) {
      try (var connection = socket.accept()) {
        connection.getInputStream().read();
      } catch (IOException over) {
        return;
      }
    }
  }

  @Test
  void saysThatNobodyAnswers(@TempDir Path own) throws Exception {
    Path state = folder.resolve("state");
    try (var alone = NginxFront.before(List.of(RunningNginx.freePort()), state, own)) {
      HttpResponse<String> answer = alone.send(1, "/predict", BODY, "Authorization", alone.login());

      saysItself(answer, Problem.NOT_READY);
      assertThat(answer.headers().firstValue("Retry-After")).contains("1");
    }
  }

  @Test
  void logsEachRequestAsJsonUnderItsName() throws Exception {
    HttpResponse<String> refused = send("/predict?secret=1", BODY, "X-Request-ID", "logged-1");
    assertThat(refused.statusCode()).isEqualTo(401);

    Poll.until(
        Duration.ofSeconds(10),
        () -> front.log().stream().anyMatch(line -> line.contains("logged-1")),
        () -> "not in the log");
    for (String line : front.log()) {
      JsonNode entry = JSON.readTree(line);
      assertThat(entry.path("trace_id").asText()).matches("[A-Za-z0-9._-]{1,64}");
      assertThat(entry.path("path").asText()).doesNotContain("?");
      assertThat(entry.path("seconds").isNumber()).isTrue();
    }
  }
}
