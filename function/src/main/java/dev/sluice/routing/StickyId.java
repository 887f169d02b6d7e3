package dev.sluice.routing;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/// The 96 random bits by which a caller without a key is known again. Says nothing about the caller
/// and names no model and no variant.
public record StickyId(long high, int low) {
  private static final int BYTES = 12;
  private static final Pattern TEXT = Pattern.compile("[A-Za-z0-9_-]{16}");

  public static StickyId fresh(RandomGenerator random) {
    return new StickyId(random.nextLong(), random.nextInt());
  }

  /// The id of 16 letters of base64url.
  static Optional<StickyId> parse(String text) {
    if (!TEXT.matcher(text).matches()) {
      return Optional.empty();
    }
    ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
    return Optional.of(new StickyId(bytes.getLong(), bytes.getInt()));
  }

  /// 16 letters of base64url.
  String text() {
    byte[] bytes = ByteBuffer.allocate(BYTES).putLong(high).putInt(low).array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
