package dev.sluice.config;

import dev.sluice.announce.Target;
import dev.sluice.api.Adapters;
import dev.sluice.api.Platform;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;

/// Makes settings of texts, and collects everything that is wrong before it says so.
final class SettingsReader {
  private static final double LEAST_RATE = 0.001;

  private final Function<Setting<?>, Optional<String>> source;
  private final List<String> faults = new ArrayList<>();

  private SettingsReader(Function<Setting<?>, Optional<String>> source) {
    this.source = source;
  }

  /// The configuration is wrong; the message has a line for each fault.
  static final class WrongSettings extends Exception {
    private static final long serialVersionUID = 1L;

    WrongSettings(List<String> faults) {
      super(String.join("\n", faults));
    }
  }

  /// Reads all settings.
  ///
  /// @param source the text that was given for a setting, if any
  static Settings read(Function<Setting<?>, Optional<String>> source) throws WrongSettings {
    var reader = new SettingsReader(source);
    Settings settings = reader.all();
    if (!reader.faults.isEmpty()) {
      throw new WrongSettings(reader.faults);
    }
    return settings;
  }

  private Settings all() {
    var adapters =
        new Adapters(
            value(SettingsTable.ADAPTERS),
            value(SettingsTable.AIP_HEALTH_ROUTE),
            value(SettingsTable.AIP_PREDICT_ROUTE));
    var settings =
        new Settings(
            network(adapters),
            adapters,
            new Settings.Models(
                value(SettingsTable.MODEL_VA_PATH),
                value(SettingsTable.MODEL_VB_PATH),
                value(SettingsTable.MODELS_DIR),
                value(SettingsTable.SENTENCE_MODEL),
                value(SettingsTable.SMS_MODEL),
                value(SettingsTable.DATA_DIR),
                value(SettingsTable.VALIDATION_MEMORY_MB)),
            routing(),
            limits(),
            new Settings.Batching(
                value(SettingsTable.BATCH_MAX_SIZE),
                Duration.ofMillis(value(SettingsTable.BATCH_MAX_DELAY_MS)),
                value(SettingsTable.RUNNERS)),
            new Settings.Access(
                value(SettingsTable.ADMIN_TOKEN),
                value(SettingsTable.VIEWER_TOKEN),
                value(SettingsTable.API_KEYS)),
            new Settings.Feedback(Duration.ofHours(value(SettingsTable.FEEDBACK_HOURS))),
            new Settings.Rollouts(
                value(SettingsTable.STORE_URL),
                value(SettingsTable.SLUICE_MODE),
                value(SettingsTable.ROLLOUT_TARGETS),
                Duration.ofSeconds(value(SettingsTable.WINDOW_SECONDS)),
                Duration.ofSeconds(value(SettingsTable.TICK_SECONDS)),
                value(SettingsTable.MAX_CONCURRENT_ROLLOUTS)),
            new Settings.Output(
                value(SettingsTable.LOG_FORMAT),
                value(SettingsTable.TRACES_ENDPOINT),
                webhook(),
                value(SettingsTable.GREETING)),
            SettingsTable.ALL.stream()
                .map(setting -> setting.shown(source.apply(setting).map(String::strip)))
                .toList());
    checkTogether(settings);
    SecretValues.twice(source).ifPresent(faults::add);
    return settings;
  }

  private Settings.Network network(Adapters adapters) {
    return new Settings.Network(
        value(SettingsTable.HOST),
        port(adapters.on()),
        value(SettingsTable.EVENT_LOOPS),
        value(SettingsTable.MAX_CONNECTIONS),
        Duration.ofSeconds(value(SettingsTable.DRAIN_SECONDS)),
        value(SettingsTable.TRUSTED_PROXIES));
  }

  /// What a platform says counts only where nothing else is said.
  private int port(Set<Platform> on) {
    int ours = value(SettingsTable.PORT);
    OptionalInt ofSageMaker = value(SettingsTable.SAGEMAKER_BIND_TO_PORT);
    OptionalInt ofVertex = value(SettingsTable.AIP_HTTP_PORT);
    if (source.apply(SettingsTable.PORT).isPresent()) {
      return ours;
    }
    if (on.contains(Platform.SAGEMAKER) && ofSageMaker.isPresent()) {
      return ofSageMaker.getAsInt();
    }
    return on.contains(Platform.VERTEX) ? ofVertex.orElse(ours) : ours;
  }

