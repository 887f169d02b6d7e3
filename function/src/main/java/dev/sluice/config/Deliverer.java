package dev.sluice.config;

import dev.sluice.announce.Webhook;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The thread that announces: a receiver that is slow keeps nobody else waiting.
final class Deliverer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Deliverer.class);

  private final Webhook webhook;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          work -> Thread.ofPlatform().daemon().name("webhook").unstarted(work));

  Deliverer(Webhook webhook) {
    this.webhook = webhook;
  }

  void start() {
    // A turn never throws, so there is nothing to be learned from it.
    Future<?> unused = thread.scheduleWithFixedDelay(this::turn, 1, 1, TimeUnit.SECONDS);
  }

  /// One turn, on the calling thread.
  void turn() {
    try {
      webhook.deliver(Instant.now());
    } catch (RuntimeException bug) {
      LOG.atError().setCause(bug).log("the webhook broke");
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
    webhook.close();
  }
}
