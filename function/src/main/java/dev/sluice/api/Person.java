package dev.sluice.api;

import dev.sluice.control.Entry;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// Whoever holds the admin token, and how the request is to be remembered.
///
/// @param name by which history knows them
/// @param key of a request that is to be done once however often it is sent
record Person(String name, Optional<String> key) {
  private static final String UNNAMED = "admin";
  private static final String NAME = "[!-~](?:[ -~]{0,62}[!-~])?";
  private static final String KEY = "[!-~]{1,128}";

  // By these history knows who is no person.
  private static final List<String> TAKEN = List.of("judge", "clock", "runtime");

  static Person of(Headers headers) throws BadHead {
    Optional<String> name = single("X-Sluice-Actor", headers);
    Optional<String> key = single("Idempotency-Key", headers);
    if (name.isPresent() && (!name.get().matches(NAME) || TAKEN.contains(name.get()))) {
      throw new BadHead(
          "X-Sluice-Actor takes 1 to 64 visible ASCII characters, and is not "
              + String.join(", ", TAKEN));
    }
    if (key.isPresent() && !key.get().matches(KEY)) {
      throw new BadHead("Idempotency-Key takes 1 to 128 visible ASCII characters");
    }
    return new Person(name.orElse(UNNAMED), key);
  }

  private static Optional<String> single(String name, Headers headers) throws BadHead {
    if (headers.all(name).size() > 1) {
      throw new BadHead(name + " may come once");
    }
    return headers.first(name);
  }

  /// The request by its key; the same key for anything else than this is a mistake.
  Optional<Entry.Request> request(String method, String path, byte[] body) {
    return key.map(known -> new Entry.Request(known, digest(method + " " + path + "\n", body)));
  }

  private static String digest(String line, byte[] body) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(line.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sha256.digest(body));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
