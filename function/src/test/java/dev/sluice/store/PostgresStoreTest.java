package dev.sluice.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.control.Store;
import dev.sluice.control.StoreContract;
import dev.sluice.control.StoreUnavailable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PostgresStoreTest extends StoreContract {
  private final String address = Postgres.emptyDatabase();
  private final List<JdbcStore> opened = new ArrayList<>();

  @Override
  protected Store open() throws StoreUnavailable {
    JdbcStore store = JdbcStore.open(address);
    synchronized (opened) {
      opened.add(store);
    }
    return store;
  }

  @AfterEach
  void close() {
    opened.forEach(JdbcStore::close);
  }

  @Test
  void makesItsTablesOnceWhenReplicasStartTogether() throws Exception {
    String empty = Postgres.emptyDatabase();
    var ready = new CountDownLatch(3);
    List<FutureTask<Long>> starting = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      starting.add(
          new FutureTask<>(
              () -> {
                ready.countDown();
                ready.await();
                try (JdbcStore store = JdbcStore.open(empty)) {
                  return store.lastSequence();
                }
              }));
    }

    starting.forEach(Thread::startVirtualThread);

    for (FutureTask<Long> each : starting) {
      assertThat(each.get()).isZero();
    }
  }

  @Test
  void saysWhichServerIsAwayAndNotThePassword() throws IOException {
    int port;
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }

    assertThatThrownBy(() -> JdbcStore.open("postgresql://ann:secret@localhost:" + port + "/db"))
        .isInstanceOf(StoreUnavailable.class)
        .hasMessageContaining("postgresql://localhost:" + port + "/db cannot be opened")
        .hasMessageNotContaining("secret");
  }
}
