package dev.sluice.aws;

import dev.sluice.control.StoreUnavailable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/// A table of DynamoDB with a key of two texts, `pk` and `sk`. Whatever is read was the newest.
/// Thread-safe; blocks.
///
/// An answer may get lost, and what was asked is then sent again: a conditional write is refused
/// the second time, because of the first. So each carries a mark of its own, and a refusal by an
/// item with that mark is none.
record Table(DynamoDbClient client, String name) {
  private static final String MARK = "by";
  private static final int READ_AT_ONCE = 100;
  private static final int WRITTEN_AT_ONCE = 25;
  private static final String CONDITION_FAILED = "ConditionalCheckFailed";

  Optional<Item> get(Key key) throws StoreUnavailable {
    var answer =
        ask(
            () ->
                client.getItem(get -> get.tableName(name).key(key.values()).consistentRead(true)));
    return answer.hasItem() ? Optional.of(new Item(answer.item())) : Optional.empty();
  }

  /// Those of them that are there.
  Map<Key, Item> get(List<Key> keys) throws StoreUnavailable {
    Map<Key, Item> found = new HashMap<>();
    List<Key> all = List.copyOf(new LinkedHashSet<>(keys));
    for (int from = 0; from < all.size(); from += READ_AT_ONCE) {
      List<Key> some = all.subList(from, Math.min(from + READ_AT_ONCE, all.size()));
      Map<String, KeysAndAttributes> left =
          Map.of(
              name,
              KeysAndAttributes.builder()
                  .keys(some.stream().map(Key::values).toList())
                  .consistentRead(true)
                  .build());
      for (int round = 0; !left.isEmpty(); round++) {
        rest(round);
        Map<String, KeysAndAttributes> asked = left;
        BatchGetItemResponse answer =
            ask(() -> client.batchGetItem(get -> get.requestItems(asked)));
        for (var values : answer.responses().getOrDefault(name, List.of())) {
          Item item = new Item(values);
          found.put(item.key(), item);
        }
        left = answer.unprocessedKeys();
      }
    }
    return found;
  }

  /// In which order.
  enum Order {
    ASCENDING,
    DESCENDING
  }

  /// So many of them at most.
  List<Item> query(Range range, Order order, int limit) throws StoreUnavailable {
    Condition filter = range.filter().orElse(Condition.that(""));
    var values = new HashMap<>(filter.values());
    values.put(":partition", AttributeValue.fromS(range.partition()));
    values.put(":from", AttributeValue.fromS(range.from()));
    values.put(":to", AttributeValue.fromS(range.to()));
    List<Item> found = new ArrayList<>();
    Map<String, AttributeValue> after = Map.of();
    do {
      Map<String, AttributeValue> last = after;
      // A filter is applied to what was read already: the limit would be one of what is looked at.
      boolean counts = range.filter().isEmpty() && limit < Integer.MAX_VALUE;
      int page = limit - found.size();
      var answer =
          ask(
              () ->
                  client.query(
                      query -> {
                        query
                            .tableName(name)
                            .consistentRead(true)
                            .keyConditionExpression("pk = :partition and sk between :from and :to")
                            .expressionAttributeValues(values)
                            .scanIndexForward(order == Order.ASCENDING);
                        if (counts) {
                          query.limit(page);
                        }
                        if (range.filter().isPresent()) {
                          query
                              .filterExpression(filter.expression())
                              .expressionAttributeNames(filter.names());
                        }
                        if (!last.isEmpty()) {
                          query.exclusiveStartKey(last);
                        }
                      }));
      answer.items().stream().map(Item::new).forEach(found::add);
      after = answer.hasLastEvaluatedKey() ? answer.lastEvaluatedKey() : Map.of();
    } while (!after.isEmpty() && found.size() < limit);
    return List.copyOf(found.subList(0, Math.min(limit, found.size())));
  }

  void put(Item item) throws StoreUnavailable {
    ask(() -> client.putItem(put -> put.tableName(name).item(item.values())));
  }

  /// Whether the condition held and the item is there now.
  boolean put(Item item, Condition condition) throws StoreUnavailable {
    Item marked = marked(item);
    try {
      ask(
          () ->
              client.putItem(
                  put ->
                      put.tableName(name)
                          .item(marked.values())
                          .conditionExpression(condition.expression())
                          .expressionAttributeNames(condition.names())
                          .expressionAttributeValues(orNothing(condition))
                          .returnValuesOnConditionCheckFailure(
                              ReturnValuesOnConditionCheckFailure.ALL_OLD)));
      return true;
    } catch (ConditionalCheckFailedException refused) {
      return refused.hasItem() && sameMark(refused.item(), marked);
    }
  }

  // An empty map is refused; one that was not given is not.
  @SuppressWarnings("NullAway") // The SDK takes null for "not given".
  private static Map<String, AttributeValue> orNothing(Condition condition) {
    return condition.values().isEmpty() ? null : condition.values();
  }

  private static Item marked(Item item) {
    return item.text(MARK, UUID.randomUUID().toString());
  }

