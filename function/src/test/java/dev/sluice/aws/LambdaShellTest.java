package dev.sluice.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.lambda.runtime.Context;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.api.Door;
import dev.sluice.api.Entrance;
import dev.sluice.api.Field;
import dev.sluice.api.Head;
import dev.sluice.api.Problem;
import dev.sluice.api.Response;
import io.micronaut.context.ApplicationContext;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The shell in front of a door whose answers are as long as the path says.
class LambdaShellTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MEGABYTE = 1024 * 1024;

  private static final AtomicInteger UNKNOWN = new AtomicInteger();

  private static ApplicationContext framework;
  private static LambdaShell shell;

  @BeforeAll
  static void start() {
    framework =
        ApplicationContext.builder()
            .deduceEnvironment(false)
            .environments(LambdaShell.ENVIRONMENT)
            .banner(false)
            .start();
    shell = LambdaShell.of(framework, new AsLongAsAsked(), new Idle(), UNKNOWN::incrementAndGet);
  }

  @AfterAll
  static void stop() {
    framework.close();
  }

  private static JsonNode invoke(Shape shape, String path) throws IOException {
    String event =
        switch (shape) {
          case REST ->
              "{\"httpMethod\":\"GET\",\"path\":\"%s\",\"headers\":{},\"requestContext\":{}}";
          case HTTP ->
              "{\"rawPath\":\"%s\",\"headers\":{},\"requestContext\":{\"http\":{\"method\":\"GET\"}}}";
          case BALANCER ->
              "{\"httpMethod\":\"GET\",\"path\":\"%s\",\"multiValueHeaders\":{},"
                  + "\"requestContext\":{\"elb\":{}}}";
          case BALANCER_SINGLE ->
              "{\"httpMethod\":\"GET\",\"path\":\"%s\",\"headers\":{},"
                  + "\"requestContext\":{\"elb\":{}}}";
          case INVOCATION -> "{\"sluice\":\"admin\",\"method\":\"GET\",\"path\":\"%s\"}";
        };
    var answer = new ByteArrayOutputStream();
    var in = new ByteArrayInputStream(event.formatted(path).getBytes(StandardCharsets.UTF_8));
    shell.handleRequest(in, answer, context());
    return JSON.readTree(answer.toByteArray());
  }

  /// Of an invocation; says nothing to anybody who asks.
  private static Context context() {
    return (Context)
        Proxy.newProxyInstance(
            Context.class.getClassLoader(),
            new Class<?>[] {Context.class},
            (context, method, arguments) -> {
              throw new UnsupportedOperationException(method.getName());
            });
  }

  @Test
  void anEventOfAnUnknownShapeIsCountedAndFailsWithWhatWouldBeRight() {
    int before = UNKNOWN.get();
    var event = new ByteArrayInputStream("{\"Records\":[]}".getBytes(StandardCharsets.UTF_8));

    assertThatThrownBy(() -> shell.handleRequest(event, new ByteArrayOutputStream(), context()))
        .hasMessageContaining("API Gateway")
        .hasMessageContaining("[Records]");
    assertThat(UNKNOWN.get()).isEqualTo(before + 1);
  }

  @Test
  void anEventWithSomethingBehindItIsNone() {
    String two = "{\"sluice\":\"tick\"} {\"sluice\":\"tick\"}";
    var event = new ByteArrayInputStream(two.getBytes(StandardCharsets.UTF_8));

    assertThatThrownBy(() -> shell.handleRequest(event, new ByteArrayOutputStream(), context()))
        .hasMessage("an event is a JSON object");
  }

  @ParameterizedTest
  @CsvSource({
    "REST, text, 6",
    "HTTP, text, 6",
    "INVOCATION, text, 6",
    "BALANCER, text, 1",
    "BALANCER_SINGLE, text, 1",
    "REST, octets, 6",
    "HTTP, octets, 6",
    "INVOCATION, octets, 6",
    "BALANCER, octets, 1",
    "BALANCER_SINGLE, octets, 1"
  })
  void whatDoesNotLeaveAFunctionBecomesOneErrorThatSaysSo(Shape shape, String kind, int megabytes)
      throws Exception {
    // Base64 makes four bytes of three.
    int fits = megabytes * MEGABYTE / (kind.equals("text") ? 1 : 4) * (kind.equals("text") ? 1 : 3);
    int margin = 4096;

    JsonNode answered = invoke(shape, "/%s/%d".formatted(kind, fits - margin));
    JsonNode refused = invoke(shape, "/%s/%d".formatted(kind, fits));

    assertThat(answered.path("statusCode").asInt()).isEqualTo(200);
    assertThat(refused.path("statusCode").asInt()).isEqualTo(Problem.NOT_IMPLEMENTED.status());
    assertThat(refused.path("body").asText())
        .contains("may answer " + megabytes * MEGABYTE, "ask for less at once");
  }

  @Test
  void keepsNothingOfAnInvocation() throws Exception {
    JsonNode answer = invoke(Shape.HTTP, "/text/1");

    assertThat(answer.path("statusCode").asInt()).isEqualTo(200);
    assertThat(framework.containsBean(Context.class)).isFalse();
  }

  /// Answers `/text/N` and `/octets/N` with so many bytes.
  private static final class AsLongAsAsked implements Door {
    @Override
    public Entrance enter(Head head) {
      String[] path = head.target().split("/", -1);
      byte[] body = new byte[Integer.parseInt(path[2])];
      Arrays.fill(body, (byte) 'a');
      String type = path[1].equals("text") ? "text/plain" : "application/octet-stream";
      return new Entrance.Answered(
          new Response(200, List.of(new Field("Content-Type", type)), body, Response.After.KEEP));
    }

    @Override
    public Response refuse(Problem problem, String detail) {
      return new Response(
          problem.status(),
          List.of(new Field("Content-Type", "application/problem+json")),
          detail.getBytes(StandardCharsets.UTF_8),
          Response.After.KEEP);
    }
  }

  private static final class Idle implements Upkeep {
    @Override
    public void before() {}

    @Override
    public void after() {}

    @Override
    public void tick() {}
  }
}
