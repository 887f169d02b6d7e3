package dev.sluice.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class PromtoolTest {
  @Test
  void promtoolFindsNothingToComplainOf() throws IOException, InterruptedException {
    var service = Watching.start();
    service.predicted(Watching.A);
    service.compared(1, 2, 0.25);
    service.rolledOut();

    String complaints =
        Promtool.installed().complaints(service.meters().scrape("").body(), "check", "metrics");

    assertThat(complaints).isEmpty();
  }

  @Test
  void promtoolWouldComplain() throws IOException, InterruptedException {
    byte[] bad = "# TYPE bad counter\nbad 1\n".getBytes(UTF_8);

    assertThat(Promtool.installed().complaints(bad, "check", "metrics")).contains("bad");
  }

  @Test
  void promtoolWouldNotUnderstandWhatIsNoExpression() throws IOException, InterruptedException {
    assertThat(Promtool.installed().complaints(List.of("up", "sum(up{job='a'})"))).isEmpty();
    assertThat(Promtool.installed().complaints(List.of("up", "sum by (up"))).contains("number_1");
  }
}
