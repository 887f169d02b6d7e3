package dev.sluice.config;

import dev.sluice.config.SettingsReader.WrongSettings;
import dev.sluice.onnx.ModelRefused;
import dev.sluice.telemetry.Meters;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micronaut.context.ApplicationContext;
import io.micronaut.http.server.netty.NettyEmbeddedServer;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/// Starts the service.
public final class Main {
  private static final int WRONG_CONFIGURATION = 2;

  private Main() {}

  /// Serves until SIGTERM. A wrong configuration or a model that cannot be served ends the process
  /// with status 2 and one message that lists every fault.
  public static void main(String[] arguments) {
    try {
      Settings settings = settings(arguments);
      ApplicationContext context =
          ApplicationContext.builder(arguments)
              .deduceEnvironment(false)
              .banner(false)
              .properties(framework(settings))
              .start();
      Service service =
          Service.start(
              settings,
              context.getBean(NettyEmbeddedServer.class),
              new Meters(context.getBean(PrometheusMeterRegistry.class)));
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    service.stop();
                    context.close();
                  },
                  "shutdown"));
      greet(settings, service.port());
    } catch (WrongSettings | ModelRefused | IOException wrong) {
      System.err.println("Sluice does not start:");
      String.valueOf(wrong.getMessage()).lines().forEach(line -> System.err.println("  " + line));
      System.exit(WRONG_CONFIGURATION);
    }
  }

  /// Settings from the environment, else from the configuration file.
  private static Settings settings(String[] arguments) throws WrongSettings {
    try (ApplicationContext context =
        ApplicationContext.builder(arguments).deduceEnvironment(false).banner(false).build()) {
      var environment = context.getEnvironment().start();
      return SettingsReader.read(
          setting ->
              Optional.ofNullable(System.getenv(setting.variable()))
                  .or(() -> environment.getProperty(setting.key(), String.class)));
    }
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
            "Try: curl "
                + base
                + "/predict -H 'Content-Type: application/json' -d '{\"sentence\": \"I love this!\"}'");
      }
    }
  }
}
