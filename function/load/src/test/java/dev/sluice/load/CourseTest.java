package dev.sluice.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
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
  void theLevelsOfARampAreToldApartHoweverSmallTheRateIs() {
    for (String rps : List.of("1", "4", "0.003", "400", "12345")) {
      assertThat(Course.ramp(Order.read(properties(rps, "80"))).phases())
          .extracting(Course.Phase::name)
          .as(rps)
          .doesNotHaveDuplicates();
    }
    assertThat(Course.ramp(order).phases().getFirst().name()).isEqualTo("50/s");
    assertThat(Course.ramp(Order.read(properties("1", "80"))).phases().getFirst().name())
        .isEqualTo("0.125/s");
  }

  @Test
  void aLevelIsWrittenAlikeEverywhere() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    try {
      assertThat(Course.ramp(Order.read(properties("4", "80"))).phases().getFirst().name())
          .isEqualTo("0.5/s");
      assertThat(Gate.measured(new Tally(), 10).promise())
          .isEqualTo("at least half of 10 requests were sent");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void aVeryShortSpikeStillExpectsWhatItSends() {
    Course spike = Course.spike(Order.read(properties("100", "1")));

    assertThat(spike.phases())
        .extracting(Course.Phase::length)
        .containsExactly(Duration.ofMillis(400), Duration.ofMillis(200), Duration.ofMillis(400));
    assertThat(spike.phases().getLast().requests()).isEqualTo(8);
    assertThat(spike.requests()).isEqualTo(36);
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
