package dev.sluice.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.control.Kept;
import dev.sluice.control.RolloutRecord;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Kills the process that writes, as often as `-Dsluice.kills` says.
class KilledWriterTest {
  private static final int KILLS = Integer.getInteger("sluice.kills", 5);

  @TempDir private Path folder;

  @Test
  void keepsEveryAcknowledgedWriteWhenItIsKilled() throws Exception {
    Path file = folder.resolve("sluice.db");
    var random = new Random(1);
    long before = -1;

    for (int kill = 0; kill < KILLS; kill++) {
      long acknowledged = killedAfter(1 + random.nextInt(40), file);

      assertThat(acknowledged).isGreaterThan(before);
      try (JdbcStore store = JdbcStore.open(file.toString())) {
        RolloutRecord found = store.find(Kept.draft("r1", "digits").id()).orElseThrow();
        assertThat(found.revision()).isBetween(acknowledged, acknowledged + 1);
        assertThat(
                store.entries(found.id(), -1, 100_000).stream()
                    .map(logged -> logged.entry().revision()))
            .isEqualTo(LongStream.rangeClosed(0, found.revision()).boxed().toList());
        before = found.revision();
      }
      assertThat(complaints(file)).isEqualTo("ok");
    }
  }

  /// The last revision that was acknowledged by a process that is killed after some.
  private static long killedAfter(int writes, Path file) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--enable-native-access=ALL-UNNAMED",
                    "-cp",
                    System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path")),
                    "dev.sluice.store.Writing",
                    file.toString()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    long acknowledged = -1;
    try (BufferedReader said = process.inputReader(StandardCharsets.UTF_8)) {
      int heard = 0;
      String line = said.readLine();
      while (line != null) {
        if (line.endsWith(Writing.WRITTEN)) {
          acknowledged = Long.parseLong(line.substring(0, line.indexOf(' ')));
        }
        heard++;
        if (heard == writes) {
          // By its handle: what it said is still to be read.
          process.toHandle().destroyForcibly();
        }
        line = said.readLine();
      }
    } finally {
      process.destroyForcibly().waitFor();
    }
    return acknowledged;
  }

  private static String complaints(Path file) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        var check = connection.prepareStatement("pragma integrity_check");
        var result = check.executeQuery()) {
      return result.next() ? result.getString(1) : "no answer";
    }
  }
}
