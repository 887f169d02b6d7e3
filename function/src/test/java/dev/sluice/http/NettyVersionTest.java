package dev.sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.Version;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NettyVersionTest {
  /// Older decoders take requests that a proxy in front reads in another way.
  @Test
  void noPartOfNettyIsOlderThanTheOneThatRefusesSmuggledRequests() {
    Map<String, Version> parts = Version.identify();

    assertThat(parts).containsKey("netty-codec-http");
    assertThat(parts.values())
        .allSatisfy(
            part ->
                assertThat(numbers(part.artifactVersion()))
                    .as(part.artifactId() + " " + part.artifactVersion())
                    .isGreaterThanOrEqualTo(4_002_019));
  }

  private static int numbers(String version) {
    return Arrays.stream(version.split("\\.", -1))
        .limit(3)
        .mapToInt(Integer::parseInt)
        .reduce(0, (sum, part) -> sum * 1_000 + part);
  }
}
