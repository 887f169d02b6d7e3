package dev.sluice.announce;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.announce.Receiver.Manner;
import dev.sluice.control.Change;
import dev.sluice.control.MemoryStore;
import dev.sluice.control.RolloutRecord;
import dev.sluice.control.Rollouts;
import dev.sluice.rollout.Cause;
import dev.sluice.rollout.Phase;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// A webhook and a real HTTP server on the loopback.
class WebhookTest {
  private static final String SECRET = "0123456789abcdef";
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration LONG = Duration.ofMinutes(5);

  private final MemoryStore store = new MemoryStore();
  private final Cursors cursors = new Cursors();
  private final AtomicBoolean leads = new AtomicBoolean(true);
  private final List<String> outcomes = new ArrayList<>();
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final Logger log = (Logger) LoggerFactory.getLogger(Webhook.class);
  private Receiver receiver;
  private Webhook webhook;
  private int rollouts;

  @BeforeEach
  void begin() throws IOException {
    lines.start();
    log.addAppender(lines);
    receiver = new Receiver();
    webhook = webhook(receiver.url(), Webhook.Patience.DEFAULT);
    webhook.deliver(NOW);
  }

  @AfterEach
  void end() {
    webhook.close();
    receiver.close();
    log.detachAppender(lines);
  }

  private Webhook webhook(URI url, Webhook.Patience patience) {
    var deliveries =
        new Deliveries() {
          @Override
          public void delivered() {
            outcomes.add("delivered");
          }

          @Override
          public void retried() {
            outcomes.add("retried");
          }

          @Override
          public void failed() {
            outcomes.add("failed");
          }
        };
    return new Webhook(
        new Webhook.Parts(
            new Target(url, SECRET),
            store,
            cursors,
            leads::get,
            new Random(1),
            deliveries,
            patience));
  }

  /// Writes an entry; its number is the count of entries so far.
  private void written(Optional<Change> change) {
    RolloutRecord draft = Told.draft("r" + rollouts++);
    var write = new Rollouts.Write(draft, Optional.empty(), Told.entry(draft, change));
    assertThatCode(() -> store.write(write)).doesNotThrowAnyException();
  }

  private void ended() {
    written(Optional.of(Told.moved(Phase.ROLLED_BACK, Cause.Code.HARMFUL)));
  }

  @Test
  void postsEveryEndOnceInTheOrderOfTheRecord() throws Exception {
    ended();
    written(Optional.empty());
    written(Optional.of(Told.moved(Phase.RUNNING, Cause.Code.LOADED)));
    written(Optional.of(Told.moved(Phase.FAILED, Cause.Code.SAMPLE_RATIO_MISMATCH)));
    ended();

    webhook.deliver(NOW);
    webhook.deliver(NOW);

    assertThat(receiver.deliveries()).containsExactly("1", "4", "5");
    assertThat(cursors.cursor("webhook")).isEqualTo(5);
    assertThat(outcomes).containsExactly("delivered", "delivered", "delivered");
    Receiver.Message second = receiver.got().get(1);
    assertThat(second.header("Sluice-event")).isEqualTo("split_mismatch");
    assertThat(second.header("Content-type")).isEqualTo("application/json");
    assertThat(new ObjectMapper().readTree(second.body()).get("id").asLong()).isEqualTo(4);
  }

  @Test
  void readsOnWhereARecordIsLongerThanAPage() {
    for (int i = 0; i < 250; i++) {
      written(Optional.empty());
    }
    ended();

    webhook.deliver(NOW);

    assertThat(receiver.deliveries()).containsExactly("251");
  }

