package dev.sluice.api;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// The door while models are being loaded: alive, but not ready for anything else.
public final class StartingDoor implements Door {
  private final Problems problems = new Problems(new JsonText());
  private final Supplier<RandomGenerator> chance;

  public StartingDoor(Supplier<RandomGenerator> chance) {
    this.chance = chance;
  }

  @Override
  public Entrance enter(Head head) {
    Trace trace = Trace.of(head.headers(), chance.get());
    return new Entrance.Answered(
        switch (head.target()) {
          case "/healthz" -> json(200, "{\"ok\":true}", trace);
          case "/v2/health/live" -> json(200, "{\"live\":true}", trace);
          case "/v2/health/ready" -> json(503, "{\"ready\":false}", trace);
          case "/ready" -> json(503, "{\"ready\":false,\"models_loaded\":false}", trace);
          default ->
              problems.response(
                  Problem.NOT_READY,
                  "models are being loaded; see /ready",
                  trace,
                  List.of(),
                  List.of(Problems.retryAfter(Duration.ofSeconds(1))));
        });
  }

  private static Response json(int status, String body, Trace trace) {
    var fields =
        List.of(
            new Field("Content-Type", "application/json"),
            new Field("Cache-Control", "no-store"),
            trace.field());
    return new Response(status, fields, body.getBytes(StandardCharsets.UTF_8), Response.After.KEEP);
  }

  @Override
  public Response refuse(Problem problem, String detail) {
    return problems.response(problem, detail, Trace.fresh(chance.get(), Optional.empty()));
  }
}
