package dev.sluice.config;

import dev.sluice.announce.Deliveries;
import dev.sluice.announce.Webhook;
import dev.sluice.api.Models;
import dev.sluice.api.RolloutParts;
import dev.sluice.aws.DynamoStore;
import dev.sluice.control.Commands;
import dev.sluice.control.ControlListener;
import dev.sluice.control.Controller;
import dev.sluice.control.OutsideAddress;
import dev.sluice.control.ReportedWindows;
import dev.sluice.control.RolloutRecord;
import dev.sluice.control.Rollouts;
import dev.sluice.control.Ruling;
import dev.sluice.control.Store;
import dev.sluice.control.StoreUnavailable;
import dev.sluice.experiment.FirstFeedback;
import dev.sluice.journal.RolloutJson;
import dev.sluice.rollout.Plan;
import dev.sluice.routing.Split;
import dev.sluice.serving.Serving;
import dev.sluice.store.JdbcStore;
import dev.sluice.store.StoreAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The control plane of this process: the store, the controller and its thread, and who tells
/// others.
final class Control implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Control.class);
  private static final String FILE = "sluice.db";
  private static final Duration STORE_PATIENCE = Duration.ofSeconds(30);
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Kept kept;
  private final Deployments outside;
  private final Controller controller;
  private final Ticker ticker;
  private final LiveLog live;
  private final Serving serving;
  private final Models models;
  private final ControlListener meters;
  private final InstantSource instants;
  private final Settings.Rollouts settings;
  private final Optional<Deliverer> deliverer;

  /// Who else has a part in it.
  ///
  /// @param process names this process
  /// @param active shows the rollouts that are active, as they were seen last
  /// @param deliveries counts what is posted
  /// @param instants what time it is
  record Parts(
      Supplier<String> process,
      Serving serving,
      Models models,
      AtomicReference<List<RolloutRecord>> active,
      ControlListener meters,
      Supplier<Deliveries> deliveries,
      RandomGenerator chance,
      InstantSource instants) {}

  /// The store as it was opened.
  ///
  /// @param digest of a record, for its entry
  record Kept(Store store, Function<RolloutRecord, String> digest) {}

  private Control(
      Settings.Rollouts settings,
      Kept kept,
      Deployments outside,
      Controller controller,
      LiveLog live,
      Parts parts,
      Optional<Deliverer> deliverer) {
    this.settings = settings;
    this.kept = kept;
    this.outside = outside;
    this.controller = controller;
    this.live = live;
    this.serving = parts.serving();
    this.instants = parts.instants();
    this.models = parts.models();
    this.meters = parts.meters();
    this.ticker = new Ticker(controller, settings.tick(), parts.instants());
    this.deliverer = deliverer;
  }

  /// Opens the store; one that is a server may take a while to come up.
  ///
  /// @throws IOException when it cannot be opened: nobody knows then who should serve
  static Kept store(Settings settings) throws IOException {
    Path data = settings.models().data();
    StoreAddress address =
        settings.rollouts().store().orElse(new StoreAddress.Sqlite(data.resolve(FILE)));
    Instant until = Instant.now().plus(patience(address));
    while (true) {
      try {
        Files.createDirectories(data);
        return open(address);
      } catch (StoreUnavailable away) {
        if (!Instant.now().isBefore(until)) {
          throw new IOException("STORE_URL: " + away.getMessage(), away);
        }
        LOG.atWarn().addKeyValue("why", away.getMessage()).log("waits for the store");
        pause();
      }
    }
  }

  private static Kept open(StoreAddress address) throws StoreUnavailable {
    return switch (address) {
      case StoreAddress.Database database -> {
        JdbcStore store = JdbcStore.open(database);
        yield new Kept(store, store::digest);
      }
      case StoreAddress.Dynamo(String table) ->
          new Kept(DynamoStore.open(table), RolloutJson::digest);
    };
  }

  private static Duration patience(StoreAddress address) {
    return switch (address) {
      case StoreAddress.Sqlite file -> Duration.ZERO;
      case StoreAddress.Postgres server -> STORE_PATIENCE;
      // It is no server that comes up: what is wrong stays wrong.
      case StoreAddress.Dynamo table -> Duration.ZERO;
    };
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(RETRY);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IOException("stopped while it waited for the store", stopped);
    }
  }

  /// Reads what is written, and what the configuration says to it. Nothing follows it yet.
  ///
  /// @param configured how the settings split each model
  static Control of(Settings settings, Map<String, Split> configured, Kept kept, Parts parts)
      throws IOException {
    Store store = kept.store();
    demandOtherNames(settings.rollouts().targets(), configured);
    var outside =
        Deployments.of(
            settings.rollouts().targets(), settings.rollouts().nginx(), parts.instants());
    try {
      demandStable(store.settings(), parts.serving());
      configure(store, configured);
      var live = new LiveLog(store, store.lastSequence());
      var controller =
          Controller.of(
              new Controller.Parts(
                  parts.process(),
                  settings.rollouts().tick(),
                  store,
                  outside.observations(new ReportedWindows(store, settings.rollouts().tick())),
                  outside.outsides(),
                  switch (settings.rollouts().mode()) {
                    case CONTROL -> Controller.Role.LEADS;
                    case SERVE -> Controller.Role.FOLLOWS;
                  },
                  new Steering(parts.serving(), parts.models()),
                  kept.digest(),
                  new ControlListeners(parts.meters(), live, parts.active())));
      Optional<Deliverer> deliverer =
          settings
              .output()
              .webhook()
              .map(
                  target ->
                      new Deliverer(
                          new Webhook(
                              new Webhook.Parts(
                                  target,
                                  store,
                                  store,
                                  controller::leads,
                                  parts.chance(),
                                  parts.deliveries().get(),
                                  Webhook.Patience.DEFAULT))));
      return new Control(settings.rollouts(), kept, outside, controller, live, parts, deliverer);
    } catch (StoreUnavailable away) {
      outside.close();
      store.close();
      throw new IOException("STORE_URL: " + away.getMessage(), away);
    }
  }

  /// From now on traffic follows what is written; it does when this returns.
  void start(Core.Threads threads) {
    if (!outside.names().isEmpty()) {
      LOG.atInfo()
          .addKeyValue("deployments", outside.names())
          .log("rollouts of deployments move their traffic");
    }
    switch (threads) {
      case ALWAYS -> {
        ticker.start();
        deliverer.ifPresent(Deliverer::start);
      }
      case NEVER -> ticker.beatOnce();
    }
  }

  /// Follows what is written if that is due; for a process that does nothing by the clock.
  void follow() {
    ticker.beatOnce();
  }

  /// The controller looks at its rollouts now, and tells whom it has to tell.
  void tick() {
    ticker.tickOnce();
    deliverer.ifPresent(Deliverer::turn);
  }

  /// Whom everybody is to be answered by has to be here: neither the version that was promoted nor
  /// the one that was rolled back may stand in for it, and nobody would notice.
  private static void demandStable(dev.sluice.control.Settings written, Serving serving)
      throws IOException {
    var missing = new ArrayList<String>();
    written
        .standing()
        .forEach(
            (model, standing) -> {
              String stable = standing.split().stable();
              if (serving.versions().containsKey(model) && serving.live(model, stable).isEmpty()) {
                missing.add(
                    "%s: %s is the stable version by what is kept in STORE_URL, and its file is not here"
                        .formatted(model, stable));
              }
            });
    if (!missing.isEmpty()) {
      throw new IOException(
          String.join("; ", missing)
              + ". Put it back; to take a version out for good, promote another one first");
    }
  }

  /// Under one name both would write down how it is split, each for the other.
  private static void demandOtherNames(List<OutsideAddress> targets, Map<String, Split> models)
      throws IOException {
    for (OutsideAddress target : targets) {
      if (models.containsKey(target.model())) {
        throw new IOException(
            "ROLLOUT_TARGETS: a model that is served here is called %1$s, too; put another name and = before the target: deployment-%1$s=…"
                .formatted(target.model()));
      }
    }
  }

  private static void configure(Store store, Map<String, Split> configured)
      throws StoreUnavailable {
    List<String> taken = store.active().stream().map(RolloutRecord::model).toList();
    var free = new HashMap<>(configured);
    free.keySet().removeAll(taken);
    while (true) {
      var now = store.settings();
      var next = now.configured(free);
      if (next.equals(now) || store.write(next) == Rollouts.Written.WRITTEN) {
        return;
      }
    }
  }

  /// What the API of rollouts works with.
  RolloutParts parts() {
    return new RolloutParts(
        new Commands(
            kept.store(),
            new Versions(),
            settings.mostActive(),
            kept.digest(),
            meters::wrote,
            ticker::refresh),
        new Forecasts(serving, instants, System::nanoTime),
        live,
        settings.window(),
        outside.only().orElse(Fleet.DEFAULT_MODEL));
  }

  /// The versions that can be rolled out: those in memory or on disk, and those outside.
  private final class Versions implements Commands.Known {
    @Override
    public boolean version(String model, String version) {
      return outside
          .known(model, version)
          .orElseGet(
              () ->
                  models.list().available().contains(new Models.Name(model, version))
                      || serving.live(model, version).isPresent());
    }

    @Override
    public String missing(String model, String version) {
      return outside
          .missing(model, version)
          .orElseGet(() -> Commands.Known.super.missing(model, version));
    }

    @Override
    public boolean outside(String model) {
      return outside.names().contains(model);
    }

    @Override
    public Optional<Ruling.Invalid> misfit(String model, Plan plan) {
      return outside.misfit(model, plan);
    }
  }

  /// Whether this process judges, as far as it knows.
  boolean leads() {
    return controller.leads();
  }

  /// Until when somebody does, by the store.
  Optional<Instant> leased() throws StoreUnavailable {
    return kept.store().leased();
  }

  /// Models whose traffic is split outside.
  Collection<String> deployments() {
    return outside.names();
  }

  /// Counts each report once, for all processes.
  FirstFeedback feedback() {
    return (exposure, forget) -> {
      try {
        return kept.store().first(exposure.text(), instants.instant(), forget);
      } catch (StoreUnavailable away) {
        throw new IllegalStateException("the store is away", away);
      }
    };
  }

  @Override
  public void close() {
    deliverer.ifPresent(Deliverer::close);
    ticker.close();
    outside.close();
    kept.store().close();
  }
}
