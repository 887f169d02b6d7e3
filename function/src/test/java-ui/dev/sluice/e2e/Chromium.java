package dev.sluice.e2e;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// The Chromium of this machine: what `SLUICE_CHROMIUM` names, else the first on `PATH`.
record Chromium(Path executable) {
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");

  static Optional<Chromium> find(Map<String, String> environment) {
    Stream<Path> named = Stream.ofNullable(environment.get("SLUICE_CHROMIUM")).map(Path::of);
    Stream<Path> onPath =
        Arrays.stream(environment.getOrDefault("PATH", "").split(File.pathSeparator))
            .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)));
    return Stream.concat(named, onPath).filter(Files::isExecutable).findFirst().map(Chromium::new);
  }

  Browser launch(Playwright playwright) {
    List<String> arguments = new ArrayList<>();
    if ("root".equals(System.getProperty("user.name"))) {
      // Its sandbox refuses to be run by root, as containers of CI do.
      arguments.add("--no-sandbox");
    }
    return playwright
        .chromium()
        .launch(new BrowserType.LaunchOptions().setExecutablePath(executable).setArgs(arguments));
  }
}
