package dev.sluice.aws;

import dev.sluice.api.Field;
import dev.sluice.api.Problem;
import dev.sluice.api.Response;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Filter;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.servlet.http.ServletHttpRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Has the door asked before the framework looks for a route, as the container has by its place in
/// the connection's pipeline: the framework answers nothing but what the door passes on. Only where
/// requests come as events; in a container it is no bean.
@ServerFilter(Filter.MATCH_ALL_PATTERN)
@Requires(env = LambdaShell.ENVIRONMENT)
final class DoorFilter {
  private static final String PASSED = "sluice.passed";

  private final Reception reception;

  DoorFilter(Reception reception) {
    this.reception = reception;
  }

  /// The answer; null where the framework is to give it.
  @RequestFilter
  @Nullable HttpResponse<?> enter(HttpRequest<?> request) { // null: the framework's own word for it
    if (!(request instanceof ServletHttpRequest<?, ?> served)
        || !(served.getNativeRequest() instanceof ProxiedEvent event)) {
      return answer(reception.refuse(Problem.INTERNAL));
    }
    return switch (reception.receive(event.asked())) {
      case Reception.Received.Answered(Response response) -> answer(response);
      case Reception.Received.PassOn(List<Field> fields) -> {
        request.setAttribute(PASSED, fields);
        yield null;
      }
    };
  }

  /// What the framework has answered gets the fields that the door wants on it.
  @ResponseFilter
  void leave(HttpRequest<?> request, MutableHttpResponse<?> response) {
    request
        .getAttribute(PASSED)
        .ifPresent(
            fields -> {
              for (Object each : (List<?>) fields) {
                if (each instanceof Field(String name, String value)) {
                  response.header(name, value);
                }
              }
            });
  }

  private static HttpResponse<?> answer(Response response) {
    MutableHttpResponse<byte[]> answer = HttpResponse.status(response.status(), "");
    response.fields().forEach(field -> answer.getHeaders().add(field.name(), field.value()));
    return response.body().length == 0 ? answer : answer.body(response.body());
  }
}
