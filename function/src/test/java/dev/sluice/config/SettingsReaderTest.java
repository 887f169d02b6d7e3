package dev.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.api.Platform;
import dev.sluice.api.SystemParts;
import dev.sluice.aws.OutsideAddress;
import dev.sluice.config.Settings.Switch;
import dev.sluice.config.SettingsReader.WrongSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SettingsReaderTest {
  private static Settings read(Map<String, String> environment) throws WrongSettings {
    return SettingsReader.read(setting -> Optional.ofNullable(environment.get(setting.variable())));
  }

  @Test
  void everythingHasADefaultThatIsAllowed() throws WrongSettings {
    Settings settings = read(Map.of());

    assertThat(settings.network().host()).isEqualTo("127.0.0.1");
    assertThat(settings.network().port()).isEqualTo(8080);
    assertThat(settings.limits().deadline()).isEqualTo(Duration.ofSeconds(2));
    assertThat(settings.routing().weightB()).isEqualTo(0.1);
    assertThat(settings.access().adminToken()).isEmpty();
  }

  @Test
  void whatIsGivenIsTaken() throws WrongSettings {
    Settings settings =
        read(
            Map.of(
                "PORT", " 9000 ",
                "CANARY_ENABLED", "false",
                "STICKY_COOKIE", "",
                "API_KEYS", "first-key-0123456789, second-key-0123456789",
                "BATCH_MAX_SIZE", "8"));

    assertThat(settings.network().port()).isEqualTo(9000);
    assertThat(settings.routing().canary()).isEqualTo(Switch.OFF);
    assertThat(settings.routing().stickyCookie()).isEmpty();
    assertThat(settings.access().apiKeys()).hasSize(2);
    assertThat(settings.batching().maxSize()).hasValue(8);
  }

  @Test
  void allFaultsAreInOneMessageAndNoSecretIs() {
    Map<String, String> wrong =
        Map.of(
            "PORT", "80800",
            "AB_WEIGHT_A", "NaN",
            "ROUTING_STRATEGY", "coin",
            "ADMIN_TOKEN", "hunter2",
            "SIGNING_KEYS", "k1:c2hvcnQ=",
            "TRUSTED_PROXIES", "example.org",
            "RATE_LIMIT_RPS", "0.0001",
            "EXPERIMENT_HEADER", "maybe");

    assertThatThrownBy(() -> read(wrong))
        .isInstanceOf(WrongSettings.class)
        .message()
        .contains(wrong.keySet())
        .doesNotContain("hunter2", "c2hvcnQ")
        .satisfies(message -> assertThat(message.lines()).hasSize(wrong.size()));
  }

  @Test
  void aProcessThatOnlyFollowsHasNoTargets() throws WrongSettings {
    String target = "lambda:sluice:live";

    assertThat(read(Map.of("ROLLOUT_TARGETS", target)).rollouts().targets())
        .singleElement()
        .extracting(OutsideAddress::model)
        .isEqualTo("sluice");
    assertThatThrownBy(() -> read(Map.of("SLUICE_MODE", "serve", "ROLLOUT_TARGETS", target)))
        .hasMessageContaining("ROLLOUT_TARGETS must be absent where SLUICE_MODE is serve");
  }

  @Test
  void aTargetThatIsNoneIsRefusedWithWhatWouldBeRight() {
    assertThatThrownBy(() -> read(Map.of("ROLLOUT_TARGETS", "lambda:sluice")))
        .hasMessageContaining("ROLLOUT_TARGETS must be [NAME=]lambda:FUNCTION:ALIAS");
  }

  @Test
  void aSecretThatIsGivenIsNotAlsoKeptElsewhere() {
    assertThatThrownBy(
            () ->
                read(
                    Map.of(
                        "ADMIN_TOKEN", "0123456789abcdef", "ADMIN_TOKEN_SECRET", "sluice/token")))
        .hasMessageContaining("ADMIN_TOKEN and ADMIN_TOKEN_SECRET must not both be set");
  }

  @Test
  void whatDoesNotGoTogetherIsRefused() {
    assertThatThrownBy(() -> read(Map.of("AB_WEIGHT_A", "0", "AB_WEIGHT_B", "0")))
        .hasMessageContaining("AB_WEIGHT_A and AB_WEIGHT_B");
    assertThatThrownBy(
            () ->
                read(Map.of("ADMIN_TOKEN", "0123456789abcdef", "VIEWER_TOKEN", "0123456789abcdef")))
        .hasMessageContaining("VIEWER_TOKEN must differ");
  }

  @Test
  void aWebhookNeedsAUrlAndASecretAndShowsNeither() throws WrongSettings {
    var given = new HashMap<String, String>();
    given.put("WEBHOOK_URL", "https://hooks.example.org/services/T0K3N");
    given.put("WEBHOOK_SECRET", "0123456789abcdef");

    Settings settings = read(given);

    assertThat(settings.output().webhook()).isPresent();
    assertThat(settings.output().toString())
        .contains("https://hooks.example.org/…")
        .doesNotContain("T0K3N", "0123456789abcdef");
    assertThatThrownBy(() -> read(Map.of("WEBHOOK_URL", "http://localhost/")))
        .hasMessageContaining("WEBHOOK_SECRET must be set");
    for (String wrong :
        List.of("ftp://host/", "https://", "host/path", "http://ann:pw@host/", "http://a b/")) {
      given.put("WEBHOOK_URL", wrong);
      assertThatThrownBy(() -> read(given))
          .as(wrong)
          .hasMessageContaining("WEBHOOK_URL must be")
          .message()
          .doesNotContain(wrong);
    }
  }

  @Test
  void adaptersAreOffUnlessNamed() throws WrongSettings {
    assertThat(read(Map.of()).adapters().on()).isEmpty();
    assertThat(read(Map.of("ADAPTERS", " SageMaker, vertex,")).adapters().on())
        .containsExactlyInAnyOrder(Platform.SAGEMAKER, Platform.VERTEX);
    assertThatThrownBy(() -> read(Map.of("ADAPTERS", "kserve,sagemaker2")))
        .hasMessage("ADAPTERS must be some of sagemaker, kserve, vertex, by commas");
  }

  @Test
  void aPlatformChoosesThePortOnlyWhereItIsOnAndNobodyElseDid() throws WrongSettings {
    var given = new HashMap<String, String>();
    given.put("SAGEMAKER_BIND_TO_PORT", "9001");
    given.put("AIP_HTTP_PORT", "9002");

    assertThat(read(given).network().port()).isEqualTo(8080);
    given.put("ADAPTERS", "kserve");
    assertThat(read(given).network().port()).isEqualTo(8080);
    given.put("ADAPTERS", "vertex");
    assertThat(read(given).network().port()).isEqualTo(9002);
    given.put("ADAPTERS", "vertex,sagemaker");
    assertThat(read(given).network().port()).isEqualTo(9001);
    given.put("PORT", "8080");
    assertThat(read(given).network().port()).isEqualTo(8080);
  }

  @Test
  void theRoutesOfVertexArePathsAndDiffer() throws WrongSettings {
    Map<String, String> routes =
        Map.of("AIP_HEALTH_ROUTE", "/health", "AIP_PREDICT_ROUTE", "/v1/a:predict");

    assertThat(read(routes).adapters().predictRoute()).contains("/v1/a:predict");
    for (String wrong : List.of("predict", "/a b", "/a?b", "/%41")) {
      assertThatThrownBy(() -> read(Map.of("AIP_PREDICT_ROUTE", wrong)))
          .hasMessageContaining("AIP_PREDICT_ROUTE must be a path");
    }
    assertThatThrownBy(() -> read(Map.of("AIP_HEALTH_ROUTE", "/a", "AIP_PREDICT_ROUTE", "/a")))
        .hasMessageContaining("must differ");
  }

  @Test
  void everySettingIsListedOnceAndReadable() {
    var names = new HashSet<String>();
    for (Setting<?> setting : SettingsTable.ALL) {
      assertThat(names.add(setting.variable())).as(setting.variable()).isTrue();
      assertThat(setting.meaning()).as(setting.variable()).endsWith(".");
      assertThat(setting.key()).startsWith("sluice.");
    }
  }

  @Test
  void showsEverySettingAndNoSecret() throws WrongSettings {
    Map<String, String> given =
        Map.of(
            "ADMIN_TOKEN", "hunter2-admin-token",
            "VIEWER_TOKEN", "hunter2-viewer-token",
            "API_KEYS", "hunter2-first-api-key",
            "SIGNING_KEYS", "k1:aHVudGVyMmh1bnRlcjJodW50ZXIyaHVudGVyMmh1bnRlcjI=",
            "WEBHOOK_URL", "https://hooks.example/services/hunter2?token=hunter2",
            "WEBHOOK_SECRET", "hunter2-webhook-secret",
            "OTEL_EXPORTER_OTLP_ENDPOINT", "http://me:hunter2@collector:4318/hunter2",
            "STORE_URL", "postgresql://me:hunter2@db:5432/sluice?sslpassword=hunter2",
            "PORT", "9000");

    var shown = read(given).shown();

    assertThat(shown).hasSameSizeAs(SettingsTable.ALL);
    assertThat(shown.toString()).doesNotContain("hunter2", "aHVudGVy");
    assertThat(shown)
        .contains(
            new SystemParts.Setting.Secret("ADMIN_TOKEN", SystemParts.Presence.SET),
            new SystemParts.Setting.Open("PORT", "9000", SystemParts.Origin.GIVEN),
            new SystemParts.Setting.Open("HOST", "127.0.0.1", SystemParts.Origin.DEFAULT),
            new SystemParts.Setting.Open(
                "WEBHOOK_URL", "https://hooks.example/…", SystemParts.Origin.GIVEN),
            new SystemParts.Setting.Open(
                "OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318/…", SystemParts.Origin.GIVEN),
            new SystemParts.Setting.Open(
                "STORE_URL", "postgresql://db:5432/sluice", SystemParts.Origin.GIVEN));
    assertThat(read(Map.of()).shown())
        .contains(new SystemParts.Setting.Secret("ADMIN_TOKEN", SystemParts.Presence.ABSENT));
  }
}