  @Test
  void signsTheMomentAndTheBody() throws Exception {
    ended();

    webhook.deliver(NOW);

    Receiver.Message message = receiver.got().getFirst();
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(SECRET.getBytes(UTF_8), "HmacSHA256"));
    String moment = Long.toString(NOW.getEpochSecond());
    byte[] proof = mac.doFinal((moment + "." + message.body()).getBytes(UTF_8));
    assertThat(message.header("Sluice-signature"))
        .isEqualTo("t=" + moment + ",v1=" + HexFormat.of().formatHex(proof));
  }

  @Test
  void keepsTheOrderAndTheCursorWhileOneIsRefused() {
    ended();
    ended();
    receiver.answers(Manner.status(500), Manner.status(302));

    webhook.deliver(NOW);
    assertThat(cursors.cursor("webhook")).isZero();
    webhook.deliver(NOW.plusMillis(400));
    assertThat(receiver.deliveries()).containsExactly("1");
    webhook.deliver(NOW.plus(LONG));
    assertThat(cursors.cursor("webhook")).isZero();
    webhook.deliver(NOW.plus(LONG).plus(LONG));

    assertThat(receiver.deliveries()).containsExactly("1", "1", "1", "2");
    assertThat(outcomes).containsExactly("retried", "retried", "delivered", "delivered");
    assertThat(cursors.cursor("webhook")).isEqualTo(2);
  }

  @Test
  void triesAgainWhereTheConnectionBreaks() {
    ended();
    receiver.answers(Manner.RESET);

    webhook.deliver(NOW);
    webhook.deliver(NOW.plus(LONG));

    assertThat(outcomes).containsExactly("retried", "delivered");
  }

  @Test
  void doesNotWaitForAnAnswerThatDoesNotComeOrDoesNotEnd() {
    ended();
    receiver.answers(receiver.silence(), receiver.trickle());
    webhook.close();
    webhook =
        webhook(
            receiver.url(), new Webhook.Patience(Duration.ofSeconds(2), Duration.ofMillis(300)));

    webhook.deliver(NOW);
    webhook.deliver(NOW.plus(LONG));

    assertThat(outcomes).containsExactly("retried", "retried");
    assertThat(cursors.cursor("webhook")).isZero();
  }

  @Test
  void triesAgainWhereNobodyListens() throws IOException {
    int free;
    try (var socket = new ServerSocket(0)) {
      free = socket.getLocalPort();
    }
    ended();
    webhook.close();
    webhook = webhook(URI.create("http://127.0.0.1:" + free + "/k3y"), Webhook.Patience.DEFAULT);

    webhook.deliver(NOW);

    assertThat(outcomes).containsExactly("retried");
  }

  @Test
  void givesUpWhatIsGoneAndGoesOn() {
    ended();
    ended();
    receiver.answers(Manner.status(410));

    webhook.deliver(NOW);

    assertThat(receiver.deliveries()).containsExactly("1", "2");
    assertThat(outcomes).containsExactly("failed", "delivered");
    assertThat(cursors.cursor("webhook")).isEqualTo(2);
  }

  @Test
  void givesUpAfterTwentyAttemptsAndGoesOn() {
    ended();
    ended();
    Manner[] refusals = new Manner[Webhook.MOST_ATTEMPTS];
    Arrays.fill(refusals, Manner.status(503));
    receiver.answers(refusals);

    for (int i = 0; i < Webhook.MOST_ATTEMPTS; i++) {
      webhook.deliver(NOW.plus(LONG.multipliedBy(i)));
    }

    assertThat(outcomes).hasSize(21).containsOnlyOnce("failed").endsWith("failed", "delivered");
    assertThat(receiver.deliveries()).endsWith("1", "2");
  }

  @Test
  void aRestartGoesOnWhereTheCursorStands() {
    ended();
    webhook.deliver(NOW);
    ended();
    webhook.close();

    webhook = webhook(receiver.url(), Webhook.Patience.DEFAULT);
    webhook.deliver(NOW);

    assertThat(receiver.deliveries()).containsExactly("1", "2");
  }

  @Test
  void whatWasTakenButNotWrittenDownIsToldAgainWithTheSameNumber() {
    ended();
    cursors.stick();
    webhook.deliver(NOW);
    webhook.close();
    cursors.loosen();

    webhook = webhook(receiver.url(), Webhook.Patience.DEFAULT);
    webhook.deliver(NOW);

    assertThat(receiver.deliveries()).containsExactly("1", "1");
    assertThat(receiver.got().get(0).body()).isEqualTo(receiver.got().get(1).body());
  }

  @Test
  void whatEndedBeforeTheFirstStartIsNotTold() {
    var later = new Cursors();
    ended();
    try (var first =
        new Webhook(
            new Webhook.Parts(
                new Target(receiver.url(), SECRET),
                store,
                later,
                leads::get,
                new Random(1),
                new Quiet(),
                Webhook.Patience.DEFAULT))) {
      first.deliver(NOW);
      ended();
      first.deliver(NOW);
    }

    assertThat(receiver.deliveries()).containsExactly("2");
  }

  private record Quiet() implements Deliveries {
    @Override
    public void delivered() {}

    @Override
    public void retried() {}

    @Override
    public void failed() {}
  }

  @Test
  void saysAndMovesNothingWhileAnotherProcessLeads() {
    written(Optional.empty());
    leads.set(false);
    webhook.deliver(NOW);
    assertThat(cursors.cursor("webhook")).isZero();

    ended();
    webhook.deliver(NOW);

    assertThat(receiver.got()).isEmpty();
    assertThat(cursors.cursor("webhook")).isZero();
  }

  @Test
  void stopsWhenItNoLongerLeads() {
    ended();
    ended();
    receiver.answers(
        exchange -> {
          leads.set(false);
          exchange.sendResponseHeaders(200, -1);
        });

    webhook.deliver(NOW);

    assertThat(receiver.deliveries()).containsExactly("1");
    assertThat(cursors.cursor("webhook")).isEqualTo(1);
  }

  @Test
  void itsLinesShowNeitherThePathNorTheSecret() throws IOException {
    ended();
    ended();
    receiver.answers(Manner.status(500), Manner.status(410), Manner.RESET);

    webhook.deliver(NOW);
    webhook.deliver(NOW.plus(LONG));

    assertThat(lines.list).hasSize(3);
    var written = new StringBuilder();
    for (ILoggingEvent line : lines.list) {
      // As the encoder of the log does: it writes objects whole.
      written.append(line).append(new ObjectMapper().writeValueAsString(line.getKeyValuePairs()));
    }
    assertThat(written.toString())
        .contains("http://127.0.0.1", "status 500", "status 410", "IOException")
        .doesNotContain("k3y", SECRET);
  }
}
