package dev.sluice.routing;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Marks short texts so that they are known as ours when a caller brings them back:
///
///     v1.<key id>.<body>.<mac>        mac = HMAC-SHA-256(key, everything before the last dot)
///
/// Each purpose has keys of its own, `HMAC-SHA-256(secret, "sluice/v1/" + purpose)`, so a text that
/// was sealed for one purpose does not open for another. A purpose may do with the first bytes of
/// the mac (RFC 2104, section 5): 16 of them are as hard to guess as a key of AES. The mac is
/// compared as text, in constant time: there is one right spelling of it. Immutable and
/// thread-safe.
public final class Seal {
  /// Longer texts are refused before anything is computed.
  public static final int MAX_CHARS = 256;

  static final int WHOLE_MAC = 32;

  private static final String ALGORITHM = "HmacSHA256";
  private static final String FORM = "v1.";

  /// @param mac with its key, and nothing fed to it: to be copied, which is cheaper than a new one
  private record Derived(String id, Mac mac) {}

  private final List<Derived> keys;
  private final int macBytes;

  private Seal(List<Derived> keys, int macBytes) {
    this.keys = List.copyOf(keys);
    this.macBytes = macBytes;
  }

  static Seal of(SigningKeys signing, String purpose, int macBytes) {
    if (macBytes < 16 || macBytes > WHOLE_MAC) {
      throw new IllegalArgumentException("a mac must have 16..32 bytes: " + macBytes);
    }
    byte[] label = ("sluice/v1/" + purpose).getBytes(StandardCharsets.UTF_8);
    List<Derived> derived = new ArrayList<>();
    for (SigningKey key : signing.keys()) {
      byte[] secret = keyed(key.secret()).doFinal(label);
      derived.add(new Derived(key.id(), keyed(secret)));
    }
    return new Seal(derived, macBytes);
  }

  /// What [#open(String)] makes of a text.
  public sealed interface Opened {}

  /// We sealed this body, for this purpose.
  public record Genuine(String body) implements Opened {}

  /// Nothing of it is to be believed.
  public record NotOurs(Fault fault) implements Opened {}

  /// Why a sealed text is not believed.
  public enum Fault {
    /// Not of the form, or too long.
    MALFORMED,
    /// Sealed by a key that we do not have, or no longer.
    UNKNOWN_KEY,
    /// The mac is not that of the text.
    FORGED
  }

  /// Characters that a body may have, so that the sealed text is not too long.
  public int longestBody() {
    int macChars = (macBytes * 8 + 5) / 6;
    return MAX_CHARS - FORM.length() - keys.getFirst().id().length() - 2 - macChars;
  }

  /// Seals a body of visible ASCII, of at most [#longestBody()] characters.
  public String seal(String body) {
    Derived first = keys.getFirst();
    String signed = FORM + first.id() + "." + body;
    String sealed = signed + "." + macText(first, signed);
    if (sealed.length() > MAX_CHARS) {
      throw new IllegalArgumentException("sealed text must have at most 256 characters: " + sealed);
    }
    return sealed;
  }

  /// Reads a text from outside; never throws.
  public Opened open(String text) {
    if (text.length() > MAX_CHARS || !text.startsWith(FORM)) {
      return new NotOurs(Fault.MALFORMED);
    }
    int bodyStart = text.indexOf('.', FORM.length()) + 1;
    int macStart = text.lastIndexOf('.') + 1;
    if (bodyStart == 0 || bodyStart >= macStart) {
      return new NotOurs(Fault.MALFORMED);
    }
    String id = text.substring(FORM.length(), bodyStart - 1);
    for (Derived key : keys) {
      if (key.id().equals(id)) {
        String expected = macText(key, text.substring(0, macStart - 1));
        return sameText(expected, text.substring(macStart))
            ? new Genuine(text.substring(bodyStart, macStart - 1))
            : new NotOurs(Fault.FORGED);
      }
    }
    return new NotOurs(Fault.UNKNOWN_KEY);
  }

  private static boolean sameText(String expected, String given) {
    return MessageDigest.isEqual(
        expected.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
  }

  private String macText(Derived key, String signed) {
    byte[] whole = copy(key.mac()).doFinal(signed.getBytes(StandardCharsets.UTF_8));
    byte[] mac = macBytes == whole.length ? whole : Arrays.copyOf(whole, macBytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(mac);
  }

  private static Mac keyed(byte[] secret) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secret, ALGORITHM));
      // A provider that cannot copy is found here, at the start.
      return copy(mac);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
    }
  }

  private static Mac copy(Mac mac) {
    try {
      return (Mac) mac.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the JDK's own " + ALGORITHM + " can be copied", e);
    }
  }
}
