package dev.sluice.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.inference.ImageDecoder.Decoded;
import dev.sluice.inference.ImageDecoder.Picture;
import dev.sluice.inference.ImageDecoder.Reason;
import dev.sluice.inference.ImageDecoder.Unusable;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class DamageTest {
  private static final int COUNT = 4_000;

  @Test
  void everyDamagedPictureIsAPictureOrARefusalAndNothingElse() {
    var now = new AtomicLong();
    long tick = Duration.ofSeconds(1).toNanos() / 100_000;
    var decoder = new JdkImageDecoder(Decoding.LIMITS, () -> now.getAndAdd(tick));
    Map<Reason, Integer> refusals = new EnumMap<>(Reason.class);
    Set<String> details = new TreeSet<>();
    int pictures = 0;

    for (var damaged : DamagedPictures.of(20260101, COUNT)) {
      Decoded decoded = decoder.decode(damaged.bytes(), 0, damaged.bytes().length);
      switch (decoded) {
        case Picture picture -> pictures++;
        case Unusable unusable -> {
          refusals.merge(unusable.reason(), 1, Integer::sum);
          details.add(unusable.detail().replaceAll("[0-9]+", "N"));
        }
      }
    }

    assertThat(pictures).isGreaterThan(COUNT / 10);
    assertThat(refusals.get(Reason.UNREADABLE)).isGreaterThan(COUNT / 10);
    assertThat(refusals.get(Reason.TOO_LARGE)).isGreaterThan(COUNT / 1000);
    assertThat(details)
        .allSatisfy(detail -> assertThat(detail).doesNotContain("Exception", ".java", "null"));
  }

  @Test
  void thePicturesBeforeTheDamageAreAllReadable() {
    assertThat(DamagedPictures.undamaged(20260101))
        .isNotEmpty()
        .allSatisfy(whole -> Decoding.pixels(whole.bytes()));
  }
}
