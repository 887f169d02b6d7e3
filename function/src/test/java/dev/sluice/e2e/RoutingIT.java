package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.e2e.RawConnection.Answer;
import dev.sluice.routing.SigningKeys;
import dev.sluice.routing.StickyCookie;
import dev.sluice.routing.StickyId;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Who gets which variant, on a service that anybody may call as often as they like.
class RoutingIT {
  private static final int KEYLESS = 20_000;
  private static final int KEYED = 2_000;
  private static final int FORGED = 1_000;
  private static final int COOKIES = 60;
  private static final String QUICK_START = "-XX:TieredStopAtLevel=1";

  @TempDir static Path folder;
  private static RunningService service;
  private static String body;

  @BeforeAll
  static void start() throws Exception {
    body = Pictures.body(Pictures.digit("digit-7.png"));
    service = RunningService.easy(folder, Map.of());
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void twentyThousandCallersWithoutAKeySplitAsTheWeightsSay() throws Exception {
    weights(0.9, 0.1);

    List<Answer> answers = Crowd.ask(service, Collections.nCopies(KEYLESS, ask()));

    assertThat(Crowd.statuses(answers)).containsOnlyKeys(200);
    long onB = Crowd.variants(answers).getOrDefault("B", 0L);
    double deviation = Math.sqrt(KEYLESS * 0.1 * 0.9);
    assertThat((double) onB).isCloseTo(KEYLESS * 0.1, within(4 * deviation));
  }

  @Test
  void callersWithAKeyKeepTheirVariantOverARestartAndOnlyMoveTowardsTheGrowingOne()
      throws Exception {
    weights(0.9, 0.1);
    List<String> first = variantsOfKeyed();
    List<String> again = variantsOfKeyed();
    restart();
    List<String> restarted = variantsOfKeyed();

    weights(0.75, 0.25);
    List<String> grown = variantsOfKeyed();

    assertThat(again).isEqualTo(first);
    assertThat(restarted).isEqualTo(first);
    for (int i = 0; i < KEYED; i++) {
      if (first.get(i).equals("B")) {
        assertThat(grown.get(i)).isEqualTo("B");
      }
    }
    long onB = grown.stream().filter("B"::equals).count();
    assertThat((double) onB).isCloseTo(KEYED * 0.25, within(4 * Math.sqrt(KEYED * 0.25 * 0.75)));
  }

  @Test
  void theSignedCookieKeepsItsVariantOverRequestsAndARestart() throws Exception {
    weights(0.5, 0.5);
    List<Answer> first = Crowd.ask(service, Collections.nCopies(COOKIES, ask()));
    List<byte[]> known = first.stream().map(answer -> ask("Cookie: " + cookie(answer))).toList();

    List<Answer> again = Crowd.ask(service, known);
    restart();
    weights(0.5, 0.5);
    List<Answer> restarted = Crowd.ask(service, known);

    assertThat(variants(again)).isEqualTo(variants(first)).contains("A", "B");
    assertThat(variants(restarted)).isEqualTo(variants(first));
    assertThat(restarted).allMatch(answer -> answer.field("Set-Cookie").isEmpty());
  }

  @Test
  void aThousandForgedCookiesSelectNothing() throws Exception {
    weights(0.5, 0.5);
    List<String> genuine =
        Crowd.ask(service, Collections.nCopies(COOKIES, ask())).stream()
            .map(RoutingIT::cookie)
            .toList();

    List<Answer> answers =
        Crowd.ask(
            service, forged(genuine).stream().map(cookie -> ask("Cookie: " + cookie)).toList());

    // A cookie that is believed is not replaced; one that is not gets its bearer a new one.
    assertThat(Crowd.statuses(answers)).containsOnly(Map.entry(200, (long) FORGED));
    assertThat(answers).allMatch(answer -> answer.field("Set-Cookie").isPresent());
    assertThat(answers).noneMatch(answer -> genuine.contains(cookie(answer)));
  }

  private static List<String> forged(List<String> genuine) throws Exception {
    var random = new Random(7);
    var keys = SigningKeys.parse(Files.readString(folder.resolve("data/signing-keys")).strip());
    byte[] secret = new byte[32];
    random.nextBytes(secret);
    var others = SigningKeys.parse("k1:" + Base64.getEncoder().encodeToString(secret));
    var life = Duration.ofDays(90);
    var forged = new ArrayList<String>();
    while (forged.size() < FORGED) {
      String one = genuine.get(random.nextInt(genuine.size()));
      String two = genuine.get(random.nextInt(genuine.size()));
      int name = one.indexOf('=') + 1;
      int at = name + random.nextInt(one.length() - name);
      String cookie =
          switch (forged.size() % 5) {
            case 0 -> one.substring(0, at);
            case 1 -> flipped(one, at, random);
            case 2 -> one.substring(0, at) + two.substring(Math.min(at, two.length()));
            case 3 ->
                one.substring(0, name)
                    + StickyCookie.of(others, life).issue(StickyId.fresh(random), Instant.now());
            default ->
                one.substring(0, name)
                    + StickyCookie.of(keys, life)
                        .issue(StickyId.fresh(random), Instant.now().minus(life.plusSeconds(5)));
          };
      if (!genuine.contains(cookie)) {
        forged.add(cookie);
      }
    }
    return forged;
  }

  /// Another character of the cookie's own alphabet, in its place; not the last one, of which the
  /// low bits stand for nothing.
  private static String flipped(String cookie, int place, Random random) {
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    int at = Math.min(place, cookie.length() - 2);
    char other;
    do {
      other = alphabet.charAt(random.nextInt(alphabet.length()));
    } while (other == cookie.charAt(at));
    return cookie.substring(0, at) + other + cookie.substring(at + 1);
  }

  @ParameterizedTest
  @CsvSource({"stable, A", "canary, B", "A, A", "B, B", "C, C"})
  void aVariantCanBeAskedForByNameOrRoleWithAToken(String asked, String answers) throws Exception {
    weights(0.9, 0.1);

    HttpResponse<String> answer =
        service.post(
            "/v1/infer",
            body,
            "X-Model-Variant",
            asked,
            "Authorization",
            "Bearer " + RunningService.ADMIN);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.headers().firstValue("X-Model-Variant")).contains(answers);
    assertThat(answer.headers().firstValue("Set-Cookie")).as("not an exposure").isEmpty();
  }

