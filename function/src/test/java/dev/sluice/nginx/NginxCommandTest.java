package dev.sluice.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What becomes of a call of nginx that does not end.
class NginxCommandTest {
  @Test
  void whatIsCutOffIsCutOffWithWhateverItStarted(@TempDir Path folder) throws Exception {
    Path child = folder.resolve("child");
    var slow =
        new NginxCommand(
            List.of("sh", "-c", "sleep 300 & echo $! >'%s'; wait".formatted(child)),
            Duration.ofSeconds(3));

    assertThat(slow.reload()).hasValueSatisfying(it -> assertThat(it).contains("within 3 s"));

    Optional<ProcessHandle> left =
        ProcessHandle.of(Long.parseLong(Files.readString(child).strip()));
    // Whoever was killed may take a moment to be gone.
    left.ifPresent(it -> it.onExit().orTimeout(10, java.util.concurrent.TimeUnit.SECONDS).join());
  }
}
