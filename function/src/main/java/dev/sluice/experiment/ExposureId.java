package dev.sluice.experiment;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Comparator;
import java.util.random.RandomGenerator;

/// The 96 random bits that name one exposure, so that what becomes of it is counted once.
public record ExposureId(long high, int low) implements Comparable<ExposureId> {
  private static final int BYTES = 12;
  private static final Comparator<ExposureId> ORDER =
      Comparator.comparingLong(ExposureId::high).thenComparingInt(ExposureId::low);

  public static ExposureId fresh(RandomGenerator random) {
    return new ExposureId(random.nextLong(), random.nextInt());
  }

  /// 16 letters of base64url.
  public String text() {
    byte[] bytes = ByteBuffer.allocate(BYTES).putLong(high).putInt(low).array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  @Override
  public int compareTo(ExposureId other) {
    return ORDER.compare(this, other);
  }
}