  private Settings.Routing routing() {
    return new Settings.Routing(
        value(SettingsTable.AB_WEIGHT_A),
        value(SettingsTable.AB_WEIGHT_B),
        value(SettingsTable.CANARY_ENABLED),
        value(SettingsTable.SHADOW_ENABLED),
        value(SettingsTable.SHADOW_SAMPLE),
        value(SettingsTable.ROUTING_STRATEGY),
        value(SettingsTable.STICKY_COOKIE),
        value(SettingsTable.CALLER_KEY_HEADER),
        value(SettingsTable.EXPERIMENT_HEADER),
        value(SettingsTable.SIGNING_KEYS));
  }

  private Settings.Limits limits() {
    return new Settings.Limits(
        value(SettingsTable.RATE_LIMIT_RPS),
        value(SettingsTable.RATE_LIMIT_BURST),
        value(SettingsTable.GLOBAL_RATE_LIMIT_RPS),
        value(SettingsTable.MAX_BODY_BYTES),
        value(SettingsTable.MAX_BATCH),
        Duration.ofMillis(value(SettingsTable.REQUEST_DEADLINE_MS)),
        value(SettingsTable.MAX_PIXELS),
        value(SettingsTable.MAX_IMAGE_SIDE),
        value(SettingsTable.MAX_IN_FLIGHT_BYTES));
  }

  private Optional<Target> webhook() {
    Optional<URI> url = value(SettingsTable.WEBHOOK_URL);
    Optional<String> secret = value(SettingsTable.WEBHOOK_SECRET);
    if (url.isPresent() && secret.isEmpty()) {
      faults.add("WEBHOOK_SECRET must be set, and be right, where WEBHOOK_URL is");
    }
    return url.flatMap(to -> secret.map(key -> new Target(to, key)));
  }

  /// What holds across settings.
  private void checkTogether(Settings settings) {
    double rate = settings.limits().callerRate();
    if (rate > 0 && rate < LEAST_RATE) {
      faults.add("RATE_LIMIT_RPS must be 0 or at least " + LEAST_RATE);
    }
    double global = settings.limits().globalRate();
    if (global > 0 && global < LEAST_RATE) {
      faults.add("GLOBAL_RATE_LIMIT_RPS must be 0 or at least " + LEAST_RATE);
    }
    if (settings.routing().weightA() + settings.routing().weightB() <= 0) {
      faults.add("AB_WEIGHT_A and AB_WEIGHT_B must not both be 0");
    }
    if (settings.rollouts().tick().compareTo(settings.rollouts().window()) > 0) {
      faults.add("TICK_SECONDS must be at most WINDOW_SECONDS");
    }
    Optional<String> health = settings.adapters().healthRoute();
    if (health.isPresent() && health.equals(settings.adapters().predictRoute())) {
      faults.add("AIP_PREDICT_ROUTE must differ from AIP_HEALTH_ROUTE");
    }
    if (!settings.rollouts().targets().isEmpty()
        && settings.rollouts().mode() == Settings.Mode.SERVE) {
      faults.add(
          "ROLLOUT_TARGETS must be absent where SLUICE_MODE is serve: only who leads moves traffic");
    }
    Optional<String> admin = settings.access().adminToken();
    if (admin.isPresent() && admin.equals(settings.access().viewerToken())) {
      faults.add("VIEWER_TOKEN must differ from ADMIN_TOKEN");
    }
  }

  /// The value, or the default when the text is refused: then there is a fault, and nobody sees
  /// the value.
  private <T> T value(Setting<T> setting) {
    String text = source.apply(setting).map(String::strip).orElse(setting.fallback());
    try {
      return setting.parser().parse(text);
    } catch (Setting.Refused refused) {
      faults.add(setting.variable() + " must be " + refused.must());
    }
    try {
      return setting.parser().parse(setting.fallback());
    } catch (Setting.Refused broken) {
      throw new IllegalStateException("default of " + setting.variable(), broken);
    }
  }
}
