package dev.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SameOriginTest {
  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.1:8080, 127.0.0.1:8080",
    "https://sluice.example, sluice.example",
    "https://sluice.example, sluice.example:443",
    "https://sluice.example:443, sluice.example",
    "http://sluice.example, sluice.example:80",
    "https://Sluice.Example:8443, sluice.example:8443",
    "http://[::1]:8080, [::1]:8080"
  })
  void isThePlaceThatWasAsked(String origin, String host) {
    assertThat(SameOrigin.holds(new Told(Map.of("Origin", origin, "Host", host)))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "null, sluice.example",
    "http://evil.example, sluice.example",
    "https://sluice.example.evil.example, sluice.example",
    "https://evil.example:443, sluice.example",
    "http://127.0.0.1:8081, 127.0.0.1:8080",
    "http://sluice.example:443, sluice.example",
    "https://sluice.example@evil.example, sluice.example",
    "https://sluice.example/, sluice.example",
    "file://sluice.example, sluice.example",
    "sluice.example, sluice.example"
  })
  void isNoOther(String origin, String host) {
    assertThat(SameOrigin.holds(new Told(Map.of("Origin", origin, "Host", host)))).isFalse();
  }

  @Test
  void isNotKnownWhereOneIsMissingOrThereAreTwo() {
    Headers two =
        name -> name.equals("host") ? List.of("a") : List.of("http://a", "http://evil.example");

    assertThat(SameOrigin.holds(new Told(Map.of("Host", "a")))).isFalse();
    assertThat(SameOrigin.holds(new Told(Map.of("Origin", "http://a")))).isFalse();
    assertThat(SameOrigin.holds(two)).isFalse();
  }
}
