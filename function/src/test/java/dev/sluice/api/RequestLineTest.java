package dev.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestLineTest {
  private static final String VERSION = "HTTP/1.1";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/v2/models/digits/versions/A/infer",
        "/v1/models/m:predict",
        "/a%20b",
        "/a...b/.c/..d",
        "/a?b=%2F..&c=%0a",
        "/a?b=[1|2]",
        "/%c3%a9"
      })
  void takesATargetThatMeansTheSameToEveryone(String target) {
    assertThat(RequestLine.flaw("GET", target, VERSION)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*",
        "a",
        "http://a/",
        "/a/../b",
        "/..",
        "/.",
        "/a/./b",
        "/%2e/b",
        "/%2E%2e",
        "/a%2Fb",
        "/a%5cb",
        "/a%00",
        "/a%1f",
        "/a%7F",
        "/a?b=%00",
        "/a%",
        "/a%2",
        "/a%g0",
        "/a b",
        "/a\"",
        "/<a>",
        "/a#b",
        "/a?b#c",
        "/a\u007f",
        "/\u00e9",
        "/a\\b",
        "/a^b",
        "/a`b",
        "/{a}"
      })
  void refusesAnyOther(String target) {
    assertThat(RequestLine.flaw("GET", target, VERSION))
        .map(Refusal::problem)
        .contains(Problem.BAD_REQUEST);
  }

  @Property(seed = "4712", tries = 500)
  void neverThrows(@ForAll String method, @ForAll String target, @ForAll String version) {
    assertThat(RequestLine.flaw(method, target, version)).isPresent();
    assertThat(RequestLine.flaw("GET", "/" + target, VERSION)).isNotNull();
  }
}
