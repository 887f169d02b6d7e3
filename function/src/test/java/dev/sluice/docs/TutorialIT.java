package dev.sluice.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Does what the tutorial says: two releases, judged by the traffic that it sends.
final class TutorialIT {
  @TempDir Path data;

  @Test
  void theTutorialWorksWordForWord() throws Exception {
    assertThat(Walkthrough.of("function/docs/tutorial.md", data)).isGreaterThan(12);
  }
}
