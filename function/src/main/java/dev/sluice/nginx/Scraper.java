package dev.sluice.nginx;

import dev.sluice.control.Observations.Unreadable;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Asks instances for their metrics, at `http://HOST:PORT/metrics`. Thread-safe; a question blocks
/// for [#PATIENCE] at most.
public final class Scraper implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final int MOST_BYTES = 4 * 1024 * 1024;

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .proxy(HttpClient.Builder.NO_PROXY)
          .connectTimeout(PATIENCE)
          .build();

  /// What an instance has counted.
  ///
  /// @param address its host and port
  /// @throws Unreadable when it does not say so in time
  Scrape of(String address) throws Unreadable {
    try {
      return Scrape.of(page(address));
    } catch (Unreadable wrong) {
      throw new Unreadable("%s: %s".formatted(address, wrong.getMessage()), wrong);
    }
  }

  /// Whether an instance says what it has counted.
  boolean ready(String address) {
    try {
      of(address);
      return true;
    } catch (Unreadable away) {
      return false;
    }
  }

  private String page(String address) throws Unreadable {
    HttpRequest request;
    try {
      request =
          HttpRequest.newBuilder(URI.create("http://" + address + "/metrics"))
              .header("Accept", "text/plain;version=0.0.4")
              .build();
    } catch (IllegalArgumentException none) {
      throw new Unreadable("nobody can be asked there", none);
    }
    CompletableFuture<HttpResponse<String>> answer =
        client.sendAsync(request, head -> new Limited());
    try {
      HttpResponse<String> page = answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      if (page.statusCode() != 200) {
        throw new Unreadable("/metrics answers " + page.statusCode());
      }
      return page.body();
    } catch (TimeoutException late) {
      throw new Unreadable(
          "/metrics does not answer within %d s".formatted(PATIENCE.toSeconds()), late);
    } catch (ExecutionException failed) {
      throw new Unreadable("/metrics does not answer: " + failed.getCause(), failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new Unreadable("/metrics was not waited for", stopped);
    } finally {
      answer.cancel(true);
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }

  /// A body that is not read beyond what there is room for.
  private static final class Limited implements BodySubscriber<String> {
    private final CompletableFuture<String> body = new CompletableFuture<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CompletableFuture<Flow.Subscription> source = new CompletableFuture<>();

    @Override
    public CompletionStage<String> getBody() {
      return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      source.complete(subscription);
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> parts) {
      for (ByteBuffer part : parts) {
        if (bytes.size() + part.remaining() > MOST_BYTES) {
          source.join().cancel();
          body.completeExceptionally(
              new java.io.IOException("it has more than %d bytes".formatted(MOST_BYTES)));
          return;
        }
        byte[] copy = new byte[part.remaining()];
        part.get(copy);
        bytes.writeBytes(copy);
      }
    }

    @Override
    public void onError(Throwable failure) {
      body.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      body.complete(bytes.toString(StandardCharsets.UTF_8));
    }
  }
}
