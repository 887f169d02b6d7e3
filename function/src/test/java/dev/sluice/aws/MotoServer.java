package dev.sluice.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Moto, a stand-in for AWS, where it is installed. In CI it has to be. Started on a free port when
/// it is first asked for, stopped with the JVM.
final class MotoServer {
  private static final Pattern UP = Pattern.compile("Running on (http://[0-9.:]+)");

  private MotoServer() {}

  private static final class Running {
    static final URI ENDPOINT = start();

    private static URI start() {
      try {
        Process process =
            new ProcessBuilder(program().orElseThrow().toString(), "-H", "127.0.0.1", "-p", "0")
                .redirectErrorStream(true)
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
        BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
        URI endpoint = endpoint(said);
        Thread.startVirtualThread(() -> said.lines().forEach(line -> {}));
        return endpoint;
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
    }

    private static URI endpoint(BufferedReader said) throws IOException {
      var all = new StringBuilder();
      for (String line = said.readLine(); line != null; line = said.readLine()) {
        Matcher up = UP.matcher(line);
        if (up.find()) {
          return URI.create(up.group(1));
        }
        all.append(line).append('\n');
      }
      throw new IOException("moto_server ended: " + all);
    }
  }

  private static Optional<Path> program() {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
        .map(folder -> Path.of(folder, "moto_server"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /// Skips the test where there is none.
  static void required() {
    boolean installed = program().isPresent();
    if ("true".equals(System.getenv("CI"))) {
      assertThat(installed).as("moto_server in CI").isTrue();
    }
    assumeTrue(installed, "moto_server is not installed (pip install 'moto[server]')");
  }

  static URI endpoint() {
    return Running.ENDPOINT;
  }

  /// What it answers to a call for which there is no client here.
  static String ask(String service, String form) throws IOException, InterruptedException {
    // What it goes by, since every service is at the same address.
    String scope =
        "Credential=test/20260101/%s/%s/aws4_request".formatted(TestAccount.REGION, service);
    HttpRequest request =
        HttpRequest.newBuilder(endpoint())
            .header(
                "Authorization", "AWS4-HMAC-SHA256 " + scope + ", SignedHeaders=host, Signature=x")
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      return answer.body();
    }
  }
}
