package dev.sluice.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Does what the README says.
final class ReadmeIT {
  @TempDir Path data;

  @Test
  void theReadmeWorksWordForWord() throws Exception {
    assertThat(Walkthrough.of("README.md", data)).isGreaterThan(8);
  }
}
