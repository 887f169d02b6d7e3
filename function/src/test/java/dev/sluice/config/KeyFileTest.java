package dev.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.routing.SigningKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyFileTest {
  @TempDir Path folder;

  @Test
  void keysAreMadeOnceAndKept() throws IOException {
    Path data = folder.resolve("not/there/yet");

    SigningKeys first = KeyFile.keys(data);
    SigningKeys second = KeyFile.keys(data);

    assertThat(Files.readString(data.resolve("signing-keys"))).startsWith("k1:");
    assertThat(second.sealFor("test").open(first.sealFor("test").seal("v1")).toString())
        .contains("Genuine");
    assertThat(data).isDirectoryNotContaining("glob:**.new");
  }

  @Test
  void nobodyElseMayReadThem() throws IOException {
    KeyFile.keys(folder);

    assertThat(Files.getPosixFilePermissions(folder.resolve("signing-keys")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void twoInstancesHaveTwoKeys() throws IOException {
    SigningKeys one = KeyFile.keys(folder.resolve("one"));
    SigningKeys other = KeyFile.keys(folder.resolve("other"));

    assertThat(other.sealFor("test").open(one.sealFor("test").seal("v1")).toString())
        .contains("NotOurs");
  }

  @Test
  void aFolderThatCannotBeWrittenIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");

    assertThatThrownBy(() -> KeyFile.keys(file.resolve("data")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("DATA_DIR")
        .hasMessageContaining("cannot be written");
  }

  @Test
  void aDamagedFileStopsTheStartAndIsNotReplaced() throws IOException {
    Path file = Files.writeString(folder.resolve("signing-keys"), "k1:");

    assertThatThrownBy(() -> KeyFile.keys(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("signing-keys");
    assertThat(Files.readString(file)).isEqualTo("k1:");
  }
}
