package dev.sluice.config;

import dev.sluice.aws.NoAccount;
import dev.sluice.config.SettingsReader.WrongSettings;
import dev.sluice.onnx.ModelRefused;
import dev.sluice.telemetry.Build;
import dev.sluice.telemetry.Instance;
import dev.sluice.telemetry.Logs;
import dev.sluice.telemetry.Telemetry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.env.Environment;
import io.micronaut.context.env.PropertySource;
import io.micronaut.http.server.exceptions.ServerStartupException;
import io.micronaut.http.server.netty.NettyEmbeddedServer;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// Starts the service.
public final class Main {
  private static final int WRONG_CONFIGURATION = 2;

  private Main() {}

  /// Serves until SIGTERM. A wrong configuration or a model that cannot be served ends the process
  /// with status 2 and one message that lists every fault.
  public static void main(String[] arguments) {
    Instance instance = Instance.ofThisProcess(System.getenv());
    Logs.write(Logs.Form.JSON, instance);
    try {
      ApplicationContext context =
          ApplicationContext.builder()
              .args(arguments)
              .deduceEnvironment(false)
              .banner(false)
              .build();
      Environment environment = context.getEnvironment().start();
      Settings settings = settings(environment, setting -> Optional.empty());
      Logs.write(form(settings.output().logFormat()), instance);
      environment.addPropertySource(PropertySource.of("sluice", framework(settings)));
      Loading loading = Loading.begin(settings);
      context.start();
      Telemetry telemetry =
          Telemetry.start(
              context.getBean(PrometheusMeterRegistry.class).getPrometheusRegistry(),
              Build.ofThisJar(),
              instance,
              settings.output().tracesEndpoint());
      Service service =
          Service.start(settings, loading, context.getBean(NettyEmbeddedServer.class), telemetry);
      Signals.stop(
          () -> {
            service.stop();
            telemetry.close();
            context.close();
          });
      greet(settings, service.port());
    } catch (WrongSettings | ModelRefused | IOException | NoAccount wrong) {
      refuse(String.valueOf(wrong.getMessage()));
    } catch (ServerStartupException taken) {
      refuse(
          String.valueOf(taken.getMessage())
              + ": is the port in use, or HOST no address of this machine?");
    }
  }

  private static void refuse(String faults) {
    System.err.println("Sluice does not start:");
    faults.lines().forEach(line -> System.err.println("  " + line));
    System.exit(WRONG_CONFIGURATION);
  }

  /// Settings from the environment, else from the configuration file, else from whoever starts; of
  /// those that are secrets, where they are kept.
  ///
  /// @throws IOException when a secret cannot be read
  static Settings settings(
      Environment environment, Function<Setting<?>, Optional<String>> otherwise)
      throws WrongSettings, IOException {
    return SettingsReader.read(
        SecretValues.with(
            setting ->
                Optional.ofNullable(System.getenv(setting.variable()))
                    .or(() -> environment.getProperty(setting.key(), String.class))
                    .or(() -> otherwise.apply(setting))));
  }

  private static Logs.Form form(Settings.LogFormat format) {
    return switch (format) {
      case AUTO -> Logs.onTerminal() ? Logs.Form.TEXT : Logs.Form.JSON;
      case JSON -> Logs.Form.JSON;
      case TEXT -> Logs.Form.TEXT;
    };
  }

  /// What the framework must know of our settings.
  private static Map<String, Object> framework(Settings settings) {
    return Map.of(
        "micronaut.server.host", settings.network().host(),
        "micronaut.server.port", settings.network().port() == 0 ? -1 : settings.network().port(),
        "micronaut.netty.event-loops.default.num-threads", settings.network().eventLoops());
  }

  private static void greet(Settings settings, int port) {
    switch (settings.output().greeting()) {
      case OFF -> {}
      case ON -> {
        String base = "http://" + settings.network().host() + ":" + port;
        System.out.println("Sluice serves at " + base);
        System.out.println(
            settings.access().adminToken().isPresent()
                ? "Console: " + base + "/console (log in with ADMIN_TOKEN)"
                : "Console: off; start with ADMIN_TOKEN set (16 characters or more)");
        System.out.println(
            "Try: curl "
                + base
                + "/predict -H 'Content-Type: application/json' -d '{\"sentence\": \"I love this!\"}'");
      }
    }
  }
}
