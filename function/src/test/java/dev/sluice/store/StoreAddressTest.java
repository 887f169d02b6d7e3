package dev.sluice.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StoreAddressTest {
  @ParameterizedTest
  @ValueSource(strings = {"data/sluice.db", "sqlite:data/sluice.db", "jdbc:sqlite:data/sluice.db"})
  void takesAFileInEachForm(String text) {
    assertThat(StoreAddress.parse(text))
        .isEqualTo(new StoreAddress.Sqlite(Path.of("data/sluice.db")))
        .hasToString("sqlite:data/sluice.db");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgresql://ann:p%40s+s@db.example:5433/sluice?sslmode=require",
        "postgres://ann:p%40s+s@db.example:5433/sluice?sslmode=require",
        "jdbc:postgresql://db.example:5433/sluice?user=ann&password=p%40s+s&sslmode=require",
      })
  void takesAServerInEachForm(String text) {
    assertThat(StoreAddress.parse(text))
        .isEqualTo(
            new StoreAddress.Postgres(
                "jdbc:postgresql://db.example:5433/sluice?sslmode=require", "ann", "p@s+s"));
  }

  @Test
  void takesATable() {
    assertThat(StoreAddress.parse("dynamodb:sluice-state"))
        .isEqualTo(new StoreAddress.Dynamo("sluice-state"))
        .hasToString("dynamodb:sluice-state");
  }

  @Test
  void neverShowsThePassword() {
    assertThat(StoreAddress.parse("postgresql://ann:secret@db:5432/sluice?sslmode=require"))
        .hasToString("postgresql://db:5432/sluice");
  }

  @ParameterizedTest
  @CsvSource({
    "mysql://ann:secret@db/sluice, has another scheme",
    "jdbc:h2:secret, has another scheme",
    "postgresql://ann:secret@db, names no host or no database",
    "postgresql://ann:sec ret@db/sluice, is no URL",
    "dynamo:secret, has another scheme",
    "dynamodb:, names no table",
    "dynamodb:secret table, names no table",
    "sqlite:, names no file",
    "sqlite::memory:secret, names no file",
  })
  void refusesWhatIsNoAddressWithoutRepeatingIt(String text, String reason) {
    assertThatThrownBy(() -> StoreAddress.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason)
        .hasMessageNotContaining("secret");
  }
}
