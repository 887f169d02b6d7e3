package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The console's side of the service, as a browser speaks to it.
class ConsoleIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern ASSET = Pattern.compile("\"/console/([^\"]+)\"");
  private static final Path FILES =
      RunningService.home().resolve("function/src/main/resources/console");
  private static final int MOST_GUESSES = 60;

  @TempDir static Path folder;
  private static RunningService service;

  @BeforeAll
  static void start() throws Exception {
    service =
        RunningService.easy(
            folder,
            Map.of(
                "TICK_SECONDS", "1",
                "TRUSTED_PROXIES", "127.0.0.0/8",
                "WEBHOOK_URL", "http://127.0.0.1:9/hook-path",
                "WEBHOOK_SECRET", "secret-of-the-webhook"));
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  private static JsonNode json(HttpResponse<String> answer) throws Exception {
    return JSON.readTree(answer.body());
  }

  private static String here() {
    return "http://127.0.0.1:" + service.port();
  }

  private static HttpResponse<String> login(String token, String address) throws Exception {
    return service.post(
        "/console/session",
        "{\"token\": \"" + token + "\"}",
        "Origin",
        here(),
        "X-Forwarded-For",
        address);
  }

  private static String cookie(String token) throws Exception {
    return login(token, "203.0.113.1")
        .headers()
        .firstValue("set-cookie")
        .orElseThrow()
        .split(";", 2)[0];
  }

  private static HttpResponse<String> draft(String... headers) throws Exception {
    return service.post("/admin/rollouts", "{\"version\": \"B\"}", headers);
  }

  /// All but the page itself: modules are asked for by modules, and not by the page.
  private static Set<String> files() throws IOException {
    try (Stream<Path> files = Files.list(FILES)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.equals("index.html"))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  @Test
  void servesThePageAndAllThatItAsksFor() throws Exception {
    HttpResponse<String> page = service.get("/console");

    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("content-security-policy").orElseThrow())
        .contains("default-src 'none'", "require-trusted-types-for 'script'");
    assertThat(service.get("/console/").body()).isEqualTo(page.body());
    Set<String> files = files();
    assertThat(ASSET.matcher(page.body()).results().map(it -> it.group(1)))
        .isNotEmpty()
        .isSubsetOf(files);
    for (String file : files) {
      HttpResponse<String> asset = service.get("/console/" + file);
      assertThat(asset.statusCode()).as(file).isEqualTo(200);
      assertThat(asset.body()).as(file).isEqualTo(Files.readString(FILES.resolve(file)));
      String tag = asset.headers().firstValue("etag").orElseThrow();
      assertThat(service.get("/console/" + file, "If-None-Match", tag).statusCode())
          .as(file)
          .isEqualTo(304);
    }
    assertThat(service.get("/console/..%2fapplication.yml").statusCode()).isEqualTo(400);
    assertThat(service.get("/console/application.yml").statusCode()).isEqualTo(404);
    assertThat(service.get("/health").headers().firstValue("content-security-policy")).isEmpty();
  }

  @Test
  void doesByTheSessionWhatItDoesByTheToken() throws Exception {
    String cookie = cookie(RunningService.ADMIN);

    HttpResponse<String> who = service.get("/console/session", "Cookie", cookie);
    HttpResponse<String> read = service.get("/admin/config", "Cookie", cookie);
    HttpResponse<String> changed =
        draft("Cookie", cookie, "X-Sluice-Request", "1", "Origin", here());

    assertThat(json(who).path("role").asText()).isEqualTo("admin");
    assertThat(read.statusCode()).isEqualTo(200);
    assertThat(changed.statusCode()).as(changed.body()).isEqualTo(201);
    String path = "/admin/rollouts/" + json(changed).path("id").asText();
    JsonNode series = json(service.get(path + "/series", "Cookie", cookie));
    assertThat(series.path("sequence").asLong()).isPositive();
    assertThat(
            service
                .send(
                    "DELETE", path, "", "Cookie", cookie, "X-Sluice-Request", "1", "Origin", here())
                .statusCode())
        .isEqualTo(204);
    assertThat(service.get(path + "/series", "Cookie", cookie).statusCode()).isEqualTo(404);
  }

  @Test
  void refusesWhatAForeignPageCouldSend() throws Exception {
    String cookie = cookie(RunningService.ADMIN);

    assertThat(draft("Cookie", cookie).statusCode()).isEqualTo(403);
    assertThat(draft("Cookie", cookie, "Origin", here()).statusCode()).isEqualTo(403);
    assertThat(draft("Cookie", cookie, "X-Sluice-Request", "1").statusCode()).isEqualTo(403);
    assertThat(
            draft("Cookie", cookie, "X-Sluice-Request", "1", "Origin", "https://evil.example")
                .statusCode())
        .isEqualTo(403);
  }

  @Test
  void letsAViewerReadOnly() throws Exception {
    String cookie = cookie(RunningService.VIEWER);

    assertThat(service.get("/admin/system", "Cookie", cookie).statusCode()).isEqualTo(200);
    assertThat(draft("Cookie", cookie, "X-Sluice-Request", "1", "Origin", here()).statusCode())
        .isEqualTo(403);
  }

  @Test
  void refusesCookiesThatAreNotItsOwn() throws Exception {
    String cookie = cookie(RunningService.VIEWER);

    for (String forged :
        new String[] {cookie + "x", cookie.replace("viewer", "admin"), "sluice_session="}) {
      assertThat(service.get("/admin/config", "Cookie", forged).statusCode()).isEqualTo(401);
      assertThat(service.get("/console/session", "Cookie", forged).statusCode()).isEqualTo(401);
    }
  }

  @Test
  void slowsDownWhoGuesses() throws Exception {
    // A try comes back every 12 s, and one that is right at once: a slow machine has a few more.
    String guesser = "203.0.113.9";
    var guesses = new ArrayList<Integer>();
    HttpResponse<String> right;
    do {
      guesses.add(login("wrong", guesser).statusCode());
      right = login(RunningService.ADMIN, guesser);
    } while (right.statusCode() == 200 && guesses.size() < MOST_GUESSES);

    assertThat(guesses).hasSizeGreaterThanOrEqualTo(5).containsOnly(401);
    assertThat(right.statusCode()).isEqualTo(429);
    assertThat(Integer.parseInt(right.headers().firstValue("retry-after").orElseThrow()))
        .isBetween(1, 12);
  }

  @Test
  void tellsWhatItIsWithoutASecret() throws Exception {
    HttpResponse<String> answer = service.operate("GET", "/admin/system", "");
    JsonNode system = json(answer);

    assertThat(answer.body())
        .doesNotContain(
            RunningService.ADMIN, RunningService.VIEWER, "secret-of-the-webhook", "hook-path");
    assertThat(system.at("/store/kind").asText()).isEqualTo("sqlite");
    assertThat(system.at("/store/up").asBoolean()).isTrue();
    assertThat(system.at("/controller/here").asBoolean()).isTrue();
    assertThat(system.at("/controller/away").asBoolean()).isFalse();
    assertThat(system.at("/load/body_bytes_limit").asLong()).isPositive();
  }

  @Test
  void endsSessionsWithTheirTokenAndSaysWhenNobodyLeads(@TempDir Path other) throws Exception {
    String cookie = cookie(RunningService.ADMIN);
    Map<String, String> changed =
        Map.of("ADMIN_TOKEN", "another-token-of-the-tests", "SLUICE_MODE", "serve");
    try (RunningService second = RunningService.easy(other, changed)) {
      HttpResponse<String> read = second.get("/admin/config", "Cookie", cookie);
      HttpResponse<String> system =
          second.get("/admin/system", "Authorization", "Bearer another-token-of-the-tests");

      assertThat(read.statusCode()).isEqualTo(401);
      assertThat(json(system).at("/controller/away").asBoolean()).isTrue();
      assertThat(json(system).at("/controller/here").asBoolean()).isFalse();
    }
  }

  @Test
  void isOffWithoutAToken(@TempDir Path other) throws Exception {
    Files.createDirectories(other);
    try (RunningService off = RunningService.start(other, Map.of("RATE_LIMIT_RPS", "0"))) {
      HttpResponse<String> page = off.get("/console", "Accept", "text/html");

      assertThat(page.statusCode()).isEqualTo(403);
      assertThat(page.body()).contains("ADMIN_TOKEN").startsWith("<!doctype html>");
      assertThat(json(off.get("/console")).path("type").asText()).endsWith("admin-off");
      assertThat(off.post("/console/session", "{\"token\": \"x\"}").statusCode()).isEqualTo(403);
    }
  }
}
