package dev.sluice.config;

import dev.sluice.routing.SigningKeys;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.EnumSet;

/// The signing keys of an instance that was given none: made once and kept in the data folder, so
/// that callers keep their variant over a restart.
final class KeyFile {
  private static final String NAME = "signing-keys";
  private static final int SECRET_BYTES = 32;

  private KeyFile() {}

  /// The keys of a folder; made and written when there are none.
  ///
  /// @throws IOException when the folder cannot be written, or the file holds no keys
  static SigningKeys keys(Path folder) throws IOException {
    Path file = folder.resolve(NAME);
    try {
      Files.createDirectories(folder);
      if (!Files.exists(file)) {
        create(file);
      }
    } catch (IOException unusable) {
      throw new IOException(
          "DATA_DIR " + folder + " cannot be written, and SIGNING_KEYS is not set", unusable);
    }
    try {
      return SigningKeys.parse(Files.readString(file).strip());
    } catch (IllegalArgumentException damaged) {
      throw new IOException(file + " holds no signing keys: remove it to have new ones", damaged);
    }
  }

  // Written whole under another name first: a crash leaves no half a key.
  private static void create(Path file) throws IOException {
    byte[] secret = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    Path draft = Files.createTempFile(file.toAbsolutePath().getParent(), NAME, ".new");
    if (Files.getFileStore(draft).supportsFileAttributeView("posix")) {
      Files.setPosixFilePermissions(
          draft, EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));
    }
    Files.writeString(
        draft, "k1:" + Base64.getEncoder().encodeToString(secret) + "\n", StandardOpenOption.SYNC);
    try {
      Files.createLink(file, draft);
    } catch (FileAlreadyExistsException another) {
      // Another process was first; its keys are as good.
      return;
    } catch (UnsupportedOperationException noLinks) {
      Files.move(draft, file);
      return;
    } finally {
      Files.deleteIfExists(draft);
    }
  }
}
