package dev.sluice.image;

import static dev.sluice.image.Decoding.checksum;
import static dev.sluice.image.Decoding.pixels;
import static dev.sluice.image.Decoding.refused;
import static dev.sluice.image.Decoding.unsigned;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.inference.ImageDecoder.Reason;
import dev.sluice.inference.Pixels;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// JPEG loses a little, so soft pictures are compared within a tolerance, and checksums notice
/// when a change of the JDK or of the library changes a single sample.
final class JpegKindsTest {
  private static final int SIDE = 32;

  /// A soft sample: no edge that JPEG would have to round off.
  private static int soft(int x, int y, int channel) {
    return 60 + (x * (channel + 1) + y * (4 - channel)) % 1000 * 2 / 3;
  }

  private static BufferedImage colour() {
    var image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        image.setRGB(x, y, soft(x, y, 0) << 16 | soft(x, y, 1) << 8 | soft(x, y, 2));
      }
    }
    return image;
  }

  private static BufferedImage grey() {
    var image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        image.getRaster().setSample(x, y, 0, soft(x, y, 0));
      }
    }
    return image;
  }

  private static void assertClose(Pixels pixels, int tolerance, int[] expected) {
    int[] samples = unsigned(pixels);
    assertThat(samples).hasSameSizeAs(expected);
    int worst =
        IntStream.range(0, samples.length)
            .map(i -> Math.abs(samples[i] - expected[i]))
            .max()
            .orElseThrow();
    assertThat(worst).isLessThanOrEqualTo(tolerance);
  }

  private static int[] softPicture(int channels) {
    return IntStream.range(0, SIDE * SIDE * channels)
        .map(i -> soft(i / channels % SIDE, i / channels / SIDE, i % channels))
        .toArray();
  }

  @Test
  void baselineAndProgressiveGiveTheSamePicture() {
    Pixels baseline = pixels(Jpegs.baseline(colour()));
    Pixels progressive = pixels(Jpegs.progressive(colour()));

    assertClose(baseline, 4, softPicture(3));
    assertThat(unsigned(progressive)).isEqualTo(unsigned(baseline));
    assertThat(checksum(baseline)).isEqualTo(3463246609L);
  }

  @Test
  void greyStaysOneChannel() {
    Pixels pixels = pixels(Jpegs.baseline(grey()));

    assertThat(pixels.channels()).isOne();
    assertClose(pixels, 1, softPicture(1));
    assertThat(checksum(pixels)).isEqualTo(3351415236L);
  }

  @Test
  void printersInksAreStoredInvertedAndMultiplied() {
    int[] inks =
        IntStream.range(0, SIDE * SIDE * 4)
            .map(i -> i % 4 == 3 ? 220 : soft(i / 4 % SIDE, i / 4 / SIDE, i % 4))
            .toArray();

    Pixels pixels = pixels(Jpegs.inks(SIDE, SIDE, inks, 0));

    int[] expected =
        IntStream.range(0, SIDE * SIDE * 3)
            .map(i -> (int) Math.round(inks[i / 3 * 4 + i % 3] * 220 / 255.0))
            .toArray();
    assertClose(pixels, 2, expected);
    assertThat(checksum(pixels)).isEqualTo(3556095576L);
  }

  @Test
  void inksCodedAsLumaAndColourAreDecodedFirst() {
    int[] coded = new int[SIDE * SIDE * 4];
    int[] expected = new int[SIDE * SIDE * 3];
    for (int i = 0; i < SIDE * SIDE; i++) {
      double c = soft(i % SIDE, i / SIDE, 0);
      double m = soft(i % SIDE, i / SIDE, 1);
      double y = soft(i % SIDE, i / SIDE, 2);
      double k = 200;
      double red = 255 - c;
      double green = 255 - m;
      double blue = 255 - y;
      coded[i * 4] = (int) Math.round(0.299 * red + 0.587 * green + 0.114 * blue);
      coded[i * 4 + 1] = (int) Math.round(128 - 0.168736 * red - 0.331264 * green + 0.5 * blue);
      coded[i * 4 + 2] = (int) Math.round(128 + 0.5 * red - 0.418688 * green - 0.081312 * blue);
      coded[i * 4 + 3] = (int) k;
      expected[i * 3] = (int) Math.round(c * k / 255);
      expected[i * 3 + 1] = (int) Math.round(m * k / 255);
      expected[i * 3 + 2] = (int) Math.round(y * k / 255);
    }

    Pixels pixels = pixels(Jpegs.inks(SIDE, SIDE, coded, 2));

    assertClose(pixels, 4, expected);
    assertThat(checksum(pixels)).isEqualTo(778675687L);
  }

  @Test
  void aColourProfileChangesNothing() {
    byte[] plain = Jpegs.baseline(colour());
    byte[] profile = ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB).getData();
    byte[] named = new byte[14 + profile.length];
    System.arraycopy("ICC_PROFILE\0".getBytes(StandardCharsets.US_ASCII), 0, named, 0, 12);
    named[12] = 1;
    named[13] = 1;
    System.arraycopy(profile, 0, named, 14, profile.length);

    Pixels pixels = pixels(Jpegs.with(plain, Jpegs.segment(0xE2, named)));

    assertThat(unsigned(pixels)).isEqualTo(unsigned(pixels(plain)));
  }

  @Test
  void strayBytesBetweenSegmentsAreSteppedOver() {
    byte[] plain = Jpegs.baseline(colour());

    Pixels pixels = pixels(Jpegs.with(plain, Pngs.bytes(0xFF, 0xFF, 1, 2, 0xFF, 0x00)));

    assertThat(unsigned(pixels)).isEqualTo(unsigned(pixels(plain)));
  }

  @Test
  void aPictureThatIsCutShortIsUnreadable() {
    byte[] whole = Jpegs.baseline(colour());

    for (int length : new int[] {3, 30, whole.length / 2, whole.length - 1}) {
      refused(Arrays.copyOf(whole, length), Reason.UNREADABLE);
    }
    assertThat(refused(Arrays.copyOf(whole, whole.length - 2), Reason.UNREADABLE).detail())
        .isEqualTo("the JPEG is cut short");
  }

  @Test
  void aSecondHeaderIsRefusedForItsSizeIsNotTheOneThatWasChecked() {
    byte[] plain = Jpegs.baseline(colour());
    byte[] small = Jpegs.segment(0xC0, Pngs.bytes(8, 0, 1, 0, 1, 1, 1, 0x11, 0));

    assertThat(refused(Jpegs.with(plain, small), Reason.UNREADABLE).detail())
        .isEqualTo("the JPEG has two headers");
  }

  @Test
  void aSegmentThatBreaksTheReaderIsDamage() {
    byte[] plain = Jpegs.baseline(colour());
    byte[] emptyTable = Jpegs.segment(0xDB, new byte[0]);

    assertThat(refused(Jpegs.with(plain, emptyTable), Reason.UNREADABLE).detail())
        .isEqualTo("the image is damaged");
  }

  @Test
  void rareKindsAreRefusedByName() {
    byte[] lossless = Jpegs.baseline(colour());
    for (int at = 2; at < lossless.length - 1; at++) {
      if ((lossless[at] & 0xFF) == 0xFF && (lossless[at + 1] & 0xFF) == 0xC0) {
        lossless[at + 1] = (byte) 0xC3;
        break;
      }
    }

    assertThat(refused(lossless, Reason.UNREADABLE).detail()).contains("not supported");
  }
}
