package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The same request gets the same answer whether it comes through a socket or in the event of any
/// gateway: status, body and header fields, but for
///
/// - `Date`, `Content-Length` and `Connection`, which a gateway writes itself;
/// - what is another in any two answers: outcome tokens, values of new cookies, times, traces of
///   what was no readable request.
class SameAnswersIT {
  private static final String KEYS = "k1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

  @TempDir static Path folder;
  private static RunningService container;
  private static RunningFunction function;

  @BeforeAll
  static void start() throws Exception {
    Path models = folder.resolve("models");
    for (String model : List.of("uint8", "int32", "float", "double", "string")) {
      Path file = Files.createDirectories(models.resolve("identity-" + model).resolve("v1"));
      String name = "/models/tensors/identity-" + model + ".onnx";
      try (InputStream small = SameAnswersIT.class.getResourceAsStream(name)) {
        Files.copy(small, file.resolve("model.onnx"));
      }
    }
    for (String model : List.of("sentence/v1", "sentence/v2", "sms/v1", "sms/v2")) {
      Path to = Files.createDirectories(models.resolve(model)).resolve("model.onnx");
      Files.copy(RunningService.home().resolve("models").resolve(model).resolve("model.onnx"), to);
    }
    var environment = new TreeMap<>(RunningService.EASY);
    environment.putAll(
        Map.of(
            "MODELS_DIR",
            models.toString(),
            "SIGNING_KEYS",
            KEYS,
            "AB_WEIGHT_A",
            "0.5",
            "AB_WEIGHT_B",
            "0.5",
            "MAX_BODY_BYTES",
            Integer.toString(SameRequests.MOST_BYTES)));
    container = RunningService.start(folder, environment);
    function = RunningFunction.start(folder, RunningFunction.unpacked(folder), environment);
  }

  @AfterAll
  static void stop() {
    function.close();
    container.close();
  }

  @ParameterizedTest
  @EnumSource
  void everyRequestIsAnsweredAsThroughASocket(WireRequest.Gateway gateway) throws Exception {
    List<WireRequest> requests = SameRequests.all();
    var others = new ArrayList<String>();
    int number = 0;
    for (WireRequest request : requests) {
      WireRequest known =
          request.with("X-Request-ID", "r" + number).with("X-User-Id", "user-" + number++);

      WireAnswer here = WireAnswer.ofSocket(container.port(), known).comparable();
      WireAnswer there = WireAnswer.ofEvent(function.invoke(known.event(gateway))).comparable();

      if (!here.equals(there)) {
        others.add("%s%n  socket: %s%n  event:  %s".formatted(request, here, there));
      }
    }

    assertThat(requests).hasSizeGreaterThanOrEqualTo(300);
    assertThat(others).as("%d of %d", others.size(), requests.size()).isEmpty();
  }

  @Test
  void callersWithoutAKeyGetTheSameCookie() throws Exception {
    byte[] digit = ProtocolClient.utf8(Pictures.body(Pictures.digit("digit-7.png")));
    var request = WireRequest.of("POST", "/v1/infer", digit);
    WireAnswer here = WireAnswer.ofSocket(container.port(), request);

    assertThat(here.fields()).containsKey("set-cookie");

    for (WireRequest.Gateway gateway : WireRequest.Gateway.values()) {
      WireAnswer there = WireAnswer.ofEvent(function.invoke(request.event(gateway)));

      assertThat(there.comparable().fields().get("set-cookie"))
          .as(gateway.name())
          .isEqualTo(here.comparable().fields().get("set-cookie"))
          .hasSize(1);
      assertThat(there.fields().get("set-cookie")).isNotEqualTo(here.fields().get("set-cookie"));
    }
  }
}
