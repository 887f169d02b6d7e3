package dev.sluice.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.control.Kept;
import dev.sluice.control.Store;
import dev.sluice.control.StoreContract;
import dev.sluice.control.StoreUnavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteStoreTest extends StoreContract {
  @TempDir private Path folder;

  private final List<JdbcStore> opened = new ArrayList<>();

  @Override
  protected Store open() throws StoreUnavailable {
    JdbcStore store = JdbcStore.open(file().toString());
    opened.add(store);
    return store;
  }

  @AfterEach
  void close() {
    opened.forEach(JdbcStore::close);
  }

  private Path file() {
    return folder.resolve("data").resolve("sluice.db");
  }

  @Test
  void refusesAStoreOfANewerForm() throws Exception {
    execute("update sluice_form set form = 99");

    assertThatThrownBy(this::open)
        .isInstanceOf(StoreUnavailable.class)
        .hasMessageContaining("form 99")
        .hasMessageContaining("knows " + Forms.NEWEST);
  }

  @Test
  void acknowledgesNothingThatIsWrittenIntoADeletedFile() throws Exception {
    Store store = open();
    Files.delete(file());

    assertThatThrownBy(() -> store.write(Kept.write(Kept.draft("r1", "digits"))))
        .isInstanceOf(StoreUnavailable.class)
        .hasMessageContaining("was deleted");
  }

  @Test
  void acknowledgesNothingThatIsWrittenWhereAnotherFileWasPutInItsPlace() throws Exception {
    Store store = open();
    Files.move(file(), file().resolveSibling("away.db"));
    Files.createFile(file());

    assertThatThrownBy(() -> store.write(Kept.write(Kept.draft("r1", "digits"))))
        .isInstanceOf(StoreUnavailable.class)
        .hasMessageContaining("another was put in its place");
  }

  @Test
  void leavesTheTablesAsTheyAreWhenOpenedAgain() throws Exception {
    var store = open();
    store.write(Kept.write(Kept.draft("r1", "digits")));

    assertThat(open().log(0, 10)).hasSize(1);
  }

  @Test
  void hasAnIndexThatLetsOneRolloutBeActiveOnAModel() throws Exception {
    String active =
        "insert into rollouts (id, model, phase, created, written, revision, json)"
            + " values ('%s', 'digits', 'active', 1, 1, 1, '')";
    execute(active.formatted("r1"));

    assertThatThrownBy(() -> execute(active.formatted("r2"))).isInstanceOf(SQLException.class);
  }

  @Test
  void writesThroughToTheDisk() throws Exception {
    var file = new StoreAddress.Sqlite(file());
    try (SqliteFile database = SqliteFile.open(file)) {
      // 2 is FULL.
      assertThat(
              database.<Integer>write(
                  sql -> sql.first(line -> line.getInt(1), "pragma synchronous").orElseThrow(),
                  value -> true))
          .isEqualTo(2);
      assertThat(
              database.<String>write(
                  sql -> sql.first(line -> line.getString(1), "pragma journal_mode").orElseThrow(),
                  value -> true))
          .isEqualTo("wal");
    }
  }

  @Test
  void saysThatAFolderIsNoStore() {
    assertThatThrownBy(() -> JdbcStore.open(folder.toString()))
        .isInstanceOf(StoreUnavailable.class)
        .hasMessageContaining("cannot be written");
  }

  @Test
  void saysThatTheFileIsSomethingElse() throws IOException {
    Path text = folder.resolve("text");
    Files.writeString(text, "this is no database, but a text that is long enough".repeat(20));

    assertThatThrownBy(() -> JdbcStore.open(text.toString()))
        .isInstanceOf(StoreUnavailable.class)
        .hasMessageContaining("not a database");
  }

  @Test
  void saysWhatCannotBeReadAndGoesOnWithTheRest() throws Exception {
    var store = open();
    store.write(Kept.write(Kept.draft("r1", "digits")));
    store.write(Kept.write(Kept.draft("r2", "digits")));
    execute("update rollouts set json = '{\"schema\":99}' where id = 'r1'");

    assertThatThrownBy(() -> store.find(Kept.draft("r1", "digits").id()))
        .isInstanceOf(StoreUnavailable.class)
        .hasMessage("rollout r1 cannot be read: rollout of schema 99: this version reads schema 1");
    assertThat(store.find(Kept.draft("r2", "digits").id())).isPresent();
  }

  private void execute(String statement) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
        var prepared = connection.prepareStatement(statement)) {
      prepared.executeUpdate();
    }
  }
}
