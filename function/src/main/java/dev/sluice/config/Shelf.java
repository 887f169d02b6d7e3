package dev.sluice.config;

import dev.sluice.api.Examined;
import dev.sluice.api.Models;
import dev.sluice.inference.Loaded;
import dev.sluice.inference.Version;
import dev.sluice.onnx.ModelDirectory;
import dev.sluice.onnx.ModelDirectory.Source;
import dev.sluice.onnx.ModelRefused;
import dev.sluice.routing.Split;
import dev.sluice.routing.Strategy;
import dev.sluice.serving.LiveVersion;
import dev.sluice.serving.Serving;
import dev.sluice.serving.VersionHealth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The versions of this instance, which come and go while it serves.
///
/// A version comes in this order: its file is found, tried in a process of its own, loaded (the
/// same bytes, by their digest), held against its siblings, warmed up, measured, and only then put
/// where a route may name it. It goes the other way: no route can name it, then a pause in which
/// every call that had read the routes before ends, then its queue is empty, then it is freed.
/// One coming or going at a time. Thread-safe.
final class Shelf implements Models {
  /// Versions of one model at once.
  static final int MOST_VERSIONS = 8;

  /// Models at once.
  static final int MOST_MODELS = 32;

  private static final Logger LOG = LoggerFactory.getLogger(Shelf.class);

  private final Settings.Models settings;
  private final Strategy strategy;
  private final ModelDirectory directory;
  private final Confinement confinement;
  private final Commission commission;
  private final Serving serving;
  private final Checkups checkups;
  private final Watch watch;
  private final Duration longestCall;
  private final AtomicBoolean busy = new AtomicBoolean();
  private final Map<Name, VersionHealth> unloaded = new ConcurrentHashMap<>();

  /// Those who have a say, or want to know.
  interface Watch {
    /// Whether somebody else still needs a version that gets no traffic: a rollout, for one.
    boolean inUse(String model, String version);

    void arrived(Version version);

    void gone(Version version);
  }

  Shelf(
      Settings settings,
      ModelDirectory directory,
      Confinement confinement,
      Commission commission,
      Serving serving,
      Checkups checkups,
      Watch watch) {
    this.settings = settings.models();
    this.strategy = settings.routing().strategy();
    this.longestCall = settings.limits().deadline();
    this.directory = directory;
    this.confinement = confinement;
    this.commission = commission;
    this.serving = serving;
    this.checkups = checkups;
    this.watch = watch;
  }

  @Override
  public Listing list() {
    var shown = new ArrayList<Shown>();
    loaded().forEach(live -> shown.add(shown(live)));
    unloaded.values().forEach(health -> shown.add(new Shown(health, Optional.empty())));
    return new Listing(shown, available());
  }

  @Override
  public List<VersionHealth> health() {
    var health = new ArrayList<VersionHealth>();
    loaded().forEach(live -> health.add(checkups.of(live)));
    health.addAll(unloaded.values());
    return health;
  }

  /// Versions that are on their way into memory, or did not get there.
  List<VersionHealth> unloaded() {
    return List.copyOf(unloaded.values());
  }

  private List<LiveVersion> loaded() {
    return serving.versions().values().stream()
        .flatMap(siblings -> siblings.values().stream())
        .toList();
  }

  private Shown shown(LiveVersion live) {
    Loaded loaded = live.loaded();
    return new Shown(
        checkups.of(live),
        Optional.of(
            new Contents(
                loaded.fileBytes(), Examination.kind(loaded.task()), loaded.model().signature())));
  }

  private List<Name> available() {
    return sources().stream()
        .map(source -> new Name(source.model(), source.version()))
        .filter(name -> serving.live(name.model(), name.version()).isEmpty())
        .sorted(Comparator.comparing(Name::toString))
        .toList();
  }

  private List<Source> sources() {
    try {
      return Fleet.sources(settings);
    } catch (ModelRefused unreadable) {
      LOG.atWarn().addKeyValue("why", unreadable.getMessage()).log("models cannot be listed");
      return List.of();
    }
  }

