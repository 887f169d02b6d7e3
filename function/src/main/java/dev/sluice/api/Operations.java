package dev.sluice.api;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/// Answers what takes more than a glance and is no prediction: the page of metrics and the admin
/// API. Such requests have a small body or none.
final class Operations {
  private static final long LONGEST_BODY = 65_536;

  private final Admin admin;
  private final MetricsPage metrics;
  private final Refusals refusals;
  private final AtomicBoolean warming = new AtomicBoolean();

  Operations(Admin admin, MetricsPage metrics, Refusals refusals) {
    this.admin = admin;
    this.metrics = metrics;
    this.refusals = refusals;
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
      return admin.warmUp(body);
    } finally {
      warming.set(false);
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
    public Response answer(byte[] body) {
      try {
        return refusals.answered(response(body), visit);
      } catch (BadBody wrong) {
        return refusals.answered(
            refusals.quietly(
                Problem.INVALID_BODY,
                wrong.detail(),
                visit,
                List.of(new Problems.Fault(wrong.pointer(), wrong.detail())),
                List.of()),
            visit);
      } catch (RuntimeException | StackOverflowError bug) {
        return refusals.answered(refusals.broken(bug, visit), visit);
      }
    }

    private Response response(byte[] body) throws BadBody {
      return switch (visit.endpoint()) {
        case METRICS -> page(metrics.scrape(head.headers().first("accept").orElse("")));
        case ADMIN_CONFIG ->
            written(head.method().equals("POST") ? admin.change(body) : admin.config());
        case ADMIN_WARMUP -> written(warmUp(body));
        case ADMIN_PROMOTE -> written(admin.promote(body));
        case INFER, PREDICT, HEALTHZ, HEALTH, READY, OPENAPI, MANAGE, OTHER ->
            refusals.quietly(
                Problem.NOT_FOUND, "nothing is at this path", visit, List.of(), List.of());
      };
    }

    private Response page(MetricsPage.Page page) {
      return new Response(
          200,
          List.of(new Field("Content-Type", page.contentType())),
          page.body(),
          Response.After.KEEP);
    }

    private Response written(Admin.Result result) {
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
