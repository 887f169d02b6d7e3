package dev.sluice.e2e;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A service that digits are sent to all the time, and a browser: what all tests of the console
/// share. For the thread that has opened it.
final class Stage implements AutoCloseable {
  private static final int REQUESTS_A_SECOND = 60;
  private static final int DIGITS = 24;
  // A machine that is busy with other things is slow, and not wrong.
  private static final double PATIENCE_MS = 30_000;
  // The part of its digits that each version reads right, as models/cards.json has it.
  private static final Map<String, Double> RIGHT = Map.of("A", 0.964, "B", 0.992, "C", 0.674);

  private final Path folder;
  private final Hook hook;
  private final RunningService service;
  private final Playwright playwright;
  private final Browser browser;
  private final Map<String, Session> sessions = new HashMap<>();
  private SteadyLoad load;
  private int visits;

  private Stage(
      Path folder,
      Hook hook,
      RunningService service,
      SteadyLoad load,
      Playwright playwright,
      Browser browser) {
    this.folder = folder;
    this.hook = hook;
    this.service = service;
    this.load = load;
    this.playwright = playwright;
    this.browser = browser;
  }

  static Stage open(Chromium chromium) throws IOException, InterruptedException {
    PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MS);
    Path folder = Files.createTempDirectory("sluice-console");
    Hook hook = Hook.listening();
    RunningService service =
        RunningService.easy(
            folder,
            Map.of(
                "TICK_SECONDS", "1",
                "WINDOW_SECONDS", "10",
                // So that every visit is an address of its own to the limit of log-ins.
                "TRUSTED_PROXIES", "127.0.0.1",
                "MODELS_DIR", models(folder).toString(),
                "AB_WEIGHT_A", "1",
                "AB_WEIGHT_B", "0",
                "WEBHOOK_URL", hook.url(),
                "WEBHOOK_SECRET", Hook.SECRET));
    Playwright playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    return new Stage(
        folder, hook, service, load(service, RIGHT), playwright, chromium.launch(playwright));
  }

  private static Path models(Path folder) throws IOException {
    Path models = folder.resolve("models");
    for (String version : List.of("digits/C", "sentence/v1", "sentence/v2", "sms/v1", "sms/v2")) {
      Path file = Files.createDirectories(models.resolve(version)).resolve("model.onnx");
      Files.copy(RunningService.home().resolve("models/" + version + "/model.onnx"), file);
    }
    return models;
  }

  private static SteadyLoad load(RunningService service, Map<String, Double> right)
      throws IOException {
    String digits =
        Pictures.batch(
            Pictures.heldOut().stream().limit(DIGITS).map(Pictures.HeldOut::png).toList());
    return SteadyLoad.on(service.port(), digits, REQUESTS_A_SECOND, right);
  }

  /// From now on versions read this part of their digits right, as those say who sent them.
  void read(Map<String, Double> right) throws IOException {
    load.close();
    load = load(service, right);
  }

  /// Where the service looks for versions.
  Path models() {
    return folder.resolve("models");
  }

  RunningService service() {
    return service;
  }

  Operated operated() {
    return new Operated(service);
  }

  Hook hook() {
    return hook;
  }

  /// Somebody who has not logged in.
  Visit stranger(Screen screen) {
    return visit(screen.options(), service.port());
  }

  Visit operator(Screen screen) throws Exception {
    return operator(screen, service.port());
  }

  /// @param port where the console is asked for, which may lead to the service on another way
  Visit operator(Screen screen, int port) throws Exception {
    return visit(session(RunningService.ADMIN).stored(screen.options(), port), port);
  }

  Visit viewer(Screen screen) throws Exception {
    int port = service.port();
    return visit(session(RunningService.VIEWER).stored(screen.options(), port), port);
  }

  private Visit visit(Browser.NewContextOptions options, int port) {
    visits++;
    String address = "10.0." + visits / 250 + "." + visits % 250;
    BrowserContext context =
        browser.newContext(options.setExtraHTTPHeaders(Map.of("X-Forwarded-For", address)));
    return new Visit(context, "http://127.0.0.1:" + port);
  }

  private Session session(String token) throws Exception {
    if (!sessions.containsKey(token)) {
      sessions.put(token, Session.of(service, token));
    }
    return sessions.get(token);
  }

  @Override
  public void close() throws IOException {
    playwright.close();
    load.close();
    service.close();
    hook.close();
    try (var files = Files.walk(folder)) {
      for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
