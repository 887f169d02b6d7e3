package dev.sluice.announce;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.rollout.Cause;
import dev.sluice.rollout.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Receivers verify as `docs/api.md` tells them: here its own lines do it.
class SignatureTest {
  private static final String SECRET = "0123456789 abc$def";
  private static final Instant AT = Instant.parse("2026-03-01T12:00:00Z");
  private static final Pattern SNIPPET =
      Pattern.compile("<!-- webhook:verify -->\n```bash\n(.*?)\n```", Pattern.DOTALL);

  @TempDir private Path folder;

  @Test
  void theDocumentedLinesKnowWhatIsGenuine() throws Exception {
    var change = Told.moved(Phase.FAILED, Cause.Code.LOAD_FAILED);
    String body = Announcement.of(Told.logged(change)).orElseThrow().body();
    String signature = Signature.of(SECRET, AT, body);

    assertThat(verified(signature, body)).isEqualTo("genuine\n");
    assertThat(verified(signature, body + " ")).isEqualTo("forged\n");
    assertThat(verified(signature.replace("t=1", "t=2"), body)).isEqualTo("forged\n");
    assertThat(verified(Signature.of("another secret!!", AT, body), body)).isEqualTo("forged\n");
  }

  private String verified(String signature, String body) throws IOException, InterruptedException {
    Matcher snippet = SNIPPET.matcher(Files.readString(Path.of("docs/api.md")));
    assertThat(snippet.find()).isTrue();
    Files.writeString(folder.resolve("body"), body);
    Path said = folder.resolve("said");
    var builder =
        new ProcessBuilder("bash", "-c", snippet.group(1))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile());
    builder.environment().put("SIGNATURE", signature);
    builder.environment().put("WEBHOOK_SECRET", SECRET);
    assertThat(builder.start().waitFor()).isZero();
    return Files.readString(said, UTF_8);
  }
}
