package dev.sluice.onnx;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// The bytes of a model file and their digest, read once: what was hashed is what is loaded.
///
/// @param bytes a direct buffer from position 0 to its limit
/// @param digest lower-case hex SHA-256
record ModelFile(ByteBuffer bytes, String digest) {
  private static final long LARGEST = 2_000_000_000;

  static ModelFile read(Path path) throws ModelRefused {
    if (!Files.isRegularFile(path)) {
      throw new ModelRefused(path + ": there is no such file");
    }
    try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size > LARGEST) {
        throw new ModelRefused(path + ": a model has at most " + LARGEST + " bytes: " + size);
      }
      var bytes = ByteBuffer.allocateDirect((int) size);
      while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
        // A read may bring less than there is room for.
      }
      bytes.flip();
      var sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(bytes.duplicate());
      return new ModelFile(bytes, HexFormat.of().formatHex(sha256.digest()));
    } catch (IOException unreadable) {
      throw new ModelRefused(path + ": cannot be read", unreadable);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
