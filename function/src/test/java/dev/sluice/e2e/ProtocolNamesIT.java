package dev.sluice.e2e;

import static dev.sluice.e2e.ProtocolClient.input;
import static dev.sluice.e2e.ProtocolClient.request;
import static dev.sluice.e2e.ProtocolClient.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Open Inference Protocol: names in the path")
@ExtendWith(ProtocolService.class)
class ProtocolNamesIT {
  private static final String ADMIN = "Authorization: Bearer " + RunningService.ADMIN;

  private final ProtocolClient client;

  ProtocolNamesIT(ProtocolClient client) {
    this.client = client;
  }

  private RawConnection.Answer get(String path) throws IOException {
    return exchange("GET", path);
  }

  private RawConnection.Answer exchange(String method, String path, String... fields)
      throws IOException {
    try (RawConnection connection = client.service().connect()) {
      return connection.exchange(RawConnection.request(method, path, new byte[0], fields));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/v2/models/digit%73, /v2/models/digits",
    "/v2/models/%64%69%67%69%74%73/ready, /v2/models/digits/ready",
    "/v2/models/digit%73/config, /v2/models/digits/config",
    "/v2/models/two%2Din%2dtwo-out/stats, /v2/models/two-in-two-out/stats",
    "/v2/models/digit%73/versions/%41, /v2/models/digits/versions/A",
    "/v2/models/digits/versions/%41/ready, /v2/models/digits/versions/A/ready",
    "/v2/models/digits/versions/%42/config, /v2/models/digits/versions/B/config",
    "/v2/models/scalars/versions/v%31/stats, /v2/models/scalars/versions/v1/stats"
  })
  void areDecodedOnceWhereverTheyStand(String escaped, String plain) throws Exception {
    assertThat(get(escaped).status()).isEqualTo(200);
    assertThat(get(escaped).body()).isEqualTo(get(plain).body());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v2/models/%73ms/infer", "/v2/models/s%6ds/versions/%76%32/infer"})
  void areDecodedForInference(String path) throws Exception {
    byte[] body = utf8(request(input("text", "[1]", "BYTES", "[\"hi\"]")));

    ProtocolAnswer answer = client.send("POST", path, body).has(200);

    assertThat(answer.json().path("model_name").asText()).isEqualTo("sms");
  }

  @Test
  void areDecodedForTheRepository() throws Exception {
    assertThat(exchange("POST", "/v2/repository/models/%73ms/load", ADMIN).status()).isEqualTo(200);
    assertThat(exchange("POST", "/v2/repository/models/%73ms/unload").status()).isEqualTo(401);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v2/models/digit%2573",
        "/v2/models/digit%252573/ready",
        "/v2/models/digits/versions/%2541",
        "/v2/models/DIGITS",
        "/v2/models/Digit%73",
        "/v2/models/digits/versions/a"
      })
  void areNeitherDecodedTwiceNorFoldedToOneCase(String path) throws Exception {
    ProtocolClient.mustBeRefusal(get(path), 404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "digits%20",
        "%C3%A9",
        "%c3%28",
        "a%3Fb",
        "a+b",
        "a%3Bb",
        "a%25b",
        "a:b",
        "~a",
        "%24%7Ba%7D",
        "",
        "%E2%81%84etc"
      })
  void otherSignsThanThoseOfNamesAreNobodys(String name) throws Exception {
    ProtocolClient.mustBeRefusal(get("/v2/models/" + name), 404, "nothing is at this path");
    ProtocolClient.mustBeRefusal(get("/v2/models/" + name + "/ready"), 404);
    ProtocolClient.mustBeRefusal(get("/v2/models/digits/versions/" + name + "/stats"), 404);
    ProtocolClient.mustBeRefusal(exchange("POST", "/v2/models/" + name + "/infer"), 404);
    ProtocolClient.mustBeRefusal(
        exchange("POST", "/v2/repository/models/" + name + "/load", ADMIN), 404);
  }

  @Test
  void haveAtMost128Signs() throws Exception {
    ProtocolClient.mustBeRefusal(get("/v2/models/" + "%61".repeat(128)), 404, "is not loaded");
    ProtocolClient.mustBeRefusal(
        get("/v2/models/" + "%61".repeat(129)), 404, "nothing is at this path");
  }

  /// Whoever stands before us may read such a path otherwise than we do.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "digits%2Fready",
        "digits%2fversions%2fA",
        "digits%5Cready",
        "..%2f..%2fsms",
        "%2e%2e",
        "%2E/digits",
        "digits%00",
        "digits%",
        "digits%7",
        "digits%zz"
      })
  void anEscapedSeparatorDotSegmentOrBrokenEscapeIsRefusedAsNoPath(String name) throws Exception {
    ProtocolClient.mustBeRefusal(get("/v2/models/" + name), 400);
    ProtocolClient.mustBeRefusal(
        exchange("POST", "/v2/repository/models/" + name + "/load", ADMIN), 400);
  }
}