  @Test
  void aVariantThatDoesNotExistIsNotFoundAndWithoutATokenNoneCanBeChosen() throws Exception {
    HttpResponse<String> unknown =
        service.post(
            "/v1/infer",
            body,
            "X-Model-Variant",
            "D",
            "Authorization",
            "Bearer " + RunningService.ADMIN);
    HttpResponse<String> without = service.post("/v1/infer", body, "X-Model-Variant", "B");

    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(without.statusCode()).isEqualTo(403);
  }

  @Test
  void theDebugGroupGetsTheCanaryAndIsNoExposure() throws Exception {
    HttpResponse<String> answer = service.post("/v1/infer", body, "X-Experiment-Group", "debug");

    assertThat(answer.headers().firstValue("X-Model-Variant")).contains("B");
    assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sticky", "hash", "weighted-random", "round-robin"})
  void everyStrategySplitsAsTheWeightsSayFromTheFirstRequest(String strategy) throws Exception {
    int requests = 1_000;
    var settings = Map.of("ROUTING_STRATEGY", strategy, "AB_WEIGHT_A", "75", "AB_WEIGHT_B", "25");
    Path own = Files.createTempDirectory(folder, strategy);
    try (var other = RunningService.easy(own, settings, QUICK_START)) {

      List<String> keyless = variants(Crowd.ask(other, Collections.nCopies(requests, ask())));
      List<String> sameKey =
          variants(Crowd.ask(other, Collections.nCopies(100, ask("X-User-Id: somebody"))));

      double onB = keyless.stream().filter("B"::equals).count();
      double leeway = strategy.equals("round-robin") ? 1 : 4 * Math.sqrt(requests * 0.25 * 0.75);
      assertThat(onB).isCloseTo(requests * 0.25, within(leeway));
      boolean knowsCallers = strategy.equals("sticky") || strategy.equals("hash");
      assertThat(new HashSet<>(sameKey)).hasSize(knowsCallers ? 1 : 2);
    }
  }

  @Test
  void aDisabledCanaryGetsNoWeightedTrafficButCanStillBeAskedFor() throws Exception {
    Path own = Files.createTempDirectory(folder, "disabled");
    var settings = Map.of("CANARY_ENABLED", "false", "AB_WEIGHT_A", "0.1", "AB_WEIGHT_B", "0.9");
    try (var other = RunningService.easy(own, settings, QUICK_START)) {

      List<Answer> answers = Crowd.ask(other, Collections.nCopies(200, ask()));
      HttpResponse<String> debug = other.post("/v1/infer", body, "X-Experiment-Group", "debug");

      assertThat(variants(answers)).containsOnly("A");
      assertThat(debug.headers().firstValue("X-Model-Variant")).contains("B");
    }
  }

  private static void restart() throws Exception {
    service.close();
    service = RunningService.easy(folder, Map.of(), QUICK_START);
  }

  private static void weights(double a, double b) throws Exception {
    HttpResponse<String> changed =
        service.operate(
            "POST", "/admin/config", "{\"ab_weight_a\":" + a + ",\"ab_weight_b\":" + b + "}");
    assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);
  }

  private static List<String> variantsOfKeyed() throws Exception {
    var requests = new ArrayList<byte[]>();
    for (int i = 0; i < KEYED; i++) {
      requests.add(ask("X-User-Id: caller-" + i));
    }
    return variants(Crowd.ask(service, requests));
  }

  private static List<String> variants(List<Answer> answers) {
    return answers.stream().map(Answer::variant).toList();
  }

  private static byte[] ask(String... fields) {
    return RawConnection.request(
        "POST", "/v1/infer", body.getBytes(StandardCharsets.UTF_8), fields);
  }

  private static String cookie(Answer answer) {
    String field = answer.field("Set-Cookie").orElseThrow();
    return field.substring(0, field.indexOf(';'));
  }
}
