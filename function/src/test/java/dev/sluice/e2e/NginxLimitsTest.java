package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.api.Problem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What an address may have of the local stack's front door: the real nginx, and behind it somebody
/// who answers everything.
class NginxLimitsTest {
  private static final byte[] BODY = "{}".getBytes(StandardCharsets.UTF_8);
  private static final List<String> OPEN =
      List.of(
          "/health", "/healthz", "/ready", "/openapi.yml", "/v2/health/live", "/v2/health/ready");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String UNDER_WAY = "50 requests under way for an address, %d of them";

  @TempDir static Path folder;
  private static final List<String> arrived = new CopyOnWriteArrayList<>();
  private static final AtomicInteger hosts = new AtomicInteger(1);
  private static HttpServer service;
  private static NginxFront front;

  @BeforeAll
  static void start() throws Exception {
    NginxFront.need();
    service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    service.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    service.createContext(
        "/",
        exchange -> {
          arrived.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    service.start();
    NginxFront.makeStack(folder.resolve("state"));
    front =
        NginxFront.before(List.of(service.getAddress().getPort()), folder.resolve("state"), folder);
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

  private static HttpResponse<String> send(String method, String path, BodyPublisher body)
      throws Exception {
    try (HttpClient client = front.client(hosts.incrementAndGet())) {
      return client.send(
          HttpRequest.newBuilder(URI.create(front.url() + path)).method(method, body).build(),
          BodyHandlers.ofString());
    }
  }

  private static void saysItself(HttpResponse<String> answer, Problem problem) {
    assertThat(answer.statusCode()).isEqualTo(problem.status());
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(answer.body()).contains("\"urn:sluice:problem:" + problem.slug() + "\"");
    assertThat(answer.headers().firstValue("Trace-Id")).isPresent();
  }

  private static void saysItself(RawRequest answer, Problem problem) {
    assertThat(answer.answer())
        .startsWith("HTTP/1.1 " + problem.status() + " ")
        .contains("\r\nContent-Type: application/problem+json\r\n")
        .contains("\"urn:sluice:problem:" + problem.slug() + "\"")
        .contains("\r\nTrace-Id: ");
  }

  /// The head of a request that waits until its body is wanted.
  private static String asking(String method, String path, NginxFront door, String framing) {
    return head(
        method + " " + path, "Authorization: " + door.login(), "Expect: 100-continue", framing);
  }

  private static String head(String asked, String... fields) {
    return asked + " HTTP/1.1\r\nHost: localhost\r\n" + String.join("\r\n", fields) + "\r\n\r\n";
  }

  @Test
  void looksAreGetAndHeadWhereNoPasswordIsAskedFor() throws Exception {
    arrived.clear();
    for (String path : OPEN) {
      for (String method : List.of("POST", "PUT", "DELETE", "OPTIONS", "NONSENSE")) {
        HttpResponse<String> refused = send(method, path, BodyPublishers.noBody());

        saysItself(refused, Problem.METHOD_NOT_ALLOWED);
        assertThat(refused.headers().firstValue("Allow")).contains("GET, HEAD");
      }
    }
    assertThat(arrived).isEmpty();
    for (String path : OPEN) {
      assertThat(send("HEAD", path, BodyPublishers.noBody()).statusCode()).isEqualTo(200);
      assertThat(send("GET", path, BodyPublishers.noBody()).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void noBodyIsTakenWhereNoPasswordIsAskedFor() throws Exception {
    arrived.clear();
    for (String path : OPEN) {
      saysItself(
          send("GET", path, BodyPublishers.ofByteArray(new byte[1025])), Problem.PAYLOAD_TOO_LARGE);
      try (RawRequest chunked =
          front.raw(
              hosts.incrementAndGet(),
              head("GET " + path, "Transfer-Encoding: chunked")
                  + "401\r\n%s\r\n0\r\n\r\n".formatted("a".repeat(0x401)))) {
        saysItself(chunked, Problem.PAYLOAD_TOO_LARGE);
      }
    }
    assertThat(arrived).isEmpty();
  }

  @Test
  void looksHaveARateOfTheirOwn() throws Exception {
    int fast = hosts.incrementAndGet();
    int let = 0;
    HttpResponse<String> last;
    try (HttpClient client = front.client(fast)) {
      var request = HttpRequest.newBuilder(URI.create(front.url() + "/health")).build();
      // One after the other, so that it is no matter of how many are under way.
      do {
        last = client.send(request, BodyHandlers.ofString());
        let++;
      } while (last.statusCode() == 200 && let < 2_000);
    }

    assertThat(let).isGreaterThan(20);
    saysItself(last, Problem.RATE_LIMITED);
    assertThat(last.body()).contains("20 and 20 without a password");
    assertThat(front.send(fast, "/predict", BODY, "Authorization", front.login()).statusCode())
        .isEqualTo(200);
  }

  /// Opens requests whose bodies do not come, as many as are let in, and keeps them all waiting by
  /// drips.
  ///
  /// @return what the last one was told
  private static String holdAll(List<RawRequest> held, int host, String words) throws Exception {
    var told = new ArrayList<String>();
    Poll.until(
        PATIENCE,
        () -> {
          RawRequest one = front.raw(host, words);
          if (one.held()) {
            held.add(one);
          } else {
            one.close();
            told.add(one.answer());
          }
          for (RawRequest each : held) {
            each.more("a");
          }
          return held.size() > 100 || (!one.held() && one.answer().contains(" under way "));
        },
        () -> held.size() + " are held, and none was refused");
    return told.isEmpty() ? "" : told.getLast();
  }

  private static void closeAll(List<RawRequest> held) throws IOException {
    for (RawRequest each : held) {
      each.close();
    }
  }

  @Test
  void anAddressHoldsTwentyLooksAndTakesNoPlaceOfACallers() throws Exception {
    var held = new ArrayList<RawRequest>();
    int greedy = hosts.incrementAndGet();
    try {
      String told = holdAll(held, greedy, asking("GET", "/health", front, "Content-Length: 1000"));

      assertThat(held).hasSize(20);
      assertThat(told).startsWith("HTTP/1.1 429 ").contains("\r\nRetry-After: 1\r\n");
      assertThat(front.send(greedy, "/predict", BODY, "Authorization", front.login()).statusCode())
          .isEqualTo(200);
      assertThat(send("GET", "/health", BodyPublishers.noBody()).statusCode()).isEqualTo(200);
      assertThat(front.log()).anyMatch(line -> line.contains("\"under_way\":\"REJECTED\""));
    } finally {
      closeAll(held);
    }
  }

  @Test
  void anAddressHoldsFiftyRequestsWithThePassword() throws Exception {
    var held = new ArrayList<RawRequest>();
    try {
      String told =
          holdAll(
              held,
              hosts.incrementAndGet(),
              asking("POST", "/predict", front, "Content-Length: 5000"));

      assertThat(held).hasSize(50);
      assertThat(told).startsWith("HTTP/1.1 429 ").contains(UNDER_WAY.formatted(28));
    } finally {
      closeAll(held);
    }
  }

  @Test
  void anAddressHoldsNoMoreLargeBodiesThanThereIsRoomFor(@TempDir Path own) throws Exception {
    int most = 100 << 20;
    int greedy = hosts.incrementAndGet();
    int port = service.getAddress().getPort();
    try (var door = NginxFront.before(List.of(port), folder.resolve("state"), own, most)) {
      String large = asking("POST", "/v1/infer", door, "Content-Length: " + most);
      String chunked = asking("POST", "/v1/infer", door, "Transfer-Encoding: chunked");
      try (RawRequest first = door.raw(greedy, large);
          RawRequest second = door.raw(greedy, chunked);
          RawRequest third = door.raw(greedy, large);
          RawRequest fourth = door.raw(greedy, chunked);
          RawRequest others = door.raw(hosts.incrementAndGet(), large)) {
        assertThat(List.of(first, second, others)).allMatch(RawRequest::held);
        for (RawRequest refused : List.of(third, fourth)) {
          saysItself(refused, Problem.RATE_LIMITED);
          assertThat(refused.answer()).contains(UNDER_WAY.formatted(2));
        }
        assertThat(door.send(greedy, "/predict", BODY, "Authorization", door.login()).statusCode())
            .isEqualTo(200);
      }
    }
  }

  @Test
  void saysItselfWhatNginxWouldSayInHtml() throws Exception {
    saysItself(send("GET", "/v2/models", BodyPublishers.noBody()), Problem.NOT_FOUND);
    try (RawRequest coding =
            front.raw(
                hosts.incrementAndGet(), head("POST /predict", "Transfer-Encoding: xchunked"));
        RawRequest version =
            front.raw(hosts.incrementAndGet(), "GET / HTTP/2.0\r\nHost: localhost\r\n\r\n")) {
      saysItself(coding, Problem.NOT_IMPLEMENTED);
      saysItself(version, Problem.HTTP_VERSION);
    }
  }

  @Test
  void redirectsToNamesOfTheCertificateAlone() throws Exception {
    String port = front.url().replaceFirst(".*:", ":");
    for (boolean tls : List.of(false, true)) {
      for (String name : List.of("localhost", "127.0.0.1", "own.sluice.test")) {
        assertThat(redirected(tls, name)).isEqualTo("https://" + name + port + "/a");
      }
      for (String name : List.of("evil.com", "localhost.evil.com", "sluice.test.evil.com")) {
        assertThat(redirected(tls, name)).isEqualTo(front.url() + "/a");
      }
    }
  }

  private static String redirected(boolean tls, String name) throws IOException {
    String words = "GET /a HTTP/1.1\r\nHost: " + name + "\r\n\r\n";
    try (RawRequest request = front.plain(tls, words)) {
      assertThat(request.answer()).startsWith("HTTP/1.1 301 ");
      return request.answer().replaceFirst("(?s).*\r\nLocation: (\\S+)\r\n.*", "$1");
    }
  }
}
