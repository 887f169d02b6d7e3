package dev.sluice.announce;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.control.Entry;
import dev.sluice.control.Instances;
import dev.sluice.control.Rollouts;
import dev.sluice.control.StoreUnavailable;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Posts announcements to one URL, in the order in which things happened, each at least once.
///
///     log of the store ──after the cursor──▶ announcements ──▶ POST ──2xx──▶ cursor moves
///                                                                │
///                                     anything else: waits, then the same one again
///
/// The cursor moves only after the receiver has taken an announcement, so a crash in between tells
/// it twice and never not at all. One that is refused for good (410), or for about an hour, is
/// given up, so that it does not keep the later ones for ever. Of several processes only the one
/// that leads posts; while the lead changes hands two may post the same, with the same number.
///
/// How often something was tried is forgotten in a restart. Belongs to one thread, which it blocks.
public final class Webhook implements AutoCloseable {
  /// Failed attempts after which an announcement is given up.
  static final int MOST_ATTEMPTS = 20;

  private static final Logger LOG = LoggerFactory.getLogger(Webhook.class);
  private static final String READER = "webhook";
  // Its own word, because a cursor of 0 may also be one that has nothing before it.
  private static final String BEGUN = "webhook-begun";
  private static final int PAGE = 100;
  private static final int GONE = 410;

  private final Parts parts;
  private final HttpClient client;
  private Pending pending = Pending.NOTHING;

  /// What a webhook works with.
  ///
  /// @param leads whether this process is the one that acts for all
  /// @param chance spreads what is tried again
  public record Parts(
      Target target,
      Rollouts log,
      Instances cursors,
      BooleanSupplier leads,
      RandomGenerator chance,
      Deliveries deliveries,
      Patience patience) {}

  /// How long a receiver is waited for.
  ///
  /// @param answer from the first byte sent to the last one received
  public record Patience(Duration connect, Duration answer) {
    public static final Patience DEFAULT =
        new Patience(Duration.ofSeconds(2), Duration.ofSeconds(5));
  }

  /// The announcement that was tried last and not taken.
  ///
  /// @param failed how often
  private record Pending(long sequence, int failed, Instant next) {
    private static final Pending NOTHING = new Pending(0, 0, Instant.MIN);

    private int failed(long other) {
      return sequence == other ? failed : 0;
    }
  }

  /// What came of posting one.
  private sealed interface Posted {
    record Taken() implements Posted {}

    /// @param what for people; nothing in it is the receiver's own words
    record Refused(String what) implements Posted {}

    record Gone() implements Posted {}

    record Interrupted() implements Posted {}
  }

  public Webhook(Parts parts) {
    this.parts = parts;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(parts.patience().connect())
            .build();
  }

  /// Posts what is due. To be called again and again.
  public void deliver(Instant now) {
    if (!parts.leads().getAsBoolean() || now.isBefore(pending.next())) {
      return;
    }
    try {
      begin();
      long cursor = parts.cursors().cursor(READER);
      while (true) {
        List<Entry.Logged> page = parts.log().log(cursor, PAGE);
        if (page.isEmpty() || !told(cursor, page, now)) {
          return;
        }
        cursor = page.getLast().sequence();
      }
    } catch (StoreUnavailable away) {
      // The cursor stands where it stood: the next turn asks again, and who ticks says it is away.
      LOG.atDebug().setCause(away).log("webhook waits for the store");
    }
  }

  /// What ended before there was a webhook is not told.
  private void begin() throws StoreUnavailable {
    if (parts.cursors().cursor(BEGUN) > 0) {
      return;
    }
    long before = parts.cursors().cursor(READER);
    long last = parts.log().lastSequence();
    if (before == last || parts.cursors().move(READER, before, last)) {
      parts.cursors().move(BEGUN, 0, 1);
    }
  }

