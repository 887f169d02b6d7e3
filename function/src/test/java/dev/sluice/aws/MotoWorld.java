package dev.sluice.aws;

import dev.sluice.aws.FaultyServer.Answer;
import dev.sluice.aws.FaultyServer.Request;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Hands each request on to the stand-in of AWS, as it came.
record MotoWorld() implements FaultyServer.World {
  private static final Set<String> HEADERS = Set.of("content-type", "authorization", "x-amz-date");

  @Override
  public Answer to(Request request) throws Exception {
    var next =
        HttpRequest.newBuilder(MotoServer.endpoint().resolve(request.path()))
            .method(request.method(), HttpRequest.BodyPublishers.ofByteArray(request.body()));
    request
        .headers()
        .forEach(
            (name, values) -> {
              if (HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
                next.header(name, values.getFirst());
              }
            });
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<byte[]> answer =
          client.send(next.build(), HttpResponse.BodyHandlers.ofByteArray());
      return new Answer(answer.statusCode(), "application/json", answer.body(), Map.of());
    }
  }

  @Override
  public Answer error(int status, String code, String message) {
    return LambdaDouble.said(status, code, message);
  }
}
