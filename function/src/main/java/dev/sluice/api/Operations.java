package dev.sluice.api;

import dev.sluice.control.Ruling;
import dev.sluice.control.StoreUnavailable;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;

/// Answers what takes more than a glance and is no prediction: the page of metrics and the admin
/// API. Such requests have a small body or none.
final class Operations {
  private static final long LONGEST_BODY = 65_536;
  private static final int SAID_BYTES = 1_000;

  private final Repository repository;
  private final Admin admin;
  private final RolloutAnswering rollouts;
  private final ModelsAdmin models;
  private final SystemView system;
  private final Rulings rulings;
  private final InstantSource instants;
  private final MetricsPage metrics;
  private final Refusals refusals;
  private final ApiListener listener;
  private final AtomicBoolean warming = new AtomicBoolean();

  Operations(
      Repository repository,
      Admin admin,
      RolloutAnswering rollouts,
      ModelsAdmin models,
      SystemView system,
      Rulings rulings,
      InstantSource instants,
      MetricsPage metrics,
      Refusals refusals,
      ApiListener listener) {
    this.repository = repository;
    this.admin = admin;
    this.models = models;
    this.system = system;
    this.rollouts = rollouts;
    this.rulings = rulings;
    this.instants = instants;
    this.metrics = metrics;
    this.refusals = refusals;
    this.listener = listener;
  }

  Exchange exchange(Head head, Visit visit) {
    return new Operation(head, visit);
  }

  /// One at a time: a warm-up runs every model, which callers feel.
  private Admin.Result warmUp(byte[] body) throws BadBody {
    if (!warming.compareAndSet(false, true)) {
      return new Admin.Result.Refused(
          Problem.OVERLOADED, "a warm-up is under way; try again when it is over");
    }
    try {
      return onPlatformThread(() -> admin.warmUp(body));
    } finally {
      warming.set(false);
    }
  }