  /// Tells what there is to tell of some entries, and moves the cursor behind them.
  ///
  /// @return whether all of it was told and nobody else moved the cursor
  private boolean told(long cursor, List<Entry.Logged> page, Instant now) throws StoreUnavailable {
    long at = cursor;
    for (Entry.Logged logged : page) {
      Optional<Announcement> announcement = Announcement.of(logged);
      if (announcement.isEmpty()) {
        continue;
      }
      if (!parts.leads().getAsBoolean() || !settled(announcement.get(), now)) {
        return false;
      }
      if (!parts.cursors().move(READER, at, logged.sequence())) {
        return false;
      }
      at = logged.sequence();
    }
    long last = page.getLast().sequence();
    return at == last || parts.cursors().move(READER, at, last);
  }

  /// Whether there is nothing left to do for an announcement: it was taken, or is given up.
  private boolean settled(Announcement announcement, Instant now) {
    int failedBefore = pending.failed(announcement.sequence());
    return switch (post(announcement, now)) {
      case Posted.Taken taken -> {
        pending = Pending.NOTHING;
        parts.deliveries().delivered();
        yield true;
      }
      case Posted.Refused(String what) ->
          failedBefore + 1 >= MOST_ATTEMPTS
              ? givenUp(announcement, what)
              : postponed(announcement, failedBefore + 1, what, now);
      case Posted.Gone gone -> givenUp(announcement, "status 410");
      case Posted.Interrupted interrupted -> false;
    };
  }

  private boolean givenUp(Announcement announcement, String what) {
    pending = Pending.NOTHING;
    parts.deliveries().failed();
    LOG.atWarn()
        .addKeyValue("sequence", announcement.sequence())
        .addKeyValue("kind", announcement.kind().word())
        .addKeyValue("to", parts.target().toString())
        .addKeyValue("failure", what)
        .log("announcement given up");
    return true;
  }

  private boolean postponed(Announcement announcement, int failed, String what, Instant now) {
    Duration pause = Backoff.after(failed, parts.chance().nextDouble());
    pending = new Pending(announcement.sequence(), failed, now.plus(pause));
    parts.deliveries().retried();
    if (failed == 1) {
      LOG.atWarn()
          .addKeyValue("sequence", announcement.sequence())
          .addKeyValue("kind", announcement.kind().word())
          .addKeyValue("to", parts.target().toString())
          .addKeyValue("failure", what)
          .log("announcement not taken, will be tried again");
    }
    return false;
  }

  private Posted post(Announcement announcement, Instant now) {
    CompletableFuture<HttpResponse<Void>> answer =
        client.sendAsync(request(announcement, now), HttpResponse.BodyHandlers.discarding());
    try {
      int status =
          answer.get(parts.patience().answer().toMillis(), TimeUnit.MILLISECONDS).statusCode();
      if (status / 100 == 2) {
        return new Posted.Taken();
      }
      return status == GONE ? new Posted.Gone() : new Posted.Refused("status " + status);
    } catch (TimeoutException slow) {
      return new Posted.Refused("no answer within " + parts.patience().answer());
    } catch (ExecutionException broken) {
      // Its message may show the URL, its name does not.
      return new Posted.Refused(named(broken));
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return new Posted.Interrupted();
    } finally {
      answer.cancel(true);
    }
  }

  private static String named(ExecutionException broken) {
    Throwable cause = broken.getCause();
    return (cause == null ? broken : cause).getClass().getSimpleName();
  }

  private HttpRequest request(Announcement announcement, Instant now) {
    String body = announcement.body();
    return HttpRequest.newBuilder(parts.target().url())
        .header("Content-Type", "application/json")
        .header("Sluice-Event", announcement.kind().word())
        .header("Sluice-Delivery", Long.toString(announcement.sequence()))
        .header("Sluice-Signature", Signature.of(parts.target().secret(), now, body))
        .POST(HttpRequest.BodyPublishers.ofString(body, UTF_8))
        .build();
  }

  /// Lets go of its connections; an announcement on its way is not waited for.
  @Override
  public void close() {
    client.shutdownNow();
  }
}
