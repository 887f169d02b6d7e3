package dev.sluice.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Properties;
import org.junit.jupiter.api.Test;

final class CourseTest {
  private final Order order = Order.read(properties("400", "80"));

  @Test
  void aRampHasEightStepsUpToTheRate() {
    Course ramp = Course.ramp(order);

    assertThat(ramp.phases())
        .hasSize(8)
        .extracting(Course.Phase::perSecond)
        .startsWith(50.0, 100.0)
        .endsWith(400.0);
    assertThat(ramp.requests()).isEqualTo(10 * (50 + 100 + 150 + 200 + 250 + 300 + 350 + 400));
  }

  @Test
  void aSpikeIsAFifthOfTheTimeAndFiveTimesAsHigh() {
    Course spike = Course.spike(order);

    assertThat(spike.phases())
        .extracting(Course.Phase::perSecond)
        .containsExactly(80.0, 400.0, 80.0);
    assertThat(spike.phases().get(1).length()).isEqualTo(Duration.ofSeconds(16));
  }

  @Test
  void aRequestBelongsToThePhaseInWhichItIsSent() {
    Course spike = Course.spike(order);

    assertThat(spike.at(Duration.ZERO).name()).isEqualTo("before");
    assertThat(spike.at(Duration.ofSeconds(32)).name()).isEqualTo("spike");
    assertThat(spike.at(Duration.ofSeconds(48)).name()).isEqualTo("after");
    assertThat(spike.at(Duration.ofHours(1)).name()).isEqualTo("after");
  }

  private static Properties properties(String rps, String seconds) {
    var properties = new Properties();
    properties.setProperty("rps", rps);
    properties.setProperty("seconds", seconds);
    return properties;
  }
}
