package dev.sluice.nginx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.control.Actuator.Refused;
import dev.sluice.control.Outside;
import dev.sluice.control.OutsideAddress.Include;
import dev.sluice.control.OutsideContract;
import dev.sluice.rollout.Report;
import dev.sluice.rollout.Rollout;
import dev.sluice.routing.Share;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// With a program in place of nginx that writes down what it is asked, and says what a test wants;
/// with the real one it is done by `NginxLoopIT`.
class NginxActuatorTest extends OutsideContract {
  private static final String METRICS =
      """
      app_predictions_total{status="ok"} 0
      app_predictions_total{status="error"} 0
      app_predictions_total{status="timeout"} 0
      app_predictions_total{status="rejected"} 0
      sluice_rejections_total{reason="overload"} 0
      sluice_rejections_total{reason="deadline"} 0
      app_prediction_latency_seconds_bucket{le="+Inf"} 0
      process_start_time_seconds 1
      """;

  private final Scraper scraper = new Scraper();
  private final Path folder;
  private final HttpServer instance;
  private final Path file;
  private final Path calls;
  private final Path says;
  private NginxActuator actuator;

  NginxActuatorTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    instance = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    file = folder.resolve("web.conf");
    calls = folder.resolve("calls");
    says = folder.resolve("says");
    Path nginx = folder.resolve("nginx");
    Files.writeString(
        nginx,
        """
        #!/bin/sh
        echo "$*" >>'%s'
        if [ -f '%s'"$1" ]; then . '%s'"$1"; fi
        """
            .formatted(calls, says, says));
    Files.setPosixFilePermissions(nginx, PosixFilePermissions.fromString("rwx------"));
    Files.writeString(
        file,
        """
        upstream web {
          server 127.0.0.1:9; # version 1
          server 127.0.0.1:%d down; # version 2
        }
        """
            .formatted(instance.getAddress().getPort()));
    Files.writeString(calls, "");
    actuator =
        new NginxActuator(
            new Include(MODEL, file),
            NginxCommand.parse(folder.resolve("nginx").toString()),
            scraper,
            clock);
  }

  @Override
  protected Outside actuator() {
    return actuator;
  }

  private NginxActuator fresh() {
    return new NginxActuator(
        new Include(MODEL, file),
        NginxCommand.parse(folder.resolve("nginx") + " "),
        scraper,
        clock);
  }

  @AfterEach
  void stop() {
    instance.stop(0);
    scraper.close();
  }

  @Override
  protected Outside outside() {
    return actuator;
  }

  @Override
  protected void makeReady(String version) {
    instance.createContext(
        "/metrics",
        exchange -> {
          byte[] page = METRICS.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, page.length);
          exchange.getResponseBody().write(page);
          exchange.close();
        });
    instance.start();
  }

  @Override
  protected String nobody() {
    return "17";
  }

  @Override
  protected Traffic traffic() {
    return new Traffic() {
      @Override
      public Share of(Rollout rollout) throws Exception {
        return UpstreamFile.of(text()).share(rollout.canary());
      }

      @Override
      public void move(Rollout rollout, Share share) throws Exception {
        Files.writeString(file, UpstreamFile.of(text()).split(stable(), canary(), share).text());
      }
    };
  }

  private String text() throws IOException {
    return Files.readString(file);
  }

  private List<String> called() throws IOException {
    return Files.readAllLines(calls);
  }

  private void says(String option, String script) throws IOException {
    Files.writeString(folder.resolve("says" + option), script);
  }

  @Test
  void testsBeforeItReloadsAndDoesNeitherAgain() throws Exception {
    actuator.apply(at(10));
    actuator.apply(at(10));

    assertThat(called()).containsExactly("-t", "-s reload");
  }

  @Test
  void putsTheOldFileBackWhereNginxDoesNotTakeTheNewOneAndSaysWhatNginxSays() throws Exception {
    actuator.apply(at(10));
    String before = text();
    says(
        "-t",
        "echo 'nginx: [warn] x'; echo 'nginx: [emerg] no such thing in other.conf:3'; exit 1");

    assertThatThrownBy(() -> actuator.apply(at(25)))
        .isInstanceOf(Refused.class)
        .hasMessageEndingWith(
            "is as it was: nginx does not take its configuration: nginx: [emerg] no such thing in"
                + " other.conf:3");

    assertThat(text()).isEqualTo(before);
    assertThat(called()).containsExactly("-t", "-s reload", "-t");
    assertThat(actuator.inEffectSince(at(25))).isEmpty();
  }

  @Test
  void whatWasWrittenAndNotReloadedIsReloadedInTheNextTick() throws Exception {
    says("-s", "echo 'nginx: [error] invalid PID'; exit 1");
    assertThatThrownBy(() -> actuator.apply(at(10)))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("was not reloaded: nginx: [error] invalid PID");
    assertThat(actuator.inEffectSince(at(10))).isEmpty();
    Files.delete(folder.resolve("says-s"));

    actuator.apply(at(10));

    assertThat(called()).containsExactly("-t", "-s reload", "-t", "-s reload");
    assertThat(actuator.inEffectSince(at(10))).contains(START);
  }

  @Test
  void aMoveThatBeganIsReloadedAlsoWhileTheServiceStops() throws Exception {
    Thread.currentThread().interrupt();
    try {
      actuator.apply(at(10));
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }

    assertThat(called()).containsExactly("-t", "-s reload");
    assertThat(UpstreamFile.of(text()).share("2")).isEqualTo(Share.ofPercent(10));
  }

  @Test
  void putsTheOldFileBackAlsoWhileTheServiceStops() throws Exception {
    String before = text();
    says("-t", "echo 'nginx: [emerg] no such thing'; exit 1");

    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> actuator.apply(at(10)))
          .isInstanceOf(Refused.class)
          .hasMessageContaining("no such thing");
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }

    assertThat(text()).isEqualTo(before);
  }

  @Test
  void whoeverStartsDoesNotKnowWhatNginxRunsAndReloadsIt() throws Exception {
    actuator.apply(at(10));
    actuator = fresh();

    actuator.apply(at(10));

    assertThat(called()).containsExactly("-t", "-s reload", "-t", "-s reload");
  }

  @Test
  void whatSomebodyElseWroteIsReloadedToo() throws Exception {
    actuator.apply(at(10));
    Files.writeString(file, text().replace("}", "keepalive 4;\n}"));

    actuator.apply(at(10));

    assertThat(called()).containsExactly("-t", "-s reload", "-t", "-s reload");
    assertThat(text()).contains("keepalive 4;");
  }

  @Test
  void doesNotOverwriteWhatSomebodyWroteSinceItLooked() throws Exception {
    String theirs = text().replace("}", "keepalive 4;\n}");

    assertThatThrownBy(
            () ->
                actuator.apply(
                    at(10),
                    () -> {
                      write(theirs);
                      return true;
                    }))
        .isInstanceOf(Refused.class)
        .hasMessageEndingWith("is left as it is: somebody else wrote it meanwhile");

    assertThat(text()).isEqualTo(theirs);
    assertThat(called()).isEmpty();
  }

  @Test
  void doesNotPutBackOverWhatSomebodyWroteDuringTheTest() throws Exception {
    says("-t", "echo 'upstream theirs { }' >'%s'; exit 1".formatted(file));

    assertThatThrownBy(() -> actuator.apply(at(10))).isInstanceOf(Refused.class);

    assertThat(text()).isEqualTo("upstream theirs { }\n");
  }

  private void write(String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException broken) {
      throw new AssertionError(broken);
    }
  }

  @Test
  void keepsThePermissionsAndLeavesNothingBeside() throws Exception {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

    actuator.apply(at(10));

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-r-----");
    try (var files = Files.list(folder)) {
      assertThat(files.map(it -> it.getFileName().toString()))
          .containsExactlyInAnyOrder("web.conf", "calls", "nginx");
    }
  }

  @Test
  void aLinkStaysOne() throws Exception {
    Path real = Files.move(file, folder.resolve("real.conf"));
    Files.createSymbolicLink(file, real);

    actuator.apply(at(10));

    assertThat(file).isSymbolicLink();
    assertThat(UpstreamFile.of(Files.readString(real)).share("2")).isEqualTo(Share.ofPercent(10));
  }

  @Test
  void saysWhatIsWrongWithTheFile() throws Exception {
    write("upstream web { ip_hash; }");
    assertThatThrownBy(() -> actuator.split()).hasMessageContaining("line 1: with ip_hash");
    Files.delete(file);
    assertThatThrownBy(() -> actuator.split()).hasMessage("there is no file " + file);
  }

  private NginxActuator where(String host, String... addresses) {
    return new NginxActuator(
        new Include(MODEL, file),
        NginxCommand.parse(folder.resolve("nginx").toString()),
        scraper,
        new Addresses(name -> name.equals(host) ? List.of(addresses) : List.of(name)),
        clock);
  }

  @Test
  void aNameWithSeveralAddressesIsNotReadyAndNotSplit() throws Exception {
    write(text().replace("127.0.0.1:9", "web-1:9"));
    actuator = where("web-1", "10.0.0.5", "10.0.0.6");
    String why = "server web-1:9 of version 1 has 2 addresses (10.0.0.5, 10.0.0.6)";

    assertThat(actuator.readiness("2"))
        .hasValueSatisfying(
            report -> assertThat(((Report.LoadFailed) report).text()).startsWith(why));
    assertThatThrownBy(() -> actuator.apply(at(10)))
        .isInstanceOf(Refused.class)
        .hasMessageStartingWith(why);
    assertThat(called()).isEmpty();
  }

  @Test
  void aNameThatGetsASecondAddressDoesNotKeepTrafficFromGoingBack() throws Exception {
    actuator.apply(at(10));
    actuator = where("127.0.0.1", "10.0.0.5", "10.0.0.6");

    actuator.apply(at(0));

    assertThat(UpstreamFile.of(text()).share("2")).isEqualTo(Share.NONE);
  }

  private String refusal() throws Exception {
    return actuator
        .readiness("2")
        .map(report -> ((Report.LoadFailed) report).text())
        .orElse("none");
  }

  @Test
  void oneInstanceUnderTwoNamesIsNotReadyAndNotSplit() throws Exception {
    write(text().replaceFirst("127.0.0.1:[1-9][0-9]+", "web-1:9"));
    actuator = where("web-1", "127.0.0.1");
    String why =
        "versions 1 and 2 have one server, 127.0.0.1 port 9 (127.0.0.1:9 and web-1:9): nobody";

    assertThat(refusal()).startsWith(why);
    assertThatThrownBy(() -> actuator.apply(at(10)))
        .isInstanceOf(Refused.class)
        .hasMessageStartingWith(why);
    assertThat(called()).isEmpty();
  }

  @Test
  void aPortThatIsNotWrittenIsTheUsualOne() throws Exception {
    write(
        text()
            .replaceFirst("127.0.0.1:[1-9][0-9]+", "127.0.0.1:80")
            .replace("127.0.0.1:9;", "127.0.0.1;"));
    assertThat(refusal()).contains("127.0.0.1 port 80 (127.0.0.1 and 127.0.0.1:80)");
  }

  @Test
  void aNameThatOnlyNginxKnowsIsOneHoweverItIsWritten() throws Exception {
    write(
        text().replaceFirst("127.0.0.1:[1-9][0-9]+", "WEB-1:9").replace("127.0.0.1:9", "web-1:9"));
    actuator =
        new NginxActuator(
            new Include(MODEL, file),
            NginxCommand.parse(folder.resolve("nginx").toString()),
            scraper,
            new Addresses(name -> List.of()),
            clock);

    assertThat(refusal()).contains("(web-1:9 and WEB-1:9)");
  }

  @Test
  void knowsTheHostAndThePortOfAnAddress() throws Exception {
    UpstreamFile file =
        UpstreamFile.of(
            "upstream u {\n server [::1]:81; # version a\n server web; # version b\n}\n");

    assertThat(file.servers()).extracting(Server::host).containsExactly("[::1]", "web");
    assertThat(file.servers()).extracting(Server::port).containsExactly(81, 80);
  }

  @Test
  void anInstanceThatSaysNothingIsNotReady() throws Exception {
    assertThat(actuator.readiness("1")).isEmpty();
    assertThat(actuator.readiness("2")).isEqualTo(Optional.empty());
  }

  @Test
  void aProgramThatIsNotThereIsAWord() throws Exception {
    var lost =
        new NginxActuator(
            new Include(MODEL, file), NginxCommand.parse(folder + "/no-nginx"), scraper, clock);
    String before = text();

    assertThatThrownBy(() -> lost.apply(at(10)))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("no-nginx -t cannot be run");
    assertThat(text()).isEqualTo(before);
  }
}
