package dev.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.admission.TrustedProxies;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The console's paths and its session, without a wire.
class ConsoleTest {
  private static final String ADMIN = "admin-token-0123456789";
  private static final String VIEWER = "viewer-token-0123456789";
  private static final Map<String, String> FROM_ITS_PAGE =
      Map.of("Host", "sluice.example", "Origin", "https://sluice.example");
  private static final JsonMapper JSON = new JsonMapper();

  private final AtomicLong nanos = new AtomicLong();
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-03-01T12:00:00Z"));
  private Operators operators = operators(Optional.of(ADMIN));
  private Console console = console(Optional.of(ADMIN), "");

  private Operators operators(Optional<String> admin) {
    return new Operators(
        new Credentials(admin, Optional.of(VIEWER), Set.of()),
        new Sessions(admin, Optional.of(VIEWER)),
        now::get);
  }

  private Console console(Optional<String> admin, String proxies) {
    var text = new JsonText();
    return new Console(
        new Console.Parts(
            new ConsoleAssets(Map.of("index.html", utf8("<p>page"), "app.js", utf8("let a;"))),
            TrustedProxies.parse(proxies),
            new Deaf(),
            nanos::get,
            now::get,
            () -> new Random(nanos.get())),
        new Credentials(admin, Optional.of(VIEWER), Set.of()),
        new Sessions(admin, Optional.of(VIEWER)),
        operators,
        new StrictJson(100_000),
        text,
        new Refusals(new Problems(text), new Deaf(), nanos::get));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private record Answered(int status, List<Field> fields, String body) {
    String field(String name) {
      return fields.stream()
          .filter(field -> field.name().equals(name))
          .map(Field::value)
          .findFirst()
          .orElse("");
    }

    JsonNode json() throws Exception {
      return JSON.readTree(body);
    }

    /// As a browser sends it back.
    String cookie() {
      return field("Set-Cookie").replaceFirst(";.*", "");
    }
  }

  private static Head head(String method, String path, Map<String, String> fields) {
    return new Head(method, path, new Told(fields), "10.0.0.1", 0, 0);
  }

  private Answered ask(String method, String path, String body, Map<String, String> fields) {
    Endpoint.Match match = Endpoint.at(path).orElseThrow();
    var visit =
        new Visit(
            match.endpoint(),
            match.parameters(),
            Query.NONE,
            method,
            new Trace("t", Optional.empty()),
            0);
    Response response =
        switch (Console.ruled(console.enter(head(method, path, fields), visit))) {
          case Entrance.Answered(Response at) -> at;
          case Entrance.Open(Exchange exchange) -> exchange.answer(Content.of(utf8(body)));
          case Entrance.Stream stream -> throw new AssertionError("no stream");
          case Entrance.PassOn passOn -> throw new AssertionError("not for the framework");
        };
    return new Answered(
        response.status(), response.fields(), new String(response.body(), StandardCharsets.UTF_8));
  }

  private Answered login(String token) {
    return ask("POST", "/console/session", "{\"token\": \"" + token + "\"}", FROM_ITS_PAGE);
  }

  private static Map<String, String> with(Map<String, String> fields, String... more) {
    var all = new HashMap<>(fields);
    for (int i = 0; i < more.length; i += 2) {
      all.put(more[i], more[i + 1]);
    }
    return all;
  }

  private Operators.Ruling change(Map<String, String> fields) {
    return operators.admit(head("POST", "/admin/promote", fields));
  }

  private Operators.Ruling read(Map<String, String> fields) {
    return operators.admit(head("GET", "/admin/config", fields));
  }

  private static Problem problem(Operators.Ruling ruling) {
    return ((Operators.Ruling.Refused) ruling).problem();
  }

  @Test
  void servesThePageAndItsFilesUnderTheRulesForBrowsers() {
    Answered page = ask("GET", "/console", "", Map.of());
    Answered file = ask("GET", "/console/app.js", "", Map.of());
    Answered none = ask("GET", "/console/nothing.js", "", Map.of());

    assertThat(page.status()).isEqualTo(200);
    assertThat(page.body()).isEqualTo("<p>page");
    assertThat(page.field("Cache-Control")).isEqualTo("no-store");
    assertThat(page.field("Content-Type")).isEqualTo("text/html; charset=utf-8");
    assertThat(file.field("Content-Type")).isEqualTo("text/javascript; charset=utf-8");
    assertThat(file.field("Cache-Control")).isEqualTo("no-cache");
    assertThat(none.status()).isEqualTo(404);
    for (Answered answer : List.of(page, file, none, login("wrong"), login(ADMIN))) {
      assertThat(answer.field("Content-Security-Policy"))
          .isEqualTo(
              "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                  + " connect-src 'self'; form-action 'self'; frame-ancestors 'none';"
                  + " base-uri 'none'; require-trusted-types-for 'script'");
      assertThat(answer.field("X-Content-Type-Options")).isEqualTo("nosniff");
      assertThat(answer.field("Referrer-Policy")).isEqualTo("no-referrer");
    }
  }

  @Test
  void sendsAFileOnceForAsLongAsItIsTheSame() {
    String tag = ask("GET", "/console/app.js", "", Map.of()).field("ETag");

    Answered again = ask("GET", "/console/app.js", "", Map.of("If-None-Match", "\"x\", W/" + tag));
    Answered other = ask("GET", "/console/app.js", "", Map.of("If-None-Match", "\"x\""));

    assertThat(tag).matches("\"[0-9a-f]{64}\"");
    assertThat(again.status()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
    assertThat(again.field("ETag")).isEqualTo(tag);
    assertThat(other.status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "gzip, gzip",
    "'br, gzip, deflate', gzip",
    "gzip;q=0.5, gzip",
    "gzip;q=0, ''",
    "identity, ''",
    "xgzip, ''"
  })
  void packsFilesForWhoeverTakesThat(String accepted, String coding) {
    Answered file = ask("GET", "/console/app.js", "", Map.of("Accept-Encoding", accepted));
    Answered again =
        ask(
            "GET",
            "/console/app.js",
            "",
            Map.of("Accept-Encoding", accepted, "If-None-Match", file.field("ETag")));

    assertThat(file.field("Content-Encoding")).isEqualTo(coding);
    assertThat(file.field("Vary")).isEqualTo("Accept-Encoding");
    assertThat(file.body().equals("let a;")).isEqualTo(coding.isEmpty());
    Answered page = ask("GET", "/console", "", Map.of("Accept-Encoding", accepted));
    assertThat(page.field("Content-Encoding")).isEqualTo(coding);
    assertThat(page.field("Vary")).isEqualTo("Accept-Encoding");
    assertThat(page.field("Cache-Control")).isEqualTo("no-store");
    assertThat(file.field("ETag")).startsWith(coding.isEmpty() ? "\"" : "W/\"");
    assertThat(again.status()).isEqualTo(304);
    assertThat(again.field("ETag")).isEqualTo(file.field("ETag"));
  }

  @Test
  void saysHowItIsSwitchedOnToPeopleAndToPrograms() throws Exception {
    operators = operators(Optional.empty());
    console = console(Optional.empty(), "");

    Answered person = ask("GET", "/console", "", Map.of("Accept", "text/html,*/*;q=0.8"));
    Answered program = ask("GET", "/console", "", Map.of("Accept", "*/*"));
    Answered login = login(ADMIN);

    assertThat(person.status()).isEqualTo(403);
    assertThat(person.field("Content-Type")).startsWith("text/html");
    assertThat(person.body()).contains("ADMIN_TOKEN");
    assertThat(program.status()).isEqualTo(403);
    assertThat(program.json().path("type").asText()).endsWith("admin-off");
    assertThat(login.status()).isEqualTo(403);
  }

  @Test
  void opensASessionForAToken() throws Exception {
    Answered admin = login(ADMIN);
    Answered viewer = login(VIEWER);

    assertThat(admin.status()).isEqualTo(200);
    assertThat(admin.json().path("role").asText()).isEqualTo("admin");
    assertThat(admin.json().path("expires_at").asText()).isEqualTo("2026-03-01T20:00:00Z");
    assertThat(admin.field("Set-Cookie"))
        .matches("sluice_session=[^;]+; Path=/; HttpOnly; SameSite=Strict; Max-Age=28800; Secure");
    assertThat(viewer.json().path("role").asText()).isEqualTo("viewer");
    assertThat(ask("GET", "/console/session", "", Map.of("Cookie", viewer.cookie())).json())
        .isEqualTo(viewer.json());
  }

  @Test
  void asksForTlsUnlessTheMachineTalksToItself() {
    Answered near =
        ask(
            "POST",
            "/console/session",
            "{\"token\": \"" + ADMIN + "\"}",
            Map.of("Host", "127.0.0.1:8080", "Origin", "http://127.0.0.1:8080"));

    assertThat(near.field("Set-Cookie")).endsWith("Max-Age=28800");
  }

  @Test
  void refusesAWrongTokenAndWhatIsNoLogin() {
    assertThat(login("wrong").status()).isEqualTo(401);
    assertThat(login("wrong").field("Set-Cookie")).isEmpty();
    for (String body : List.of("", "{}", "{\"token\": 1}", "{\"tokens\": \"x\"}", "[]")) {
      assertThat(ask("POST", "/console/session", body, FROM_ITS_PAGE).status()).isEqualTo(400);
    }
    assertThat(
            ask("POST", "/console/session", "token=x", Map.of("Content-Type", "text/plain"))
                .status())
        .isEqualTo(415);
  }

  @Test
  void letsNobodyGuessMoreThanFiveTimesAMinute() {
    for (int i = 0; i < 5; i++) {
      assertThat(login("wrong").status()).isEqualTo(401);
    }

    Answered sixth = login(ADMIN);
    nanos.addAndGet(Duration.ofSeconds(12).toNanos());

    assertThat(sixth.status()).isEqualTo(429);
    assertThat(sixth.field("Retry-After")).isEqualTo("12");
    assertThat(login(ADMIN).status()).isEqualTo(200);
  }

  @Test
  void doesNotCountThoseWhoKnow() {
    for (int i = 0; i < 20; i++) {
      assertThat(login(ADMIN).status()).isEqualTo(200);
    }
  }

  @Test
  void tellsAddressesBehindATrustedProxyApart() {
    console = console(Optional.of(ADMIN), "10.0.0.0/8");
    for (int i = 0; i < 6; i++) {
      guess("203.0.113.1");
    }

    assertThat(guess("203.0.113.1").status()).isEqualTo(429);
    assertThat(guess("203.0.113.2").status()).isEqualTo(401);
  }

  private Answered guess(String address) {
    return ask(
        "POST",
        "/console/session",
        "{\"token\": \"wrong\"}",
        with(FROM_ITS_PAGE, "X-Forwarded-For", address));
  }

  @Test
  void letsNoForeignPageUseUpTheTriesOfItsReader() {
    for (int i = 0; i < 6; i++) {
      assertThat(
              ask(
                      "POST",
                      "/console/session",
                      "{\"token\": \"wrong\"}",
                      Map.of("Host", "sluice.example", "Origin", "https://evil.example"))
                  .status())
          .isEqualTo(403);
    }

    assertThat(login(ADMIN).status()).isEqualTo(200);
  }

  @Test
  void saysWhatAProxyHasToPassOn() {
    Answered behindAProxy =
        ask(
            "POST",
            "/console/session",
            "{\"token\": \"wrong\"}",
            Map.of("Host", "sluice.example", "Origin", "https://sluice.example:8443"));

    assertThat(behindAProxy.status()).isEqualTo(403);
    assertThat(behindAProxy.body()).contains("a proxy has to pass on Host, with its port");
  }

  @Test
  void takesTheCookieAwayAtTheLogout() {
    Answered foreign = ask("DELETE", "/console/session", "", FROM_ITS_PAGE);
    Answered done =
        ask("DELETE", "/console/session", "", with(FROM_ITS_PAGE, "X-Sluice-Request", "1"));

    assertThat(foreign.status()).isEqualTo(403);
    assertThat(done.status()).isEqualTo(204);
    assertThat(done.field("Set-Cookie")).startsWith("sluice_session=;").contains("Max-Age=0");
  }

  @Test
  void readsAndChangesWithASession() {
    Map<String, String> session = with(FROM_ITS_PAGE, "Cookie", "a=b; " + login(ADMIN).cookie());

    assertThat(read(session)).isInstanceOf(Operators.Ruling.Admitted.class);
    assertThat(change(with(session, "X-Sluice-Request", "1")))
        .isInstanceOf(Operators.Ruling.Admitted.class);
  }

  @Test
  void isNotLoggedOutByWhoElseSetsTheCookie() {
    String cookie = login(ADMIN).cookie();

    assertThat(read(Map.of("Cookie", "sluice_session=x; a; sluice_session=; " + cookie)))
        .isInstanceOf(Operators.Ruling.Admitted.class);
  }

  @Test
  void refusesAChangeThatAForeignPageCouldMake() {
    Map<String, String> session = Map.of("Cookie", login(ADMIN).cookie(), "Host", "sluice.example");

    assertThat(problem(change(with(session, "Origin", "https://sluice.example"))))
        .isEqualTo(Problem.FORBIDDEN);
    assertThat(problem(change(with(session, "X-Sluice-Request", "1"))))
        .isEqualTo(Problem.FORBIDDEN);
    assertThat(
            problem(
                change(with(session, "X-Sluice-Request", "1", "Origin", "https://evil.example"))))
        .isEqualTo(Problem.FORBIDDEN);
  }

  @Test
  void letsAViewerReadAndNothingElse() {
    Map<String, String> session =
        with(FROM_ITS_PAGE, "Cookie", login(VIEWER).cookie(), "X-Sluice-Request", "1");

    assertThat(read(session)).isInstanceOf(Operators.Ruling.Admitted.class);
    assertThat(problem(change(session))).isEqualTo(Problem.FORBIDDEN);
  }

  @Test
  void refusesASessionThatIsForgedOrOver() {
    String cookie = login(ADMIN).cookie();
    now.set(now.get().plus(Duration.ofHours(8)));

    assertThat(problem(read(Map.of("Cookie", cookie)))).isEqualTo(Problem.UNAUTHORIZED);
    assertThat(problem(read(Map.of("Cookie", "sluice_session=v1.admin.1900000000.x.y"))))
        .isEqualTo(Problem.UNAUTHORIZED);
    assertThat(ask("GET", "/console/session", "", Map.of("Cookie", cookie)).status())
        .isEqualTo(401);
  }

  @Test
  void believesATokenBeforeASession() {
    String cookie = login(ADMIN).cookie();

    assertThat(change(Map.of("Authorization", "Bearer " + ADMIN)))
        .isInstanceOf(Operators.Ruling.Admitted.class);
    assertThat(problem(read(Map.of("Cookie", cookie, "Authorization", "Bearer wrong"))))
        .isEqualTo(Problem.UNAUTHORIZED);
    assertThat(problem(change(Map.of("Cookie", cookie, "Authorization", "Bearer " + VIEWER))))
        .isEqualTo(Problem.FORBIDDEN);
    assertThat(read(Map.of("Cookie", cookie, "Authorization", "Basic eDp5")))
        .isInstanceOf(Operators.Ruling.Admitted.class);
  }
}
