package dev.sluice.aws;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyResponseEvent;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.api.Door;
import dev.sluice.api.Problem;
import dev.sluice.api.Refusal;
import dev.sluice.api.Response;
import io.micronaut.context.ApplicationContext;
import io.micronaut.function.aws.proxy.payload1.ApiGatewayProxyEventHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The service as a Lambda function: one event in, one answer out, and nothing under way when it
/// has gone.
///
///     event ─ LambdaEvent ─▶ Asked ─ the framework's handler ─▶ DoorFilter ─ Reception ─▶ door
///     answer ◀─ EventAnswer ◀──────────────────────────────────────┘
///
/// Lambda calls it for one event at a time.
public final class LambdaShell implements RequestStreamHandler {
  /// The environment in which the framework's context has to be started.
  public static final String ENVIRONMENT = "lambda";

  private static final Logger LOG = LoggerFactory.getLogger(LambdaShell.class);
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final byte[] TICKED = "{\"ticked\":true}".getBytes(StandardCharsets.UTF_8);
  // What a function may answer; the balancer takes less.
  private static final int MOST_BYTES = 6 * 1024 * 1024;
  private static final int MOST_BYTES_BALANCED = 1024 * 1024;

  private final Reception reception;
  private final ApiGatewayProxyEventHandler framework;
  private final Upkeep upkeep;
  private final Runnable unknown;

  private LambdaShell(
      Reception reception, ApiGatewayProxyEventHandler framework, Upkeep upkeep, Runnable unknown) {
    this.reception = reception;
    this.framework = framework;
    this.upkeep = upkeep;
    this.unknown = unknown;
  }

  /// An event that is for somebody else. The invocation fails with it, and counts as an error of
  /// the function where Amazon counts.
  static final class UnknownEvent extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnknownEvent(String why) {
      super(why, null, false, false);
    }
  }

  /// A shell in front of a door.
  ///
  /// @param framework started in [#ENVIRONMENT]
  /// @param unknown hears of each event that is not known here, before its invocation fails
  public static LambdaShell of(
      ApplicationContext framework, Door door, Upkeep upkeep, Runnable unknown) {
    var reception = new Reception(door, System::nanoTime);
    framework.registerSingleton(Reception.class, reception);
    return new LambdaShell(reception, new ApiGatewayProxyEventHandler(framework), upkeep, unknown);
  }

  @Override
  public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
    switch (read(in)) {
      case LambdaEvent.Unknown(String why) -> {
        LOG.atWarn().addKeyValue("why", why).log("an event that is not known here");
        unknown.run();
        throw new UnknownEvent(why);
      }
      case LambdaEvent.Tick tick -> {
        upkeep.tick();
        out.write(TICKED);
      }
      case LambdaEvent.Request(Asked asked) -> {
        upkeep.before();
        try {
          out.write(written(asked, answer(asked)));
        } finally {
          upkeep.after();
        }
      }
    }
  }

  private static LambdaEvent read(InputStream in) throws IOException {
    try {
      JsonNode event = JSON.readTree(in);
      return LambdaEvent.of(event);
    } catch (JacksonException broken) {
      return new LambdaEvent.Unknown("an event is a JSON object");
    }
  }

  private Response answer(Asked asked) {
    Optional<Refusal> flaw = asked.flaw();
    if (flaw.isPresent()) {
      return reception.refuse(flaw.get());
    }
    Response response = ask(asked);
    return asked.method().equals("HEAD") ? ProxiedAnswer.headOnly(response) : response;
  }

  /// What leaves the handler is a failed invocation, which a gateway answers in its own words.
  ///
  /// The framework's handler is asked, not its function: that would make each invocation's context
  /// a bean, which takes milliseconds, and keeps all of them.
  private Response ask(Asked asked) {
    try {
      return ProxiedAnswer.read(
          framework
              .exchange(new ProxiedEvent(asked), new APIGatewayProxyResponseEvent())
              .getResponse()
              .getNativeResponse());
    } catch (RuntimeException broken) {
      LOG.error("event=request_failed", broken);
      return reception.refuse(new Refusal(Problem.INTERNAL, Problem.INTERNAL.title()));
    }
  }

  private byte[] written(Asked asked, Response response) {
    byte[] answer = EventAnswer.of(response, asked.shape());
    int most =
        switch (asked.shape()) {
          case REST, HTTP, INVOCATION -> MOST_BYTES;
          case BALANCER, BALANCER_SINGLE -> MOST_BYTES_BALANCED;
        };
    if (answer.length <= most) {
      return answer;
    }
    Response instead =
        reception.refuse(
            new Refusal(
                Problem.NOT_IMPLEMENTED,
                "an answer of "
                    + answer.length
                    + " bytes does not leave a Lambda function, which may answer "
                    + most
                    + ": ask for less at once"));
    return EventAnswer.of(instead, asked.shape());
  }
}
