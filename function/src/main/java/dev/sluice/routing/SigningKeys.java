package dev.sluice.routing;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// The secrets that sign what callers bring back. The first signs, all verify, so a key is
/// replaced by putting a new one in front and taking the old one away when its tokens have expired.
public record SigningKeys(List<SigningKey> keys) {
  public SigningKeys {
    keys = List.copyOf(keys);
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("at least one signing key is needed: id:base64");
    }
    long distinct = keys.stream().map(SigningKey::id).distinct().count();
    if (distinct != keys.size()) {
      throw new IllegalArgumentException("signing key ids must differ: " + keys);
    }
  }

  /// The keys of a setting `id:base64,id:base64`. No message shows a secret.
  public static SigningKeys parse(String text) {
    List<SigningKey> keys = new ArrayList<>();
    String[] entries = text.split(",", -1);
    for (int i = 0; i < entries.length; i++) {
      keys.add(parseEntry(entries[i].strip(), i + 1));
    }
    return new SigningKeys(keys);
  }

  private static SigningKey parseEntry(String entry, int position) {
    int colon = entry.indexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("signing key " + position + " must be id:base64");
    }
    String id = entry.substring(0, colon);
    byte[] secret;
    try {
      secret = Base64.getDecoder().decode(entry.substring(colon + 1));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "the secret of signing key " + position + " must be base64", e);
    }
    return SigningKey.of(id, secret);
  }

  /// A seal for one purpose, whose marks are worth nothing for another.
  public Seal sealFor(String purpose) {
    return Seal.of(this, purpose, Seal.WHOLE_MAC);
  }

  /// The same with shorter marks.
  ///
  /// @param macBytes of the 32 of the mac, at least 16
  public Seal sealFor(String purpose, int macBytes) {
    return Seal.of(this, purpose, macBytes);
  }
}
