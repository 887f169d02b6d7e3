package dev.sluice.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.inference.ImageDecoder.Decoded;
import dev.sluice.inference.ImageDecoder.Picture;
import dev.sluice.inference.ImageDecoder.Reason;
import dev.sluice.inference.ImageDecoder.Unusable;
import dev.sluice.inference.Pixels;
import java.time.Duration;
import java.util.zip.CRC32;

/// What the tests of decoding share: limits, a clock that stands still, and the wrapping.
final class Decoding {
  static final ImageLimits LIMITS = new ImageLimits(8192, 4_000_000, Duration.ofSeconds(1));

  private Decoding() {}

  static JdkImageDecoder decoder() {
    return new JdkImageDecoder(LIMITS, () -> 0);
  }

  static Decoded decoded(byte[] file) {
    return decoder().decode(file, 0, file.length);
  }

  static Pixels pixels(byte[] file) {
    Decoded decoded = decoded(file);
    assertThat(decoded).isInstanceOf(Picture.class);
    return ((Picture) decoded).pixels();
  }

  static Unusable refused(byte[] file, Reason reason) {
    Decoded decoded = decoded(file);
    assertThat(decoded).isInstanceOf(Unusable.class);
    var unusable = (Unusable) decoded;
    assertThat(unusable.reason()).isEqualTo(reason);
    return unusable;
  }

  static int[] unsigned(Pixels pixels) {
    int[] samples = new int[pixels.samples().length];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = pixels.samples()[i] & 0xFF;
    }
    return samples;
  }

  static long checksum(Pixels pixels) {
    var sum = new CRC32();
    sum.update(pixels.samples());
    return sum.getValue();
  }
}
