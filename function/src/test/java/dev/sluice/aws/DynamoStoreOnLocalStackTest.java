package dev.sluice.aws;

import dev.sluice.control.Store;
import dev.sluice.control.StoreContract;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.condition.EnabledIf;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

@EnabledIf(
    value = "dev.sluice.aws.LocalStack#canRun",
    disabledReason = "no Docker engine runs here, so LocalStack does not")
class DynamoStoreOnLocalStackTest extends StoreContract {
  private final List<DynamoStore> opened = new ArrayList<>();
  private final String table = emptyTable();

  private static String emptyTable() {
    try (DynamoDbClient client = LocalDynamo.client(LocalStack.endpoint())) {
      return LocalDynamo.emptyTable(client);
    }
  }

  @Override
  protected Store open() {
    var store = new DynamoStore(LocalDynamo.client(LocalStack.endpoint()), table);
    synchronized (opened) {
      opened.add(store);
    }
    return store;
  }

  @AfterEach
  void close() {
    opened.forEach(DynamoStore::close);
  }
}