  private static boolean sameMark(Map<String, AttributeValue> found, Item marked) {
    return new Item(found).optional(MARK).equals(marked.optional(MARK));
  }

  /// What became of changes that are made together.
  sealed interface Outcome {
    record Done() implements Outcome {}

    /// Nothing was changed.
    ///
    /// @param failed of the items of which the conditions did not hold; none where somebody else
    ///     wrote at the same time
    record Refused(Set<Key> failed) implements Outcome {
      public Refused {
        failed = Set.copyOf(failed);
      }
    }
  }

  /// Makes changes together.
  ///
  /// @param parts the first of them bears the mark, where it puts an item
  Outcome change(List<Part> parts) throws StoreUnavailable {
    List<Part> sent = new ArrayList<>(parts);
    Part first = parts.getFirst();
    if (first instanceof Part.Put(Item item, Condition condition)) {
      first = new Part.Put(marked(item), condition);
      sent.set(0, first);
    }
    List<TransactWriteItem> items = sent.stream().map(this::item).toList();
    try {
      ask(() -> client.transactWriteItems(write -> write.transactItems(items)));
      return new Outcome.Done();
    } catch (TransactionCanceledException refused) {
      return wasOurs(first, refused)
          ? new Outcome.Done()
          : new Outcome.Refused(failed(sent, refused));
    }
  }

  private static boolean wasOurs(Part first, TransactionCanceledException refused) {
    return first instanceof Part.Put(Item item, Condition condition)
        && refused.cancellationReasons().stream()
            .limit(1)
            .anyMatch(reason -> sameMark(reason.item(), item));
  }

  private Set<Key> failed(List<Part> parts, TransactionCanceledException refused)
      throws StoreUnavailable {
    Set<Key> failed = new HashSet<>();
    List<CancellationReason> reasons = refused.cancellationReasons();
    for (int i = 0; i < Math.min(parts.size(), reasons.size()); i++) {
      String code = String.valueOf(reasons.get(i).code());
      switch (code) {
        case CONDITION_FAILED -> failed.add(parts.get(i).key());
        case "None", "TransactionConflict" -> {}
        // Too large, throttled, not well-formed: asking again at once changes nothing.
        default ->
            throw new StoreUnavailable(
                "table %s: %s: %s".formatted(name, code, reasons.get(i).message()), refused);
      }
    }
    return failed;
  }

  private TransactWriteItem item(Part part) {
    Condition condition = part.condition();
    return switch (part) {
      case Part.Put put ->
          TransactWriteItem.builder()
              .put(
                  each ->
                      each.tableName(name)
                          .item(put.item().values())
                          .conditionExpression(condition.expression())
                          .expressionAttributeNames(condition.names())
                          .expressionAttributeValues(orNothing(condition))
                          .returnValuesOnConditionCheckFailure(
                              ReturnValuesOnConditionCheckFailure.ALL_OLD))
              .build();
      case Part.Delete delete ->
          TransactWriteItem.builder()
              .delete(
                  each ->
                      each.tableName(name)
                          .key(delete.key().values())
                          .conditionExpression(condition.expression())
                          .expressionAttributeNames(condition.names())
                          .expressionAttributeValues(orNothing(condition)))
              .build();
    };
  }

  /// Takes items away, in no order.
  void delete(List<Key> keys) throws StoreUnavailable {
    List<Key> all = List.copyOf(new LinkedHashSet<>(keys));
    for (int from = 0; from < all.size(); from += WRITTEN_AT_ONCE) {
      List<WriteRequest> deletes =
          all.subList(from, Math.min(from + WRITTEN_AT_ONCE, all.size())).stream()
              .map(
                  key ->
                      WriteRequest.builder()
                          .deleteRequest(delete -> delete.key(key.values()))
                          .build())
              .toList();
      Map<String, List<WriteRequest>> left = Map.of(name, deletes);
      for (int round = 0; !left.isEmpty(); round++) {
        rest(round);
        Map<String, List<WriteRequest>> asked = left;
        left = ask(() -> client.batchWriteItem(w -> w.requestItems(asked))).unprocessedItems();
      }
    }
  }

  /// What was left over was throttled: asked for again at once it would be throttled again.
  private void rest(int round) throws StoreUnavailable {
    if (round == Pause.MOST) {
      throw new StoreUnavailable("table %s: throttled".formatted(name));
    }
    if (round > 0) {
      Pause.between();
    }
  }

  private <T> T ask(Supplier<T> call) throws StoreUnavailable {
    try {
      return call.get();
    } catch (ConditionalCheckFailedException | TransactionCanceledException refused) {
      throw refused;
    } catch (ResourceNotFoundException absent) {
      throw new StoreUnavailable(
          "there is no table %s: it needs a key of two texts, pk and sk".formatted(name), absent);
    } catch (AwsServiceException refused) {
      throw new StoreUnavailable("table %s: %s".formatted(name, Said.by(refused)), refused);
    } catch (SdkException away) {
      throw new StoreUnavailable("table %s: %s".formatted(name, away.getMessage()), away);
    }
  }
}
