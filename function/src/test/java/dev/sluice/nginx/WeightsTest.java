package dev.sluice.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `scripts/` do with a file where no controller runs.
class WeightsTest {
  private static final String TEXT =
      """
      upstream web {
        server 127.0.0.1:1; # version v1
        server 127.0.0.1:2 down; # version v2
      }
      """;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
  private final Path file;
  private final Path calls;
  private final Path fails;
  private final Weights weights;

  WeightsTest(@TempDir Path folder) throws IOException {
    file = Files.writeString(folder.resolve("web.conf"), TEXT);
    calls = Files.writeString(folder.resolve("calls"), "");
    fails = folder.resolve("fails");
    Path nginx = folder.resolve("nginx");
    Files.writeString(
        nginx,
        """
        #!/bin/sh
        echo "$*" >>'%s'
        [ ! -f '%s'"$1" ]
        """
            .formatted(calls, fails));
    Files.setPosixFilePermissions(nginx, PosixFilePermissions.fromString("rwx------"));
    weights =
        new Weights(
            NginxCommand.parse(nginx.toString()),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(errors, true, StandardCharsets.UTF_8));
  }

  private int run(String... arguments) {
    out.reset();
    errors.reset();
    return weights.run(List.of(arguments));
  }

  private String seen() {
    assertThat(run("read", file.toString())).isEqualTo(Weights.DONE);
    Matcher seen =
        Pattern.compile("\"seen\":\"([^\"]*)\"").matcher(out.toString(StandardCharsets.UTF_8));
    assertThat(seen.find()).isTrue();
    return seen.group(1);
  }

  private int move(String points, String seen) {
    return run("move", file.toString(), "v1", "v2", points, seen);
  }

  private List<String> called() throws IOException {
    return Files.readAllLines(calls);
  }

  @Test
  void movesWhatWasSeen() throws Exception {
    assertThat(move("500", seen())).isEqualTo(Weights.DONE);

    assertThat(Files.readString(file)).contains("127.0.0.1:2 weight=500; # version v2");
    assertThat(called()).containsExactly("-t", "-s reload");
  }

  @Test
  void tellsTextsApartThatHaveOneHashCode() throws Exception {
    Files.writeString(file, TEXT + "# Aa\n");
    String seen = seen();
    Files.writeString(file, TEXT + "# BB\n");

    assertThat(move("500", seen)).isEqualTo(Weights.CROSSED);

    assertThat(Files.readString(file)).isEqualTo(TEXT + "# BB\n");
    assertThat(called()).isEmpty();
  }

  @Test
  void weightsThatAreThereAlreadyAreReloadedAllTheSame() throws Exception {
    Files.writeString(fails.resolveSibling("fails-s"), "");
    assertThat(move("500", seen())).isEqualTo(Weights.REFUSED);
    assertThat(errors.toString(StandardCharsets.UTF_8)).contains("was not reloaded");
    Files.delete(fails.resolveSibling("fails-s"));

    assertThat(move("500", seen())).isEqualTo(Weights.DONE);

    assertThat(called()).containsExactly("-t", "-s reload", "-t", "-s reload");
  }

  @Test
  void loadsTheFileAsItIs() throws Exception {
    assertThat(run("load", file.toString())).isEqualTo(Weights.DONE);

    assertThat(Files.readString(file)).isEqualTo(TEXT);
    assertThat(called()).containsExactly("-t", "-s reload");
  }

  private String read() {
    assertThat(run("read", file.toString())).isEqualTo(Weights.DONE);
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void saysThatNginxMayRunSomethingElseUntilItIsReloaded() throws Exception {
    assertThat(read()).contains("\"unloaded\":null");
    Files.writeString(fails.resolveSibling("fails-s"), "");
    assertThat(move("500", seen())).isEqualTo(Weights.REFUSED);
    assertThat(read()).contains("\"unloaded\":\"nginx was not reloaded: ");

    // Nor is it forgotten by whoever tries again.
    Path nginx = file.resolveSibling("nginx");
    String script = Files.readString(nginx);
    Path note = file.resolveSibling(".web.conf.sluice.unloaded");
    Files.writeString(nginx, "#!/bin/sh\ngrep -q 'was not reloaded: ' '%s'\n".formatted(note));
    Files.writeString(note, "nginx was not reloaded: x");
    assertThat(run("load", file.toString())).isEqualTo(Weights.DONE);
    Files.writeString(nginx, script);
    assertThat(move("400", seen())).isEqualTo(Weights.REFUSED);

    // A test that fails changes nothing about that.
    Files.writeString(fails.resolveSibling("fails-t"), "");
    assertThat(run("load", file.toString())).isEqualTo(Weights.REFUSED);
    assertThat(read()).contains("\"unloaded\":\"nginx was not reloaded: ");

    Files.delete(fails.resolveSibling("fails-s"));
    Files.delete(fails.resolveSibling("fails-t"));
    assertThat(run("load", file.toString())).isEqualTo(Weights.DONE);
    assertThat(read()).contains("\"unloaded\":null");
  }

  @Test
  void whatNginxRefusesChangesNothingOfWhatItRuns() throws Exception {
    Files.writeString(fails.resolveSibling("fails-t"), "");

    assertThat(move("500", seen())).isEqualTo(Weights.REFUSED);

    assertThat(read()).contains("\"unloaded\":null");
  }

  @Test
  void whoeverDiesBeforeTheReloadLeavesWord() throws Exception {
    // The reload itself looks, as it would be left by a kill.
    Path note = file.resolveSibling(".web.conf.sluice.unloaded");
    Path seen = file.resolveSibling("seen");
    Path nginx = file.resolveSibling("nginx");
    Files.writeString(nginx, Files.readString(nginx) + "cp '%s' '%s'\n".formatted(note, seen));

    assertThat(move("500", seen())).isEqualTo(Weights.DONE);

    assertThat(seen).hasContent("nginx has not been reloaded since the file was written");
    assertThat(note).doesNotExist();
  }

  @Test
  void escapesWhatNginxSays() throws Exception {
    Files.writeString(file.resolveSibling(".web.conf.sluice.unloaded"), "unknown \"a\\b\"\n in c");

    assertThat(read()).contains("\"unloaded\":\"unknown \\\"a\\\\b\\\"  in c\"");
  }

  @Test
  void explainsItself() {
    assertThat(run("move", file.toString())).isEqualTo(Weights.WRONG_USE);
    assertThat(errors.toString(StandardCharsets.UTF_8)).contains("load FILE");
  }
}