  private Optional<Path> file(Name name) {
    return sources().stream()
        .filter(it -> it.model().equals(name.model()) && it.version().equals(name.version()))
        .map(Source::file)
        .filter(Files::isRegularFile)
        .findFirst();
  }

  @Override
  public Answered<Examined> validate(Candidate candidate, Optional<Name> like) {
    return alone(() -> validated(candidate, like));
  }

  private Answered<Examined> validated(Candidate candidate, Optional<Name> like) {
    Answered<Path> found =
        switch (candidate) {
          case Candidate.AtPath(String path) -> under(path);
          case Candidate.OfVersion(Name name) -> found(name);
        };
    return switch (found) {
      case Answered.Refused<Path>(Why why, String detail) -> refused(why, detail);
      case Answered.Done<Path>(Path file) -> {
        Optional<Name> other = like.or(() -> stableOf(candidate));
        Optional<Path> likeFile = other.flatMap(this::file);
        yield other.isPresent() && likeFile.isEmpty()
            ? refused(Why.UNKNOWN, "there is no file of " + other.get())
            : new Answered.Done<>(confinement.examine(file, likeFile));
      }
    };
  }

  private Optional<Name> stableOf(Candidate candidate) {
    return switch (candidate) {
      case Candidate.AtPath path -> Optional.empty();
      case Candidate.OfVersion(Name name) ->
          serving.routes().split(name.model()).map(split -> new Name(name.model(), split.stable()));
    };
  }

  private Answered<Path> found(Name name) {
    return file(name)
        .<Answered<Path>>map(Answered.Done::new)
        .orElseGet(() -> refused(Why.UNKNOWN, "there is no file of " + name));
  }

  /// A file under the folder of models, links followed: no other file's existence is told.
  private Answered<Path> under(String path) {
    try {
      Path folder = settings.folder().toRealPath();
      Path asked = folder.resolve(path).normalize();
      if (!asked.startsWith(folder)) {
        return refused(Why.UNFIT, "path must be under MODELS_DIR");
      }
      if (!Files.isRegularFile(asked)) {
        return refused(Why.UNKNOWN, "there is no file at this path under MODELS_DIR");
      }
      return asked.toRealPath().startsWith(folder)
          ? new Answered.Done<>(asked)
          : refused(Why.UNFIT, "path must be under MODELS_DIR");
    } catch (InvalidPathException | IOException unusable) {
      return refused(Why.UNKNOWN, "there is no file at this path under MODELS_DIR");
    }
  }

  @Override
  public Answered<Shown> load(Name name) {
    return alone(() -> loading(name));
  }

  private Answered<Shown> loading(Name name) {
    if (serving.live(name.model(), name.version()).isPresent()) {
      return refused(Why.CONFLICT, name + " is loaded already");
    }
    Optional<Path> file = file(name);
    if (file.isEmpty()) {
      return refused(
          Why.UNKNOWN,
          "there is no MODELS_DIR/" + name.model() + "/" + name.version() + "/model.onnx");
    }
    Optional<String> full = full(name.model());
    if (full.isPresent()) {
      return refused(Why.CONFLICT, full.get());
    }
    unloaded.put(name, VersionHealth.loading(name.model(), name.version()));
    try {
      LiveVersion live = taken(new Source(name.model(), name.version(), file.get()));
      unloaded.remove(name);
      Version version = live.loaded().version();
      LOG.atInfo()
          .addKeyValue("version", version)
          .addKeyValue("sha256", version.digest())
          .log("loaded");
      return new Answered.Done<>(shown(live));
    } catch (ModelRefused refused) {
      String why = String.valueOf(refused.getMessage()).replace(file.get() + ": ", "");
      unloaded.put(name, VersionHealth.failed(name.model(), name.version(), why));
      LOG.atWarn().addKeyValue("version", name).addKeyValue("why", why).log("not loaded");
      return refused(Why.UNFIT, why);
    } finally {
      unloaded.computeIfPresent(
          name,
          (same, health) ->
              switch (health.state()) {
                case FAILED -> health;
                case LOADING, HEALTHY, DEGRADED, UNHEALTHY ->
                    VersionHealth.failed(name.model(), name.version(), "loading it broke");
              });
    }
  }

