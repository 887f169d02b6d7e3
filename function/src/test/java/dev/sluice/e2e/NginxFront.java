package dev.sluice.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// The local stack's front door: `infra/local/nginx.conf.template` as the scripts fill it in, run
/// by the nginx of this machine on free ports of loopback, with the certificate and the password
/// that the stack makes at its first start.
final class NginxFront implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final RunningNginx nginx;
  private final Path state;
  private final Path folder;
  private final Ports ports;

  private NginxFront(RunningNginx nginx, Path state, Path folder, Ports ports) {
    this.nginx = nginx;
    this.state = state;
    this.folder = folder;
    this.ports = ports;
  }

  private record Ports(int plain, int tls, int status) {}

  /// What ran, and how it ended.
  record Ran(int status, String output) {}

  /// What has to be installed.
  static void need() {
    Installed.need("nginx", "openssl");
  }

  /// Makes what the stack makes at its first start.
  ///
  /// @param state its folder
  static void makeStack(Path state) throws IOException, InterruptedException {
    Ran made = run(Map.of(), "bash", "-c", ". scripts/lib/stack.sh; make_stack " + state);
    if (made.status() != 0) {
      throw new AssertionError(made.output());
    }
  }

  /// @param state what [#makeStack] made
  /// @param folder where nginx writes
  static NginxFront before(List<Integer> replicas, Path state, Path folder)
      throws IOException, InterruptedException {
    return before(replicas, state, folder, 8_388_608);
  }

  /// @param most how many bytes a body may have
  static NginxFront before(List<Integer> replicas, Path state, Path folder, int most)
      throws IOException, InterruptedException {
    var ports =
        new Ports(RunningNginx.freePort(), RunningNginx.freePort(), RunningNginx.freePort());
    String names =
        replicas.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(" "));
    Ran rendered =
        run(
            Map.ofEntries(
                Map.entry("HTTP_LISTEN", "127.0.0.1:" + ports.plain()),
                Map.entry("HTTPS_LISTEN", "127.0.0.1:" + ports.tls()),
                Map.entry("STATUS_LISTEN", "127.0.0.1:" + ports.status()),
                Map.entry("HTTPS_PORT", Integer.toString(ports.tls())),
                Map.entry("REPLICAS", names),
                Map.entry("REPLICA_OPTIONS", ""),
                Map.entry("RESOLVER", "127.0.0.1"),
                Map.entry("SECRETS_DIR", state.toString()),
                Map.entry("RUN_DIR", folder.toString()),
                Map.entry("ACCESS_LOG", folder.resolve("access.log").toString()),
                Map.entry("OWN_NAMES", "localhost 127.0.0.1 *.sluice.test"),
                Map.entry("MAX_BODY_BYTES", Integer.toString(most)),
                Map.entry("BODY_SPACE_BYTES", "234881024"),
                Map.entry("READ_SECONDS", "40")),
            "scripts/lib/nginx-conf");
    if (rendered.status() != 0) {
      throw new AssertionError(rendered.output());
    }
    RunningNginx nginx = RunningNginx.alone(folder, rendered.output(), ports.tls());
    return new NginxFront(nginx, state, folder, ports);
  }

  /// Runs a command in the repository, with its output and errors as one text.
  static Ran run(Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    var builder = new ProcessBuilder(command).directory(root().toFile()).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ran(process.waitFor(), output);
  }

  /// The repository's top folder: the nearest one upwards that has the template.
  private static Path root() {
    return Stream.iterate(
            Path.of("").toAbsolutePath(), folder -> folder.getNameCount() > 0, NginxFront::above)
        .filter(folder -> Files.exists(folder.resolve("infra/local/nginx.conf.template")))
        .findFirst()
        .orElseThrow();
  }

  private static Path above(Path folder) {
    return folder.resolve("..").normalize();
  }

  String url() {
    return "https://localhost:" + ports.tls();
  }

  String plainUrl() {
    return "http://localhost:" + ports.plain();
  }

  String statusUrl() {
    return "http://127.0.0.1:" + ports.status() + "/stub_status";
  }

  /// `Authorization` of whoever knows the password.
  String login() {
    String pair = "sluice:" + text(state.resolve("password")).strip();
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  /// `scripts/smoke` against this door.
  Ran smoke(String... more) throws IOException, InterruptedException {
    var command =
        new ArrayList<>(List.of("scripts/smoke", url(), "--http", plainUrl(), "--user", "sluice"));
    command.addAll(List.of("--password-file", state.resolve("password").toString()));
    command.addAll(List.of("--cacert", state.resolve("tls.crt").toString()));
    command.addAll(List.of(more));
    return run(Map.of(), command.toArray(String[]::new));
  }

  /// A client that trusts the certificate, and comes from an address of its own: each has its own
  /// rate.
  ///
  /// @param host 1 to 254, the last part of the address
  HttpClient client(int host) {
    try {
      return HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .localAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) host}))
          .sslContext(trusting())
          .build();
    } catch (IOException | GeneralSecurityException impossible) {
      throw new AssertionError(impossible);
    }
  }

  /// A request in words of the test's own, by TLS.
  ///
  /// @param host 1 to 254, the last part of the caller's address
  RawRequest raw(int host, String words) throws IOException {
    try {
      return RawRequest.sent(trusting().getSocketFactory(), host, ports.tls(), words);
    } catch (GeneralSecurityException impossible) {
      throw new AssertionError(impossible);
    }
  }

  /// A request in words of the test's own, without TLS.
  ///
  /// @param tls at the port of TLS
  RawRequest plain(boolean tls, String words) throws IOException {
    int port = tls ? ports.tls() : ports.plain();
    return RawRequest.sent(SocketFactory.getDefault(), 1, port, words);
  }

  private SSLContext trusting() throws IOException, GeneralSecurityException {
    var keys = KeyStore.getInstance(KeyStore.getDefaultType());
    keys.load(null, null);
    try (var certificate = Files.newInputStream(state.resolve("tls.crt"))) {
      keys.setCertificateEntry(
          "front", CertificateFactory.getInstance("X.509").generateCertificate(certificate));
    }
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(keys);
    var context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  /// One request by a client of its own; a GET where there is no body.
  HttpResponse<String> send(int host, String path, byte[] body, String... headers)
      throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(URI.create(url() + path)).timeout(PATIENCE);
    if (body.length > 0) {
      request.POST(BodyPublishers.ofByteArray(body)).header("Content-Type", "application/json");
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    try (HttpClient client = client(host)) {
      return client.send(request.build(), BodyHandlers.ofString());
    }
  }

  /// The access log, a line for each request.
  List<String> log() {
    return text(folder.resolve("access.log")).lines().toList();
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException gone) {
      throw new UncheckedIOException(gone);
    }
  }

  @Override
  public void close() {
    nginx.close();
  }
}
