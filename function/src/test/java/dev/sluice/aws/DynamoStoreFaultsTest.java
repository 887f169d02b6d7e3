package dev.sluice.aws;

import static dev.sluice.control.Kept.NOW;
import static dev.sluice.control.Kept.draft;
import static dev.sluice.control.Kept.running;
import static dev.sluice.control.Kept.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.aws.FaultyServer.Fault;
import dev.sluice.control.Instances.Presence;
import dev.sluice.control.RolloutRecord;
import dev.sluice.control.Rollouts.Filter;
import dev.sluice.control.Rollouts.Written;
import dev.sluice.control.Settings;
import dev.sluice.control.StoreUnavailable;
import dev.sluice.routing.Split;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// The store where calls fail. What is lost is sent again; a write of a rollout is a read and a
/// transaction.
class DynamoStoreFaultsTest {
  private final String table = LocalDynamo.emptyTable();
  private final FaultyServer server = new FaultyServer(new Forwarding(LocalDynamo.endpoint()));
  private final DynamoStore store = new DynamoStore(LocalDynamo.client(server.endpoint()), table);
  private final RolloutRecord draft = draft("r1", "digits");

  @AfterEach
  void stop() {
    store.close();
    server.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"LOST_ANSWER", "HALF_ANSWER", "DONE_AND_BROKEN"})
  void knowsItsOwnRolloutWhenTheAnswerWasLost(Fault fault) throws Exception {
    server.next(Fault.NONE, fault);

    assertThat(store.write(write(draft))).isEqualTo(Written.WRITTEN);

    server.next(Fault.NONE, fault);
    assertThat(store.write(write(running(draft)))).isEqualTo(Written.WRITTEN);
    assertThat(store.find(draft.id())).contains(running(draft));
    assertThat(store.log(0, 10)).hasSize(2);
    assertThat(Forwarding.targets(server).stream().filter("TransactWriteItems"::equals)).hasSize(4);
  }

  @ParameterizedTest
  @EnumSource(names = {"LOST_ANSWER", "HALF_ANSWER", "DONE_AND_BROKEN"})
  void knowsEachOfItsOtherWritesWhenTheAnswerWasLost(Fault fault) throws Exception {
    server.next(fault);
    assertThat(store.write(Settings.NONE.written("digits", Split.single("A"))))
        .isEqualTo(Written.WRITTEN);
    server.next(fault);
    assertThat(store.first("e1", NOW, NOW.plusSeconds(9))).isTrue();
    server.next(fault);
    assertThat(store.move("reader", 0, 7)).isTrue();
    server.next(fault);
    assertThat(store.move("reader", 7, 8)).isTrue();
    server.next(fault);
    assertThat(store.lease("a", NOW, NOW.plusSeconds(9))).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"THROTTLED", "BROKEN", "LOST_REQUEST"})
  void asksAgainWhenNothingWasDone(Fault fault) throws Exception {
    server.next(fault, Fault.NONE, fault);

    assertThat(store.write(write(draft))).isEqualTo(Written.WRITTEN);

    assertThat(store.log(0, 10)).hasSize(1);
  }

  @Test
  void saysThatItIsAwayWhenNothingAnswers() throws Exception {
    server.next(lost(20));
    assertThatThrownBy(() -> store.write(write(draft))).isInstanceOf(StoreUnavailable.class);

    server.next();
    assertThat(store.find(draft.id())).isEmpty();
    assertThat(store.lastSequence()).isZero();
  }

  private static Fault[] lost(int times) {
    return Stream.generate(() -> Fault.LOST_REQUEST).limit(times).toArray(Fault[]::new);
  }

  @Test
  void namesThePermissionThatIsMissing() {
    server.next(Fault.DENIED);

    assertThatThrownBy(store::settings)
        .isInstanceOf(StoreUnavailable.class)
        .hasMessage(
            "table %s: not allowed: x:Move;".formatted(table)
                + " AccessDeniedException: not authorized to perform: x:Move");
  }

  @Test
  void saysThatThereIsNoSuchTable() {
    try (var other = new DynamoStore(LocalDynamo.client(), "nowhere")) {
      assertThatThrownBy(other::settings)
          .isInstanceOf(StoreUnavailable.class)
          .hasMessage("there is no table nowhere: it needs a key of two texts, pk and sk");
    }
  }

  @Test
  void goesOnForgettingWhereSomebodyStopped() throws Exception {
    store.write(write(draft));
    // Marked and its entries looked up; nothing can be taken away.
    server.next(
        Stream.concat(Stream.generate(() -> Fault.NONE).limit(4), Arrays.stream(lost(20)))
            .toArray(Fault[]::new));
    assertThatThrownBy(() -> store.delete(draft.id(), 0)).isInstanceOf(StoreUnavailable.class);
    server.next();

    assertThat(store.find(draft.id())).isEmpty();
    assertThat(store.list(Filter.newest(9))).isEmpty();
    assertThat(store.write(write(running(draft)))).isEqualTo(Written.STALE);
    assertThat(store.write(write(draft))).isEqualTo(Written.STALE);
    store.forgetRollouts(10);

    assertThat(store.log(0, 10)).isEmpty();
    assertThat(items()).containsExactly("numbering");
    assertThat(store.write(write(draft))).isEqualTo(Written.WRITTEN);
  }

  @Test
  void leavesNothingOfARolloutThatIsForgotten() throws Exception {
    store.write(write(draft));
    store.write(write(running(draft)));
    RolloutRecord other = draft("r2", "texts", "red");
    store.write(write(other));

    assertThat(store.delete(other.id(), 0)).isEqualTo(Written.WRITTEN);

    assertThat(items())
        .containsExactlyInAnyOrder(
            "numbering",
            "rollouts",
            "rollout#r1",
            "rollout#r1",
            "rollout#r1",
            "active",
            "log",
            "log");
  }

  @Test
  void letsTheTableTakeAwayWhatIsOfNoMoreUse() throws Exception {
    store.first("e1", NOW, NOW.plus(Duration.ofHours(1)));
    store.present(new Presence("p1", NOW, List.of()));

    assertThat(expiry("exposure#e1", "-")).isEqualTo(NOW.getEpochSecond() + 3601);
    assertThat(expiry("instances", "p1")).isEqualTo(NOW.getEpochSecond() + 86_401);
  }

  private long expiry(String pk, String sk) {
    try (DynamoDbClient client = LocalDynamo.client()) {
      Map<String, AttributeValue> item =
          client.getItem(get -> get.tableName(table).key(new Key(pk, sk).values())).item();
      return Long.parseLong(item.getOrDefault("ttl", AttributeValue.fromN("0")).n());
    }
  }

  private List<String> items() {
    try (DynamoDbClient client = LocalDynamo.client()) {
      return client.scan(all -> all.tableName(table)).items().stream()
          .map(item -> new Item(item).key().partition())
          .toList();
    }
  }
}
