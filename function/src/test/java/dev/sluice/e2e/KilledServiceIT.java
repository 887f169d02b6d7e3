package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.control.Entry;
import dev.sluice.control.Event;
import dev.sluice.control.Replay;
import dev.sluice.control.RolloutRecord;
import dev.sluice.control.Rollouts;
import dev.sluice.experiment.Window;
import dev.sluice.journal.RolloutJson;
import dev.sluice.store.JdbcStore;
import dev.sluice.store.StoreAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A service that is killed again and again under people's writes, running rollouts and callers.
/// The full size: `-Dsluice.kills=50 -Dsluice.writes=10000`.
class KilledServiceIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int KILLS = Integer.getInteger("sluice.kills", 5);
  private static final int WRITES = Integer.getInteger("sluice.writes", 1_000);
  private static final int WRITES_OF_A_LIFE = WRITES / (KILLS + 1);
  private static final long SEED = 20_261_121;
  // About how long a life is, unless it waits for the end of a window.
  private static final long LIFE_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long BETWEEN_CALLS_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final Rollouts.Filter ALL =
      new Rollouts.Filter(Optional.empty(), Optional.empty(), Rollouts.Filter.MOST);

  @TempDir Path folder;

  private final SplittableRandom chance = new SplittableRandom(SEED);
  private final List<Operator> operators =
      List.of(
          new Operator("digits", "B", false, chance.split()),
          new Operator("sms", "v2", true, chance.split()),
          new Operator("sentence", "v2", false, chance.split()));
  private final AtomicInteger predicted = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();

  /// What a store's file says when nobody has it open.
  ///
  /// @param active by the model
  private record Left(Map<String, RolloutRecord> active, int rollouts, int windows) {}

  @Test
  void everyAcknowledgedWriteIsThereAndNoWindowCountsTwice() throws Exception {
    var left = new Left(Map.of(), 0, 0);
    for (int kill = 0; kill < KILLS; kill++) {
      RunningService service = start();
      try {
        check(service, left);
        int writes = chance.nextInt(WRITES_OF_A_LIFE / 2, WRITES_OF_A_LIFE * 3 / 2);
        boolean judging = kill % 2 == 0;
        liveAndDie(service, left, writes, judging);
      } finally {
        service.kill();
      }
      left = left(folder.resolve("left-" + kill));
    }
    try (RunningService service = start()) {
      check(service, left);
      live(service, WRITES_OF_A_LIFE, Optional.empty());
      for (Operator operator : operators) {
        operator.checkAll(service);
      }
    }
    left = left(folder.resolve("left-at-the-end"));

    System.out.printf(
        "%d kills; writes: %d acknowledged, %d refused, %d open at a kill and sent again;"
            + " rollouts: %d begun; on record at last: %d rollouts and drafts, %d windows;"
            + " predictions: %d, failed: %d%n",
        KILLS,
        sum(Operator::acknowledged),
        sum(Operator::refused),
        sum(Operator::again),
        sum(Operator::begun),
        left.rollouts(),
        left.windows(),
        predicted.get(),
        failed.get());
    assertThat(failed).hasValue(0);
    assertThat(sum(Operator::acknowledged)).isGreaterThan(WRITES * 3 / 4);
    assertThat(left.windows()).isPositive();
  }

  private int sum(ToIntFunction<Operator> of) {
    return operators.stream().mapToInt(of).sum();
  }

  private RunningService start() throws Exception {
    return RunningService.easy(folder, Map.of("TICK_SECONDS", "1"));
  }

  /// What is routed is looked at first, and may be as wide as what was written by then.
  private void check(RunningService service, Left left) throws Exception {
    JsonNode models = tree(service, "/admin/config").path("models");
    for (RolloutRecord record : left.active().values()) {
      String path = "/admin/rollouts/" + record.id().value();
      double allowed = record.rollout().share().percent();
      for (JsonNode line : tree(service, path + "/history?limit=1000").path("history")) {
        if (line.path("revision").asLong() > record.revision()) {
          allowed = Math.max(allowed, line.path("share_to").asDouble());
        }
      }
      JsonNode weights = models.path(record.model()).path("weights");
      assertThat(weights.path(record.rollout().canary()).asDouble() * 100)
          .as("routed to the canary of %s", record.model())
          .isLessThanOrEqualTo(allowed + 1e-9);
    }
    for (Operator operator : operators) {
      operator.check(service);
    }
  }

  private static JsonNode tree(RunningService service, String path) throws Exception {
    return JSON.readTree(service.operate("GET", path, "").body());
  }

  /// @param judging whether it also lives until a window was closed, and dies then
  private void liveAndDie(RunningService service, Left left, int writes, boolean judging)
      throws Exception {
    int before = sum(Operator::acknowledged);
    long moment = chance.nextLong(TimeUnit.MILLISECONDS.toNanos(30));
    Callable<Boolean> killer =
        () -> {
          try {
            Poll.until(
                Duration.ofMinutes(2),
                () ->
                    sum(Operator::acknowledged) - before >= writes
                        && (!judging || hasJudged(service, left)),
                () -> "too few writes or windows: " + service.output());
            LockSupport.parkNanos(moment);
            return true;
          } finally {
            service.kill();
          }
        };
    live(service, Integer.MAX_VALUE, Optional.of(killer));
  }

  /// Whether some rollout has a window that was not closed before this life.
  private boolean hasJudged(RunningService service, Left left) throws Exception {
    for (Operator operator : operators) {
      Optional<String> current = operator.current();
      if (current.isPresent()) {
        long before =
            Optional.ofNullable(left.active().get(operator.model))
                .filter(record -> record.id().value().equals(current.get()))
                .map(record -> record.results().observed().toSeconds())
                .orElse(0L);
        JsonNode now = tree(service, "/admin/rollouts/" + current.get());
        if (now.at("/results/observed_seconds").asLong() > before) {
          return true;
        }
      }
    }
    return false;
  }

  /// Operators write and callers call until the service is gone, or so much is written.
  private void live(RunningService service, int writes, Optional<Callable<Boolean>> killer)
      throws Exception {
    var over = new AtomicBoolean();
    var running = new AtomicInteger(operators.size());
    List<Callable<Boolean>> tasks = new ArrayList<>();
    killer.ifPresent(tasks::add);
    for (Operator operator : operators) {
      tasks.add(
          () -> {
            try {
              return write(service, operator, writes / operators.size());
            } finally {
              over.set(running.decrementAndGet() == 0);
            }
          });
    }
    tasks.add(() -> call(service, over));
    tasks.add(() -> call(service, over));
    Crowd.together(tasks);
  }

  private boolean write(RunningService service, Operator operator, int writes) throws Exception {
    long pause = LIFE_NANOS * operators.size() / WRITES_OF_A_LIFE;
    int written = 0;
    while (written < writes && operator.write(service)) {
      written++;
      LockSupport.parkNanos(pause);
    }
    return true;
  }

  /// A call that a kill cuts off is nobody's failure; an answer other than 200 is one.
  private boolean call(RunningService service, AtomicBoolean over) throws Exception {
    String digit = Pictures.body(Pictures.digit("digit-7.png"));
    while (!over.get()) {
      try {
        answered(service.post("/v1/infer", digit).statusCode());
        answered(service.post("/predict", "{\"sms\":\"See you at 7\"}").statusCode());
        answered(service.post("/predict", "{\"sentence\":\"I love this!\"}").statusCode());
      } catch (IOException gone) {
        if (dies(service)) {
          return true;
        }
        failed.incrementAndGet();
      }
      LockSupport.parkNanos(BETWEEN_CALLS_NANOS);
    }
    return true;
  }

  // A killed process cuts its connections before the system says that it is gone.
  private static boolean dies(RunningService service) {
    long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
    while (service.alive() && System.nanoTime() < patience) {
      LockSupport.parkNanos(BETWEEN_CALLS_NANOS);
    }
    return !service.alive();
  }

  private void answered(int status) {
    predicted.incrementAndGet();
    if (status != 200) {
      failed.incrementAndGet();
    }
  }

  /// Looks at a copy, so that the service finds its file just as it left it.
  private Left left(Path copy) throws Exception {
    Files.createDirectories(copy);
    try (var files = Files.list(folder.resolve("data"))) {
      for (Path file : files.filter(each -> name(each).startsWith("sluice.db")).toList()) {
        // What maps the log is made anew from the log, as it is after a crash.
        if (!name(file).endsWith("-shm")) {
          Files.copy(file, copy.resolve(name(file)));
        }
      }
    }
    try (JdbcStore store = JdbcStore.open(new StoreAddress.Sqlite(copy.resolve("sluice.db")))) {
      var active = new HashMap<String, RolloutRecord>();
      store.active().forEach(record -> active.put(record.model(), record));
      List<RolloutRecord> all = store.list(ALL);
      int windows = 0;
      for (RolloutRecord record : all) {
        windows += windows(store, record);
      }
      return new Left(active, all.size(), windows);
    }
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }

  private static int windows(JdbcStore store, RolloutRecord record) throws Exception {
    List<Entry> entries =
        store.entries(record.id(), -1, Integer.MAX_VALUE).stream()
            .map(Entry.Logged::entry)
            .toList();
    var ends = new ArrayList<>();
    for (Entry entry : entries) {
      if (entry.event() instanceof Event.Judged(List<Window> taken)) {
        taken.forEach(window -> ends.add(window.end()));
      }
    }
    assertThat(ends).as("windows of %s", record.id()).doesNotHaveDuplicates();
    assertThat(record.evidence().repeated()).as("repeated in %s", record.id()).isZero();
    assertThat(entries.getLast().revision()).isEqualTo(record.revision());
    assertThat(entries.getLast().digest()).isEqualTo(RolloutJson.digest(record));
    assertThat(Replay.of(entries, RolloutJson::digest).identical()).isTrue();
    return ends.size();
  }
}
