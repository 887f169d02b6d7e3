package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.RunningService.Ended;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What stops a start, and what is said then.
class StartIT {
  private static final int WRONG_CONFIGURATION = 2;

  @TempDir Path folder;

  @Test
  void wrongSettingsAreAllReportedAtOnceAndNoSecretIsShown() throws Exception {
    Ended ended =
        RunningService.failing(
            folder,
            Map.of(
                "PORT", "eighty",
                "AB_WEIGHT_A", "-1",
                "ROUTING_STRATEGY", "dice",
                "MAX_BATCH", "0",
                "TRUSTED_PROXIES", "10.0.0.0/99",
                "SIGNING_KEYS", "k1:c2hvcnQtYnV0LXNlY3JldA==",
                "ADMIN_TOKEN", "too-short-secret".substring(0, 9)));

    assertThat(ended.status()).isEqualTo(WRONG_CONFIGURATION);
    assertThat(ended.output())
        .contains(
            "PORT",
            "AB_WEIGHT_A",
            "ROUTING_STRATEGY",
            "MAX_BATCH",
            "TRUSTED_PROXIES",
            "SIGNING_KEYS",
            "ADMIN_TOKEN")
        .doesNotContain("c2hvcnQtYnV0LXNlY3JldA", "too-short")
        .doesNotContainPattern("\\sat \\S+\\(");
  }

  @Test
  void aMissingModelIsOneClearLine() throws Exception {
    refusesModel(folder.resolve("nothing.onnx"), "no such file");
  }

  @Test
  void aDamagedModelIsOneClearLine() throws Exception {
    Path damaged = folder.resolve("damaged.onnx");
    byte[] whole = Files.readAllBytes(RunningService.home().resolve("models/vB.onnx"));
    Files.write(damaged, Arrays.copyOf(whole, whole.length / 2));

    refusesModel(damaged, "damaged.onnx");
  }

  @Test
  void anEmptyModelFileIsOneClearLine() throws Exception {
    refusesModel(Files.createFile(folder.resolve("empty.onnx")), "empty.onnx");
  }

  @Test
  void aModelThatTakesSomethingElseThanItsSiblingIsOneClearLine() throws Exception {
    refusesModel(
        RunningService.home().resolve("models/sentence/v1/model.onnx"),
        "takes or gives something else than version A");
  }

  @Test
  void nobodyStandsInForTheStableVersionThatIsKept() throws Exception {
    Path models = folder.resolve("models");
    for (String version : List.of("v1", "v2")) {
      Path file = models.resolve("own").resolve(version).resolve("model.onnx");
      Files.createDirectories(file.getParent());
      Files.copy(RunningService.home().resolve("models/sms/" + version + "/model.onnx"), file);
    }
    Map<String, String> settings = Map.of("MODELS_DIR", models.toString());
    try (var service = RunningService.easy(folder, settings)) {
      assertThat(service.operate("GET", "/admin/config", "").body()).contains("\"stable\":\"v1\"");
    }
    Path stable = models.resolve("own").resolve("v1");
    Path away = folder.resolve("away");
    Files.move(stable, away);

    Ended ended = RunningService.failing(folder, settings);

    assertThat(ended.status()).isNotZero();
    assertThat(ended.output())
        .contains("own: v1 is the stable version", "Put it back")
        .doesNotContainPattern("\\sat \\S+\\(");
    Files.move(away, stable);
    try (var service = RunningService.easy(folder, settings)) {
      assertThat(service.operate("GET", "/admin/config", "").body()).contains("\"stable\":\"v1\"");
    }
  }

  private void refusesModel(Path file, String says) throws Exception {
    Ended ended = RunningService.failing(folder, Map.of("MODEL_VB_PATH", file.toString()));

    assertThat(ended.status()).as(ended.output()).isEqualTo(WRONG_CONFIGURATION);
    assertThat(ended.output().lines().filter(line -> line.contains(file.toString())))
        .as(ended.output())
        .singleElement()
        .asString()
        .contains(says);
    assertThat(ended.output()).doesNotContainPattern("\\sat \\S+\\(").doesNotContain("Exception");
  }

  @Test
  void aPortThatIsTakenIsSaidInPlainWords() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());

      Ended ended = RunningService.failing(folder, Map.of("PORT", port));

      assertThat(ended.status()).isNotZero();
      assertThat(ended.output())
          .contains("Sluice does not start", port)
          .doesNotContainPattern("\\sat \\S+\\(");
    }
  }
}
