package dev.sluice.api;

import dev.sluice.admission.Caller;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// Who somebody is by the bearer token that came. Texts are compared as SHA-256 digests in constant
/// time, so neither a prefix nor the length of a secret can be timed. Thread-safe.
final class Credentials {
  private static final String BEARER = "Bearer ";
  private static final int LONGEST = 512;

  private final Optional<byte[]> admin;
  private final Optional<byte[]> viewer;
  private final List<byte[]> apiKeys;

  Credentials(
      Optional<String> adminToken, Optional<String> viewerToken, Collection<String> apiKeys) {
    this.admin = adminToken.map(Credentials::digest);
    this.viewer = viewerToken.map(Credentials::digest);
    this.apiKeys = apiKeys.stream().sorted().map(Credentials::digest).toList();
  }

  /// What a request may do with the admin API.
  enum Standing {
    /// May read and change.
    ADMIN,
    /// May read.
    VIEWER,
    /// Came without a token, or with a wrong one.
    NOBODY,
    /// There is no admin token, so nobody may.
    OFF
  }

  /// By the bearer token of a request.
  Standing standing(Headers headers) {
    return standing(bearer(headers).orElse(""));
  }

  /// By a token, wherever it came from.
  Standing standing(String token) {
    if (admin.isEmpty()) {
      return Standing.OFF;
    }
    byte[] given = digest(token);
    boolean isAdmin = MessageDigest.isEqual(given, admin.get());
    boolean isViewer = viewer.isPresent() && MessageDigest.isEqual(given, viewer.get());
    return isAdmin ? Standing.ADMIN : isViewer ? Standing.VIEWER : Standing.NOBODY;
  }

  /// Whether somebody speaks for themselves, rightly or not.
  boolean hasBearer(Headers headers) {
    return headers.all("authorization").stream()
        .anyMatch(field -> field.regionMatches(true, 0, BEARER, 0, BEARER.length()));
  }

  /// Whether predictions need a key.
  boolean wantsApiKey() {
    return !apiKeys.isEmpty();
  }

  /// The holder of an API key; none when the key is missing or wrong.
  Optional<Caller> keyed(Headers headers) {
    byte[] given = digest(bearer(headers).orElse(""));
    int found = -1;
    for (int i = 0; i < apiKeys.size(); i++) {
      if (MessageDigest.isEqual(given, apiKeys.get(i))) {
        found = i;
      }
    }
    return found < 0 ? Optional.empty() : Optional.of(new Caller.Keyed("key-" + found));
  }

  // More than one field is an attempt to be two people.
  private static Optional<String> bearer(Headers headers) {
    List<String> fields = new ArrayList<>(headers.all("authorization"));
    if (fields.size() != 1) {
      return Optional.empty();
    }
    String field = fields.getFirst();
    if (field.length() > LONGEST + BEARER.length()
        || !field.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return Optional.empty();
    }
    return Optional.of(field.substring(BEARER.length()).strip());
  }

  private static byte[] digest(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
