package dev.sluice.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.docs.Console.Step;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// That a page is found wrong, and leaves nothing behind.
final class WalkthroughTest {
  private static final Duration SHORT = Duration.ofSeconds(5);

  @TempDir Path folder;

  /// A first command that says where it serves, and goes on; its process id is in a file.
  private Step serving(String shown) {
    String says = "echo $$ > " + pid() + "; echo serves; exec sleep 600";
    return new Step("bash -c '" + says + "'", shown);
  }

  private Path pid() {
    return folder.resolve("pid");
  }

  private void assertNothingIsLeft() throws Exception {
    assertThat(pid()).exists();
    long pid = Long.parseLong(Files.readString(pid()).strip());
    assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
  }

  @Test
  void aServiceThatSaysSomethingElseFailsAndIsEnded() throws Exception {
    assertThatThrownBy(() -> Walkthrough.through(List.of(serving("changed")), folder, SHORT))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("changed");
    assertNothingIsLeft();
  }

  @Test
  void aServiceThatEndsFails() {
    Step over = new Step("echo over", "serves");

    assertThatThrownBy(() -> Walkthrough.through(List.of(over), folder, SHORT))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("over");
  }

  @Test
  void anAnswerThatIsNotTheOneShownFailsAndTheServiceIsEnded() throws Exception {
    var steps = List.of(serving("serves"), new Step("echo one", "two"));

    assertThatThrownBy(() -> Walkthrough.through(steps, folder, Duration.ofMinutes(1)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("echo one");
    assertNothingIsLeft();
  }

  @Test
  void whatAScriptInTheBackgroundSaysAtFirstIsRead() throws Exception {
    String nobody = " --target http://127.0.0.1:9 >" + folder.resolve("out") + " &";
    var steps =
        List.of(
            serving("serves"), new Step("scripts/digits" + nobody, "sends digits all the same"));

    assertThatThrownBy(() -> Walkthrough.through(steps, folder, Duration.ofMinutes(1)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("scripts/digits: nobody answers at http://127.0.0.1:9");
    assertNothingIsLeft();
  }

  @Test
  void whatIsShownIsWhatIsSaid() throws Exception {
    var steps = List.of(serving("serves"), new Step("echo one", "one"));

    Walkthrough.through(steps, folder, Duration.ofMinutes(1));

    assertNothingIsLeft();
  }
}
