package dev.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceTest {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String SPAN = "00f067aa0ba902b7";

  private static Trace trace(Map<String, String> fields) {
    Headers headers = name -> fields.containsKey(name) ? List.of(fields.get(name)) : List.of();
    return Trace.of(headers, new Random(1));
  }

  @Test
  void aSaneRequestIdIsTakenOver() {
    assertThat(trace(Map.of("x-request-id", "order-7.A_b")).id()).isEqualTo("order-7.A_b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "a\r\nSet-Cookie: x=1", "<script>", "é", "a/b"})
  void anythingElseIsNeverEchoed(String id) {
    assertThat(trace(Map.of("x-request-id", id)).id()).matches("[0-9a-f]{32}");
  }

  @Test
  void aLongRequestIdIsNotTakenOver() {
    assertThat(trace(Map.of("x-request-id", "a".repeat(64))).id()).hasSize(64);
    assertThat(trace(Map.of("x-request-id", "a".repeat(65))).id()).matches("[0-9a-f]{32}");
  }

  @Test
  void theIdOfADistributedTraceComesNext() {
    Trace trace = trace(Map.of("traceparent", "00-" + TRACE + "-" + SPAN + "-01"));

    assertThat(trace.id()).isEqualTo(TRACE);
    assertThat(trace.parent()).contains(new Trace.Parent(TRACE, SPAN, Trace.Sampling.SAMPLED));
  }

  @Test
  void aLaterVersionIsReadByItsFirstFields() {
    Trace trace = trace(Map.of("traceparent", "01-" + TRACE + "-" + SPAN + "-00-more"));

    assertThat(trace.parent()).contains(new Trace.Parent(TRACE, SPAN, Trace.Sampling.NOT_SAMPLED));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ff-" + TRACE + "-" + SPAN + "-01",
        "00-" + TRACE + "-" + SPAN + "-01-more",
        "00-00000000000000000000000000000000-" + SPAN + "-01",
        "00-" + TRACE + "-0000000000000000-01",
        "00-" + TRACE + "-" + SPAN,
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-" + SPAN + "-01",
        "garbage"
      })
  void anInvalidTraceparentStartsANewTrace(String field) {
    Trace trace = trace(Map.of("traceparent", field));

    assertThat(trace.parent()).isEmpty();
    assertThat(trace.id()).matches("[0-9a-f]{32}").isNotEqualTo(TRACE);
  }
}
