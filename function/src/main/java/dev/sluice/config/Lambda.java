package dev.sluice.config;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.sluice.api.StartingDoor;
import dev.sluice.aws.LambdaShell;
import dev.sluice.aws.NoAccount;
import dev.sluice.aws.Upkeep;
import dev.sluice.config.SettingsReader.WrongSettings;
import dev.sluice.onnx.ModelRefused;
import dev.sluice.telemetry.Build;
import dev.sluice.telemetry.EmbeddedMetrics;
import dev.sluice.telemetry.Instance;
import dev.sluice.telemetry.Logs;
import dev.sluice.telemetry.Telemetry;
import dev.sluice.telemetry.Watched;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.env.Environment;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.crac.Resource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Starts the service as a Lambda function: the name of this class is the function's handler.
///
/// The same [Core] as in a container, behind events in the place of a socket. It has time only
/// while an invocation lasts, so nothing happens by the clock: what is due is done before an
/// invocation's answer, and what is under way is waited for after it. With SnapStart the whole
/// start is in the snapshot; what must differ between its copies is made anew in each.
public final class Lambda implements RequestStreamHandler, Resource {
  private static final Logger LOG = LoggerFactory.getLogger(Lambda.class);

  /// What is otherwise where there is no disk but `/tmp`.
  private static final Map<Setting<?>, String> DEFAULTS =
      Map.of(
          SettingsTable.DATA_DIR, "/tmp/sluice",
          SettingsTable.LOG_FORMAT, "json",
          // One request at a time: nobody would come to share a run.
          SettingsTable.BATCH_MAX_DELAY_MS, "0",
          // Each look is a few calls to the store, for which a caller waits.
          SettingsTable.TICK_SECONDS, "15");

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final LambdaShell shell;
  private final FreshChance chance;
  private final FreshName name;

  /// Brings the function up; returns when it is ready.
  ///
  /// @throws IllegalStateException with a line for each fault of the configuration or the models
  public Lambda() {
    this(InstantSource.system());
  }

  /// The same at another time.
  Lambda(InstantSource instants) {
    NativesInPlace.of(Path.of(System.getProperty("user.dir")));
    Instance instance = Instance.ofThisProcess(System.getenv());
    Logs.write(Logs.Form.JSON, instance);
    try {
      ApplicationContext context =
          ApplicationContext.builder()
              .deduceEnvironment(false)
              .environments(LambdaShell.ENVIRONMENT)
              .banner(false)
              .build();
      Environment environment = context.getEnvironment().start();
      Settings settings =
          Main.settings(environment, setting -> Optional.ofNullable(DEFAULTS.get(setting)));
      Loading loading = Loading.begin(settings);
      context.start();
      EmbeddedMetrics cloud = cloud(System.getenv());
      Telemetry telemetry =
          telling(
              cloud,
              settings.rollouts().mode(),
              Telemetry.start(
                  context.getBean(PrometheusMeterRegistry.class).getPrometheusRegistry(),
                  Build.ofThisJar(),
                  instance,
                  settings.output().tracesEndpoint()));
      if (settings.routing().signingKeys().isEmpty()) {
        LOG.atWarn()
            .log(
                "SIGNING_KEYS is not set: each instance makes its own, and refuses the cookies and"
                    + " outcome tokens of the others");
      }
      var protection = Protection.of(settings);
      var lifecycle = new Lifecycle(protection.decoder()::exhausted);
      var errands = Errands.onThreadsOfTheirOwn();
      this.chance = FreshChance.seeded();
      this.name = FreshName.of(System.getenv(), chance);
      var door = new SwitchingDoor(new StartingDoor(chance));
      Core core =
          Core.start(
              new Core.Outer(
                  settings,
                  Service.keys(settings),
                  protection,
                  lifecycle,
                  telemetry,
                  new Watched.Connections(() -> 0, () -> 0, () -> 0),
                  manner(name, errands, chance, instants)),
              loading,
              door::leadTo);
      this.shell =
          LambdaShell.of(context, door, upkeep(core, errands, telemetry), cloud::unknownEvent);
      org.crac.Core.getGlobalContext().register(this);
      LOG.atInfo().addKeyValue("models", core.models()).log("ready");
    } catch (WrongSettings | ModelRefused | IOException | NoAccount wrong) {
      throw new IllegalStateException("Sluice does not start: " + wrong.getMessage(), wrong);
    }
  }

  /// Lambda says which version of which function this is.
  private static EmbeddedMetrics cloud(Map<String, String> environment) {
    return EmbeddedMetrics.of(
        environment.getOrDefault("AWS_LAMBDA_FUNCTION_NAME", "sluice"),
        environment.getOrDefault("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"));
  }

  private static Telemetry telling(EmbeddedMetrics cloud, Settings.Mode mode, Telemetry telemetry) {
    return switch (mode) {
      case CONTROL -> telemetry.leading(cloud).embedding(cloud);
      case SERVE -> telemetry.embedding(cloud);
    };
  }

  private static Core.Manner manner(
      FreshName name, Executor copies, FreshChance chance, InstantSource instants) {
    boolean snapshot = "snap-start".equals(System.getenv("AWS_LAMBDA_INITIALIZATION_TYPE"));
    return new Core.Manner(
        name,
        copies,
        chance,
        instants,
        snapshot ? Rehearsal.Length.FULL : Rehearsal.Length.SHORT,
        Core.Threads.NEVER);
  }

  private static Upkeep upkeep(Core core, Errands errands, Telemetry telemetry) {
    return new Upkeep() {
      @Override
      public void before() {
        core.control().follow();
      }

      @Override
      public void after() {
        if (!errands.await(PATIENCE)) {
          LOG.atWarn().log("copies of a request are still under way");
        }
        telemetry.flush();
      }

      @Override
      public void tick() {
        core.control().tick();
        core.checkups().once();
      }
    };
  }

  @Override
  public void handleRequest(InputStream event, OutputStream answer, Context context)
      throws IOException {
    shell.handleRequest(event, answer, context);
  }

  @Override
  public void beforeCheckpoint(org.crac.Context<? extends Resource> snapshot) {
    LOG.atInfo().log("snapshot");
  }

  /// Copies of one snapshot would all draw the same ids, and report under one name.
  @Override
  public void afterRestore(org.crac.Context<? extends Resource> snapshot) {
    chance.anew();
    name.anew();
    LOG.atInfo().log("restored");
  }
}
