package dev.sluice.aws;

import dev.sluice.control.Store;
import dev.sluice.control.StoreContract;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

class DynamoStoreTest extends StoreContract {
  private final String table = LocalDynamo.emptyTable();
  private final List<DynamoStore> opened = new ArrayList<>();

  @Override
  protected Store open() {
    var store = new DynamoStore(LocalDynamo.client(), table);
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
