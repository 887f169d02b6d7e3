package dev.sluice.nginx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.control.Observations.Unreadable;
import dev.sluice.experiment.Tally;
import dev.sluice.statistics.LatencyBuckets;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScrapeTest {
  private static final String PAGE =
      """
      # HELP app_predictions_total Predictions.
      # TYPE app_predictions_total counter
      app_predictions_total{model="digits",status="ok",version="A"} 90.0
      app_predictions_total{model="digits",status="error",version="A"} 6.0
      app_predictions_total{model="digits",status="timeout",version="A"} 4.0
      app_predictions_total{model="digits",status="rejected",version="A"} 5.0
      app_predictions_total{model="texts",status="ok",version="a \\"quoted\\", one"} 1e1 1700000000000
      app_prediction_latency_seconds_bucket{model="digits",version="A",le="0.01"} 50
      app_prediction_latency_seconds_bucket{model="digits",version="A",le="0.025"} 80
      app_prediction_latency_seconds_bucket{model="digits",version="A",le="+Inf"} 100
      app_prediction_latency_seconds_bucket{model="texts",version="a",le="0.01"} 10
      app_prediction_latency_seconds_bucket{model="texts",version="a",le="0.025"} 10
      app_prediction_latency_seconds_bucket{model="texts",version="a",le="+Inf"} 10
      sluice_rejections_total{reason="rate_limit"} 1000
      sluice_rejections_total{reason="overload"} 4
      sluice_rejections_total{reason="deadline"} 3
      other{} NaN
      process_start_time_seconds 1.79E9
      """;
  private static final int TEN_MS = LatencyBuckets.ofMicros(10_000);
  private static final int TWENTY_FIVE_MS = LatencyBuckets.ofMicros(25_000);

  private static Tally since(String before, String now) throws Unreadable {
    return Scrape.of(now).since(Scrape.of(before)).orElseThrow();
  }

  private static String zeros() {
    return PAGE.replaceAll("(?m)^((?:app|sluice)_.*\\}) \\S+.*$", "$1 0");
  }

  @Test
  void addsWhatAllModelsAndVersionsOfAnInstanceCounted() throws Exception {
    Tally tally = since(zeros(), PAGE);

    assertThat(tally.requests()).isEqualTo(115);
    assertThat(tally.errors().events()).isEqualTo(15);
    assertThat(tally.fresh()).isEqualTo(115);
    assertThat(tally.valid()).isTrue();
  }

  @Test
  void countsWhatWasTurnedAwayBeforeAVersionWasChosenAndNothingTwice() throws Exception {
    String more = PAGE.replace("\"overload\"} 4", "\"overload\"} 40");

    Tally tally = since(zeros(), more);

    // 6 errors, and 43 that were turned away, of which 9 are known by version, too.
    assertThat(tally.errors().events()).isEqualTo(6 + 43);
    assertThat(tally.requests()).isEqualTo(100 + 6 + 43);
  }

  @Test
  void knowsExactlyHowManyWereSlowerThanABound() throws Exception {
    Tally tally = since(zeros(), PAGE);

    assertThat(tally.latency().total()).isEqualTo(110);
    assertThat(tally.latency().above(TEN_MS)).isEqualTo(50);
    assertThat(tally.latency().above(TWENTY_FIVE_MS)).isEqualTo(20);
    assertThat(Scrape.of(PAGE).tells(TEN_MS)).isTrue();
    assertThat(Scrape.of(PAGE).tells(LatencyBuckets.ofMicros(15_000))).isFalse();
    assertThat(Scrape.of(PAGE).tells(LatencyBuckets.OVERFLOW)).isFalse();
  }

  @Test
  void saysNothingOfAProcessThatStartedAnew() throws Exception {
    String restarted = PAGE.replace("1.79E9", "1.790000001E9");

    assertThat(Scrape.of(restarted).since(Scrape.of(zeros()))).isEmpty();
  }

  @Test
  void saysNothingWhereACounterFell() throws Exception {
    assertThat(Scrape.of(zeros()).since(Scrape.of(PAGE))).isEmpty();
    assertThat(Scrape.of(PAGE.replace("\"0.025\"} 80", "\"0.025\"} 60")).since(Scrape.of(PAGE)))
        .isEmpty();
    for (String fewer :
        List.of(
            PAGE.replace("\"rejected\",version=\"A\"} 5", "\"rejected\",version=\"A\"} 1"),
            PAGE.replace("\"overload\"} 4", "\"overload\"} 3"))) {
      assertThat(Scrape.of(fewer).since(Scrape.of(PAGE))).isEmpty();
    }
  }

  @Test
  void saysNothingWhereOtherBoundsAreCounted() throws Exception {
    assertThat(Scrape.of(PAGE.replace("0.025", "0.05")).since(Scrape.of(PAGE))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "app_predictions_total\\{.*status=\"ok\".*",
        "app_predictions_total\\{.*status=\"error\".*",
        "app_predictions_total\\{.*status=\"timeout\".*",
        "app_predictions_total\\{.*status=\"rejected\".*",
        "sluice_rejections_total\\{.*\"overload\".*",
        "sluice_rejections_total\\{.*\"deadline\".*",
        "app_prediction_latency_seconds_bucket.*",
        "process_start_time_seconds.*",
        "app_prediction_latency_seconds_bucket.*\\+Inf.*",
        "app_prediction_latency_seconds_bucket.*texts.*\"0.01\".*",
      })
  void whatIsMissingIsNotNothing(String line) {
    assertThatThrownBy(() -> Scrape.of(PAGE.replaceAll("(?m)^" + line + "$", "")))
        .isInstanceOf(Unreadable.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<html>",
        "app_predictions_total 1 2 3",
        "app_predictions_total{status=\"ok\"} -1",
        "app_predictions_total{status=\"ok\"} NaN",
        "app_predictions_total{status=\"ok\"} +Inf",
        "app_predictions_total{status=\"ok\"} 1e300",
        "app_predictions_total{status=ok} 1",
        "app_predictions_total{status=\"ok\"",
        "app_predictions_total{status=\"ok\",status=\"error\"} 1",
        "app_predictions_total{model=\"digits\",version=\"A\",status=\"ok\"} 1",
        "app_predictions_total{status=\"ok\"} 0x10",
        "app_prediction_latency_seconds_bucket{model=\"x\"} 1",
        "app_prediction_latency_seconds_bucket{model=\"x\",le=\"much\"} 1",
        "app_prediction_latency_seconds_bucket{model=\"digits\",version=\"A\",le=\"0.02\"} 99",
        "1 2",
      })
  void refusesWhatIsNoMetric(String line) {
    assertThatThrownBy(() -> Scrape.of(PAGE + line + "\n")).isInstanceOf(Unreadable.class);
  }

  @Property
  void everyPageIsReadOrRefused(@ForAll String page, @ForAll String part) {
    for (String text :
        new String[] {
          page,
          PAGE + page,
          PAGE.replaceFirst("digits", "x" + java.util.regex.Matcher.quoteReplacement(part))
        }) {
      try {
        assertThat(Scrape.of(text).started()).isNotNegative();
      } catch (Unreadable refused) {
        assertThat(refused.getMessage()).isNotBlank();
      }
    }
  }
}
