package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.RawConnection.Answer;
import dev.sluice.image.DamagedPictures;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/// Thousands of damaged bodies, each of which is the caller's fault and none of which is ours.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DamageIT {
  private static final int PICTURES = 2_200;
  private static final int BODIES = 2_400;
  private static final Set<Integer> FAIR = Set.of(200, 400, 413, 415, 422);
  private static final long MIB = 1 << 20;

  @TempDir static Path folder;
  private static RunningService service;
  private static long heapBefore;
  private static long residentBefore;

  @BeforeAll
  static void start() throws Exception {
    // The whole heap is resident from the start, so what grows later is outside of it.
    service = RunningService.easy(folder, Map.of(), "-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch");
    ask(pictures(1, 300));
    ask(bodies(1, 300));
    heapBefore = liveHeapBytes();
    residentBefore = residentBytes();
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  @Order(1)
  void damagedPicturesAreNeverOurFault() throws Exception {
    List<Answer> answers = ask(pictures(20_240_601, PICTURES));

    assertThat(answers).hasSize(PICTURES);
    assertThat(Crowd.statuses(answers)).containsKeys(200, 422);
    assertThat(FAIR).containsAll(Crowd.statuses(answers).keySet());
  }

  @Test
  @Order(2)
  void damagedJsonIsNeverOurFault() throws Exception {
    List<Answer> answers = ask(bodies(20_240_602, BODIES));

    assertThat(answers).hasSize(BODIES);
    assertThat(Crowd.statuses(answers)).containsKeys(200, 400, 413, 422);
    assertThat(FAIR).containsAll(Crowd.statuses(answers).keySet());
    answers.stream().filter(answer -> answer.status() != 200).forEach(Leak::none);
  }

  @Test
  @Order(3)
  void afterwardsItIsAliveAndHoldsNoMoreMemoryThanBefore() throws Exception {
    assertThat(service.get("/healthz").body()).isEqualTo("{\"ok\":true}");
    assertThat(service.get("/ready").statusCode()).isEqualTo(200);
    assertThat(liveHeapBytes() - heapBefore).isLessThan(16 * MIB);
    assertThat(residentBytes() - residentBefore).isLessThan(96 * MIB);
  }

  private static List<Answer> ask(List<byte[]> requests) throws Exception {
    return Crowd.ask(service, requests);
  }

  private static List<byte[]> pictures(long seed, int count) {
    return DamagedPictures.of(seed, count).stream()
        .map(sample -> RawConnection.post("/v1/infer", Pictures.body(sample.bytes())))
        .toList();
  }

  private static List<byte[]> bodies(long seed, int count) throws Exception {
    byte[] digit = Pictures.digit("digit-7.png");
    var infer =
        List.of(
            Pictures.body(digit),
            Pictures.batch(List.of(digit, digit)),
            "{\"image_b64\":\"" + Pictures.base64(digit) + "\",\"img_size\":8}");
    var predict =
        List.of("{\"sentence\":\"I love this!\"}", "{\"sms\":[\"See you at seven\",\"naïve 😀\"]}");
    var requests = new ArrayList<byte[]>();
    DamagedJson.of(seed, infer, count / 2)
        .forEach(sample -> requests.add(request("/v1/infer", sample)));
    DamagedJson.of(seed, predict, count / 2)
        .forEach(sample -> requests.add(request("/predict", sample)));
    return requests;
  }

  private static byte[] request(String path, DamagedJson.Sample sample) {
    return RawConnection.request("POST", path, sample.bytes());
  }

  private static long residentBytes() throws Exception {
    for (String line : Files.readAllLines(Path.of("/proc/" + service.pid() + "/status"))) {
      if (line.startsWith("VmRSS:")) {
        return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    throw new AssertionError("no VmRSS");
  }

  /// What is reachable after a collection, as the JVM's own histogram counts it.
  private static long liveHeapBytes() throws Exception {
    Process histogram =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(service.pid()),
                "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    String text = new String(histogram.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(histogram.waitFor(30, TimeUnit.SECONDS)).isTrue();
    String total = text.lines().filter(line -> line.startsWith("Total")).findFirst().orElseThrow();
    return Long.parseLong(total.strip().split("\\s+")[2]);
  }
}