  /// Native runs hold the thread that they run on; requests, this one too, are on virtual threads
  /// that share a few real ones.
  private static Admin.Result onPlatformThread(Callable<Admin.Result> work) throws BadBody {
    var task = new FutureTask<>(work);
    Thread.ofPlatform().daemon().name("warm-up").start(task);
    try {
      return task.get();
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof BadBody wrong) {
        throw wrong;
      }
      throw new IllegalStateException("a warm-up broke", failed.getCause());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return new Admin.Result.Refused(Problem.SHUTTING_DOWN, "this instance is shutting down");
    }
  }

  private final class Operation implements Exchange {
    private final Head head;
    private final Visit visit;

    Operation(Head head, Visit visit) {
      this.head = head;
      this.visit = visit;
    }

    @Override
    public long maxBodyBytes() {
      return LONGEST_BODY;
    }

    @Override
    public boolean reserve(long bytes) {
      return true;
    }

    @Override
    public Response answer(Content body) {
      try {
        return refusals.answered(response(body.bytes()), visit);
      } catch (BadBody wrong) {
        return refusals.answered(
            refusals.quietly(
                Problem.INVALID_BODY, wrong.detail(), visit, wrong.faults(), List.of()),
            visit);
      } catch (BadHead wrong) {
        return refusals.of(Problem.BAD_REQUEST, wrong.detail(), visit);
      } catch (StoreUnavailable away) {
        return refusals.answered(rulings.away(visit), visit);
      } catch (RuntimeException | StackOverflowError bug) {
        return refusals.answered(refusals.broken(bug, visit), visit);
      }
    }

    private Response response(byte[] body) throws BadBody, BadHead, StoreUnavailable {
      Person person = Person.of(head.headers());
      return switch (visit.endpoint()) {
        case METRICS -> page(metrics.scrape(head.headers().first("accept").orElse("")));
        case ADMIN_CONFIG ->
            head.method().equals("POST")
                ? changed(written(admin.change(body)), person, body)
                : written(admin.config());
        case ADMIN_WARMUP -> written(warmUp(body));
        case ADMIN_PROMOTE ->
            changed(written(admin.promote(body, person, instants.instant())), person, body);
        case ADMIN_SYSTEM -> written(new Admin.Result.Done(system.at(instants.instant())));
        case ADMIN_MODELS -> written(models.list());
        case ADMIN_MODELS_VALIDATE -> written(models.validate(body));
        case ADMIN_MODELS_LOAD -> changed(written(models.load(body)), person, body);
        case ADMIN_MODELS_UNLOAD -> changed(written(models.unload(body)), person, body);
        // Whoever changes a rollout is in its history.
        case ROLLOUTS,
            ROLLOUT,
            ROLLOUT_VERB,
            ROLLOUT_HISTORY,
            ROLLOUT_EXPLAIN,
            ROLLOUT_REPLAY,
            ROLLOUT_SERIES,
            ADMIN_HISTORY ->
            rollouts.answer(head, visit, body);
        case V2_INDEX -> repository.index(body);
        case V2_LOAD -> changed(answered(repository.load(visit)), person, body);
        case V2_UNLOAD -> changed(answered(repository.unload(visit)), person, body);
        case INFER,
            PREDICT,
            FEEDBACK,
            V2,
            V2_LIVE,
            V2_READY,
            V2_STATS,
            V2_MODEL,
            V2_MODEL_READY,
            V2_MODEL_CONFIG,
            V2_MODEL_STATS,
            V2_MODEL_INFER,
            V2_VERSION,
            V2_VERSION_READY,
            V2_VERSION_CONFIG,
            V2_VERSION_STATS,
            V2_VERSION_INFER,
            SAGEMAKER_PING,
            SAGEMAKER_INVOCATIONS,
            KSERVE_MODELS,
            KSERVE_PREDICT,
            KSERVE_MODEL,
            VERTEX_PREDICT,
            VERTEX_HEALTH,
            HEALTHZ,
            HEALTH,
            READY,
            OPENAPI,
            ADMIN_EVENTS,
            CONSOLE,
            CONSOLE_ASSET,
            CONSOLE_SESSION,
            MANAGE,
            OTHER ->
            refusals.quietly(
                Problem.NOT_FOUND, "nothing is at this path", visit, List.of(), List.of());
      };
    }

    private Response answered(Repository.Moved moved) {
      return switch (moved) {
        case Repository.Moved.Done done ->
            new Response(
                200,
                List.of(new Field("Cache-Control", "no-store")),
                new byte[0],
                Response.After.KEEP);
        case Repository.Moved.Refused(Problem problem, String detail) ->
            refusals.quietly(problem, detail, visit, List.of(), List.of());
      };
    }

    private Response changed(Response response, Person person, byte[] body) {
      if (response.status() < 300) {
        var said = new String(body, 0, Math.min(body.length, SAID_BYTES), StandardCharsets.UTF_8);
        listener.operated(visit.trace(), visit.endpoint(), person.name(), said);
      }
      return response;
    }

    private Response page(MetricsPage.Page page) {
      return new Response(
          200,
          List.of(new Field("Content-Type", page.contentType())),
          page.body(),
          Response.After.KEEP);
    }

    private Response written(Admin.Result result) throws StoreUnavailable {
      return switch (result) {
        case Admin.Result.Done(byte[] json) ->
            new Response(
                200,
                List.of(
                    new Field("Content-Type", "application/json"),
                    new Field("Cache-Control", "no-store")),
                json,
                Response.After.KEEP);
        case Admin.Result.Refused(Problem problem, String detail) ->
            refusals.quietly(problem, detail, visit, List.of(), List.of());
        case Admin.Result.Ruled(Ruling ruling) ->
            rulings.answer(
                ruling,
                visit,
                done -> written(admin.config()),
                settings -> written(admin.config()));
      };
    }

    @Override
    public Response refuse(Problem problem, String detail) {
      return refusals.of(problem, detail, visit);
    }

    @Override
    public void close() {
      // Nothing was taken.
    }
  }
}
