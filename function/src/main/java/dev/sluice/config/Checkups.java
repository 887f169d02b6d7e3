package dev.sluice.config;

import com.sun.management.OperatingSystemMXBean;
import dev.sluice.inference.Deadline;
import dev.sluice.inference.ImageDecoder;
import dev.sluice.inference.Version;
import dev.sluice.onnx.ModelRefused;
import dev.sluice.serving.Check;
import dev.sluice.serving.Checks;
import dev.sluice.serving.Inputs;
import dev.sluice.serving.KnownAnswer;
import dev.sluice.serving.LiveVersion;
import dev.sluice.serving.RecentLatency;
import dev.sluice.serving.Serving;
import dev.sluice.serving.VersionHealth;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Measures now and then what the checks of the versions go by, on a thread of its own; requests
/// pay nothing for it. Thread-safe.
final class Checkups implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Checkups.class);
  private static final long PAGE_BYTES = 4096;

  private final Serving serving;
  private final Inputs inputs;
  private final ImageDecoder decoder;
  private final Duration deadline;
  private final LongSupplier clock;
  private final Map<Version, File> files = new ConcurrentHashMap<>();
  private final ScheduledExecutorService rounds =
      Executors.newSingleThreadScheduledExecutor(
          work -> Thread.ofPlatform().daemon().name("checkups").unstarted(work));

  /// What is known of a version.
  ///
  /// @param loading how long it took to become warm
  /// @param known the fixed request of those that have one
  /// @param last what came of it
  /// @param askedNanos when it was made the last time
  private record File(
      Duration loading,
      RecentLatency latency,
      Optional<KnownAnswer> known,
      Optional<KnownAnswer.Result> last,
      Duration asking,
      long askedNanos) {
    File with(RecentLatency next) {
      return new File(loading, next, known, last, asking, askedNanos);
    }

    File asked(KnownAnswer.Result result, Duration took, long now) {
      return new File(loading, latency, known, Optional.of(result), took, now);
    }
  }

  Checkups(
      Serving serving, Inputs inputs, ImageDecoder decoder, Duration deadline, LongSupplier clock) {
    this.serving = serving;
    this.inputs = inputs;
    this.decoder = decoder;
    this.deadline = deadline;
    this.clock = clock;
  }

  /// Looks at every version from now on.
  void start() {
    long period = Checks.INTERVAL.toMillis();
    var unused = rounds.scheduleWithFixedDelay(this::guarded, 0, period, TimeUnit.MILLISECONDS);
  }

  /// Opens the file of a version.
  ///
  /// @throws ModelRefused when its fixed request cannot be used
  void open(LiveVersion live, Duration loading) throws ModelRefused {
    long now = clock.getAsLong();
    files.put(
        live.loaded().version(),
        new File(
            loading,
            RecentLatency.NONE.with(live.page().latencies(), now),
            FixedRequest.of(live.loaded(), decoder),
            Optional.empty(),
            Duration.ZERO,
            now - Checks.CUSTOM_INTERVAL.toNanos()));
  }

  void drop(Version version) {
    files.remove(version);
  }

  /// Looks at every version once, on the calling thread.
  void once() {
    guarded();
  }

  // A round that breaks must not be the last one.
  private void guarded() {
    try {
      round();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException broken) {
      LOG.atWarn().setCause(broken).log("a round of health checks broke");
    }
  }

  /// Looks at every version once.
  void round() throws InterruptedException {
    for (Map<String, LiveVersion> siblings : serving.versions().values()) {
      for (LiveVersion live : siblings.values()) {
        Version version = live.loaded().version();
        long now = clock.getAsLong();
        files.computeIfPresent(
            version, (same, file) -> file.with(file.latency().with(live.page().latencies(), now)));
        Optional<File> file = Optional.ofNullable(files.get(version));
        if (file.isPresent()
            && file.get().known().isPresent()
            && now - file.get().askedNanos() >= Checks.CUSTOM_INTERVAL.toNanos()) {
          ask(live, file.get().known().get(), now);
        }
      }
    }
  }

  private void ask(LiveVersion live, KnownAnswer known, long now) throws InterruptedException {
    KnownAnswer.Result result =
        known.ask(live, inputs, new Deadline(clock.getAsLong() + deadline.toNanos()));
    var took = Duration.ofNanos(clock.getAsLong() - now);
    files.computeIfPresent(live.loaded().version(), (same, file) -> file.asked(result, took, now));
  }

  /// How a loaded version is.
  VersionHealth of(LiveVersion live) {
    Version version = live.loaded().version();
    var checks = new ArrayList<Check>();
    Optional<File> file = Optional.ofNullable(files.get(version));
    checks.add(Checks.loaded(file.map(File::loading).orElse(Duration.ZERO)));
    long began = clock.getAsLong();
    RecentLatency latency = file.map(File::latency).orElse(RecentLatency.NONE);
    checks.add(
        Checks.latency(
            latency.with(live.page().latencies(), began).tail(), deadline, since(began)));
    began = clock.getAsLong();
    checks.add(Checks.errors(live.errors().lastMinute(began), since(began)));
    began = clock.getAsLong();
    List<Checks.Memory> memory = memory();
    checks.add(Checks.memory(memory, since(began)));
    file.filter(it -> it.known().isPresent())
        .ifPresent(it -> checks.add(Checks.custom(it.last(), it.asking())));
    return VersionHealth.of(version.model(), version.name(), version.digest(), checks);
  }

  private Duration since(long began) {
    return Duration.ofNanos(clock.getAsLong() - began);
  }

  /// The heap as the last collection left it, because what lies around before one says nothing, and
  /// all of the process against the machine or container.
  private static List<Checks.Memory> memory() {
    var kinds = new ArrayList<Checks.Memory>();
    long kept = 0;
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      var collected = pool.getCollectionUsage();
      if (pool.getType() == MemoryType.HEAP && collected != null) {
        kept += collected.getUsed();
      }
    }
    kinds.add(new Checks.Memory("heap", kept, Runtime.getRuntime().maxMemory()));
    if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
      resident()
          .ifPresent(
              bytes -> kinds.add(new Checks.Memory("process", bytes, system.getTotalMemorySize())));
    }
    return kinds;
  }

  private static Optional<Long> resident() {
    try {
      String pages = Files.readString(Path.of("/proc/self/statm")).split(" ", 3)[1];
      return Optional.of(Long.parseLong(pages) * PAGE_BYTES);
    } catch (IOException | NumberFormatException notLinux) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    var unused = rounds.shutdownNow();
  }
}
