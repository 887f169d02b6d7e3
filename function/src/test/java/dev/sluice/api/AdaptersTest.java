package dev.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class AdaptersTest {
  private static final String VERTEX = "/v1/endpoints/17/deployedModels/3";

  private static Adapters on(Platform... platforms) {
    return new Adapters(Set.of(platforms), Optional.empty(), Optional.empty());
  }

  private static Optional<Endpoint> at(Adapters adapters, String path) {
    return adapters.at(path, "digits").map(Endpoint.Match::endpoint);
  }

  @ParameterizedTest
  @CsvSource({
    "/ping,SAGEMAKER,SAGEMAKER_PING",
    "/invocations,SAGEMAKER,SAGEMAKER_INVOCATIONS",
    "/v1/models,KSERVE,KSERVE_MODELS",
    "/v1/models/m.1,KSERVE,KSERVE_MODEL",
    "/v1/models/m.1:predict,KSERVE,KSERVE_PREDICT",
    "/v1/endpoints/17/deployedModels/3,VERTEX,VERTEX_HEALTH",
    "/v1/endpoints/17/deployedModels/3:predict,VERTEX,VERTEX_PREDICT"
  })
  void aPathIsThereForThosePlatformsOnlyThatAreOn(
      String path, Platform platform, Endpoint endpoint) {
    assertThat(at(on(), path)).isEmpty();
    assertThat(at(on(platform), path)).contains(endpoint);
    var others = EnumSet.complementOf(EnumSet.of(platform));
    assertThat(at(on(others.toArray(Platform[]::new)), path)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Endpoint.class)
  void ourOwnPathsAreThereEitherWay(Endpoint endpoint) {
    if (endpoint != Endpoint.OTHER && endpoint.platform().isEmpty()) {
      String path =
          endpoint.path().replace("{", "").replace("}", "").replace("/manage", "/manage/x");

      assertThat(at(on(), path)).isEqualTo(at(on(Platform.values()), path)).isPresent();
    }
  }

  @Test
  void whereNoModelIsNamedTheDefaultModelIsMeant() {
    Map<String, String> meant = Map.of("model", "digits");

    assertThat(on(Platform.SAGEMAKER).at("/invocations", "digits"))
        .contains(new Endpoint.Match(Endpoint.SAGEMAKER_INVOCATIONS, meant));
    assertThat(on(Platform.VERTEX).at(VERTEX + ":predict", "digits"))
        .contains(new Endpoint.Match(Endpoint.VERTEX_PREDICT, meant));
    assertThat(on(Platform.KSERVE).at("/v1/models/sms:predict", "digits"))
        .contains(new Endpoint.Match(Endpoint.KSERVE_PREDICT, Map.of("model", "sms")));
  }

  @Test
  void theRoutesOfVertexAreWhereItSaysAndOnlyWhenItIsOn() {
    var vertex =
        new Adapters(Set.of(Platform.VERTEX), Optional.of("/health"), Optional.of("/predict"));
    var off =
        new Adapters(Set.of(Platform.KSERVE), Optional.of("/health"), Optional.of("/predict"));

    assertThat(at(vertex, "/health")).contains(Endpoint.VERTEX_HEALTH);
    assertThat(vertex.at("/predict", "digits"))
        .contains(new Endpoint.Match(Endpoint.VERTEX_PREDICT, Map.of("model", "digits")));
    assertThat(at(off, "/health")).contains(Endpoint.HEALTH);
    assertThat(at(off, "/predict")).contains(Endpoint.PREDICT);
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/models/:predict",
    "/v1/models/a/b:predict",
    "/v1/models/m:predictx",
    "/v1/models/m:Predict",
    "/v1/models/m:classify",
    "/v1/models/m:predict:predict",
    "/v1/models/",
    "/ping/",
    "/Ping",
    "/invocations/x"
  })
  void whatIsOnlySimilarIsNothing(String path) {
    assertThat(at(on(Platform.values()), path)).isEmpty();
  }
}