  private Optional<String> full(String model) {
    Map<String, Map<String, LiveVersion>> now = serving.versions();
    if (!now.containsKey(model)) {
      return now.size() < MOST_MODELS
          ? Optional.empty()
          : Optional.of("there can be " + MOST_MODELS + " models at once");
    }
    return now.getOrDefault(model, Map.of()).size() < MOST_VERSIONS
        ? Optional.empty()
        : Optional.of(
            "there can be "
                + MOST_VERSIONS
                + " versions of a model at once; unload one of "
                + model
                + " first");
  }

  private LiveVersion taken(Source source) throws ModelRefused {
    long began = System.nanoTime();
    Examined examined = confinement.examine(source.file(), Optional.empty());
    if (!examined.valid()) {
      throw new ModelRefused(String.join("; ", examined.faults()));
    }
    Loaded loaded = directory.load(source);
    try {
      if (!examined.digest().equals(Optional.of(loaded.version().digest()))) {
        throw new ModelRefused("the file was changed while it was tried");
      }
      for (LiveVersion sibling :
          serving.versions().getOrDefault(source.model(), Map.of()).values()) {
        List<String> differences = Examination.differences(loaded, sibling.loaded());
        if (!differences.isEmpty()) {
          throw new ModelRefused(String.join("; ", differences));
        }
      }
      LiveVersion live = commission.of(loaded);
      try {
        checkups.open(live, Duration.ofNanos(System.nanoTime() - began));
      } catch (ModelRefused refused) {
        live.batcher().close();
        throw refused;
      }
      watch.arrived(loaded.version());
      serving.add(live, strategy);
      return live;
    } catch (ModelRefused refused) {
      loaded.model().close();
      throw refused;
    }
  }

  @Override
  public Answered<Name> unload(Name name) {
    return alone(() -> unloading(name));
  }

  private Answered<Name> unloading(Name name) throws InterruptedException {
    if (serving.live(name.model(), name.version()).isEmpty()) {
      return unloaded.remove(name) != null
          ? new Answered.Done<>(name)
          : refused(Why.UNKNOWN, name + " is not loaded");
    }
    if (watch.inUse(name.model(), name.version())) {
      return refused(Why.CONFLICT, name + " is part of a rollout");
    }
    Optional<LiveVersion> removed = serving.remove(name.model(), name.version());
    if (removed.isEmpty()) {
      return refused(Why.CONFLICT, needed(name));
    }
    Thread.sleep(longestCall);
    LiveVersion gone = removed.get();
    gone.batcher().close();
    gone.loaded().model().close();
    checkups.drop(gone.loaded().version());
    watch.gone(gone.loaded().version());
    LOG.atInfo().addKeyValue("version", name).log("unloaded");
    return new Answered.Done<>(name);
  }

  private String needed(Name name) {
    Optional<Split> split = serving.routes().split(name.model());
    if (split.filter(it -> it.stable().equals(name.version())).isPresent()) {
      return name + " is stable";
    }
    if (split.flatMap(Split::canary).filter(name.version()::equals).isPresent()) {
      return name + " is the canary";
    }
    return name + " has a weight";
  }

  private static <T> Answered<T> refused(Why why, String detail) {
    return new Answered.Refused<>(why, detail);
  }

  /// Runs one piece of work if none is under way. Native runs hold the thread that they run on;
  /// requests are on virtual threads that share a few real ones.
  private <T> Answered<T> alone(Callable<Answered<T>> work) {
    if (!busy.compareAndSet(false, true)) {
      return refused(
          Why.BUSY, "another version is being tried, loaded or unloaded; try again later");
    }
    var task =
        new FutureTask<>(
            () -> {
              try {
                return work.call();
              } finally {
                busy.set(false);
              }
            });
    Thread.ofPlatform().daemon().name("shelf").start(task);
    try {
      return task.get();
    } catch (ExecutionException broken) {
      throw new IllegalStateException("a version did not come or go", broken.getCause());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return refused(Why.BUSY, "this instance is shutting down");
    }
  }
}
