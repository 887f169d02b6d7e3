package dev.sluice.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a running rollout costs a request: the same two versions of the same file, half and half,
/// by weights and by a rollout that is judged meanwhile, in turns in one process.
final class RolloutBench {
  private static final String TOKEN = "a-token-for-benchmarks";
  private static final int CALLERS = 8;
  private static final long PATIENCE_NANOS = 60_000_000_000L;
  private static final Pattern ID = Pattern.compile("\"id\":\"([a-z0-9]+)\"");
  private static final String HALF = "{\"weights\": {\"A\": 0.5, \"B\": 0.5}}";
  // Nothing is proven before the year is over.
  private static final String PLAN =
      "{\"version\": \"B\", \"steps\": [50], \"window_seconds\": 10, \"min_windows_per_step\": 1000000,"
          + " \"start\": true}";

  private final Place place;
  private final Effort effort;
  private final Pictures pictures;
  private final HttpClient client = HttpClient.newHttpClient();

  RolloutBench(Place place, Effort effort, Pictures pictures) {
    this.place = place;
    this.effort = effort;
    this.pictures = pictures;
  }

  List<Figure> run() throws IOException, InterruptedException {
    String model = place.model("vA.onnx").toString();
    var environment =
        Map.of(
            "MODEL_VA_PATH", model,
            "MODEL_VB_PATH", model,
            "ADMIN_TOKEN", TOKEN,
            "TICK_SECONDS", "1",
            "WINDOW_SECONDS", "10");
    var weights = new Figures();
    var rollout = new Figures();
    try (var served = Served.start(place, environment)) {
      var loop = new ClosedLoop(served.port(), Requests.picture(pictures.digit()), 200);
      // The code that judges has to be warm as well.
      String first = begun(served);
      loop.run(CALLERS, effort.warmUp());
      ask(served, "/admin/rollouts/" + first + "/rollback", "");
      for (int round = 0; round < 2 * effort.rounds(); round++) {
        ask(served, "/admin/config", HALF);
        weights.add(cpu(served, loop));
        String id = begun(served);
        rollout.add(cpu(served, loop));
        ask(served, "/admin/rollouts/" + id + "/rollback", "");
      }
    }
    return report(weights, rollout);
  }

  private double cpu(Served served, ClosedLoop loop) throws IOException, InterruptedException {
    long before = served.usage().cpuNanos();
    int requests = loop.run(CALLERS, 3 * effort.digits()).requests();
    return (served.usage().cpuNanos() - before) / 1e3 / requests;
  }

  private static List<Figure> report(Figures weights, Figures rollout) {
    List<Figure> figures = new ArrayList<>();
    figures.add(
        Figure.plain("digits A, half and half by weights: CPU", weights.median(), "us"));
    figures.add(
        Figure.plain("digits A, half and half by a rollout: CPU", rollout.median(), "us"));
    figures.add(
        Figure.atMost(
            "a running rollout against weights",
            rollout.median() / weights.median(),
            "x",
            1.05));
    return figures;
  }

  private String begun(Served served) throws IOException, InterruptedException {
    Matcher id = ID.matcher(ask(served, "/admin/rollouts", PLAN));
    if (!id.find()) {
      throw new IOException("a rollout has no id");
    }
    long began = System.nanoTime();
    while (!ask(served, "/admin/rollouts/" + id.group(1), "GET").contains("\"running\"")) {
      if (System.nanoTime() - began > PATIENCE_NANOS) {
        throw new IOException("the rollout did not run within a minute");
      }
      Thread.sleep(200);
    }
    return id.group(1);
  }

  private String ask(Served served, String path, String body)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + served.port() + path))
            .header("Authorization", "Bearer " + TOKEN)
            .header("Content-Type", "application/json");
    HttpResponse<String> answer =
        client.send(
            body.equals("GET")
                ? request.GET().build()
                : request.POST(HttpRequest.BodyPublishers.ofString(body)).build(),
            HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() >= 300) {
      throw new IOException(path + ": " + answer.statusCode() + " " + answer.body());
    }
    return answer.body();
  }
}
