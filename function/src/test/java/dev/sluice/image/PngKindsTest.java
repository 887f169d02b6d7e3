package dev.sluice.image;

import static dev.sluice.image.Decoding.pixels;
import static dev.sluice.image.Decoding.refused;
import static dev.sluice.image.Decoding.unsigned;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.inference.ImageDecoder.Picture;
import dev.sluice.inference.ImageDecoder.Reason;
import dev.sluice.inference.Pixels;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Every kind of PNG against the meaning of its samples, written out as plain arithmetic.
final class PngKindsTest {
  private static final int WIDTH = 13;
  private static final int HEIGHT = 11;

  private static int[] noise(Pngs.Shape shape) {
    return new Random(shape.hashCode())
        .ints((long) shape.width() * shape.height() * shape.bands(), 0, 1 << shape.depth())
        .toArray();
  }

  private static Pngs.Shape shape(int depth, int colour) {
    return new Pngs.Shape(WIDTH, HEIGHT, depth, colour);
  }

  /// The sample of 0 to 255 that a fraction of white stands for.
  private static int[] eightBit(int count, IntToDoubleFunction fraction) {
    return IntStream.range(0, count)
        .map(i -> (int) Math.floor(fraction.applyAsDouble(i) * 255 + 0.5))
        .toArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8, 16})
  void greyOfAnyDepthFillsTheWholeRangeInOneChannel(int depth) {
    var shape = shape(depth, Pngs.GREY);
    int[] samples = noise(shape);
    double most = (1 << depth) - 1;

    Pixels plain = pixels(Pngs.plain(shape, samples));
    Pixels interlaced = pixels(Pngs.interlaced(shape, samples));

    assertThat(plain.channels()).isOne();
    assertThat(unsigned(plain)).isEqualTo(eightBit(samples.length, i -> samples[i] / most));
    assertThat(unsigned(interlaced)).isEqualTo(unsigned(plain));
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 16})
  void colourIsRedGreenBlue(int depth) {
    var shape = shape(depth, Pngs.COLOUR);
    int[] samples = noise(shape);
    double most = (1 << depth) - 1;

    Pixels plain = pixels(Pngs.plain(shape, samples));
    Pixels interlaced = pixels(Pngs.interlaced(shape, samples));

    assertThat(plain.channels()).isEqualTo(3);
    assertThat(unsigned(plain)).isEqualTo(eightBit(samples.length, i -> samples[i] / most));
    assertThat(unsigned(interlaced)).isEqualTo(unsigned(plain));
  }

  @ParameterizedTest
  @CsvSource({"8,4", "16,4", "8,6", "16,6"})
  void opacityIsLaidOverWhite(int depth, int colour) {
    var shape = shape(depth, colour);
    int[] samples = noise(shape);
    double most = (1 << depth) - 1;
    int channels = shape.bands() - 1;

    Pixels plain = pixels(Pngs.plain(shape, samples));

    assertThat(plain.channels()).isEqualTo(channels);
    assertThat(unsigned(plain))
        .isEqualTo(
            eightBit(
                WIDTH * HEIGHT * channels,
                i -> {
                  int pixel = i / channels * shape.bands();
                  double alpha = samples[pixel + channels] / most;
                  return samples[pixel + i % channels] / most * alpha + 1 - alpha;
                }));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8})
  void aPaletteIsExpandedAndItsOpacityLaidOverWhite(int depth) {
    var shape = shape(depth, Pngs.PALETTE);
    int[] samples = noise(shape);
    byte[] palette = new byte[3 << depth];
    byte[] opacity = new byte[(1 << depth) / 2];
    new Random(depth).nextBytes(palette);
    new Random(-depth).nextBytes(opacity);

    Pixels plain =
        pixels(
            Pngs.plain(shape, samples, Pngs.chunk("PLTE", palette), Pngs.chunk("tRNS", opacity)));

    assertThat(plain.channels()).isEqualTo(3);
    assertThat(unsigned(plain))
        .isEqualTo(
            eightBit(
                WIDTH * HEIGHT * 3,
                i -> {
                  int index = samples[i / 3];
                  double alpha = index < opacity.length ? (opacity[index] & 0xFF) / 255.0 : 1;
                  return (palette[index * 3 + i % 3] & 0xFF) / 255.0 * alpha + 1 - alpha;
                }));
  }

  @Test
  void aPaletteOfGreysGivesOneChannel() {
    var shape = shape(1, Pngs.PALETTE);
    int[] samples = noise(shape);

    Pixels plain =
        pixels(Pngs.plain(shape, samples, Pngs.chunk("PLTE", Pngs.bytes(7, 7, 7, 200, 200, 200))));

    assertThat(plain.channels()).isOne();
    assertThat(unsigned(plain))
        .isEqualTo(IntStream.of(samples).map(i -> i == 0 ? 7 : 200).toArray());
  }

  @Test
  void whatAPaletteDoesNotNeedIsLeftOut() {
    var shape = shape(8, Pngs.PALETTE);
    int[] samples = noise(shape);
    byte[] palette = new byte[768];
    new Random(1).nextBytes(palette);
    byte[] plte = Pngs.chunk("PLTE", palette);
    byte[] wrongInside = Pngs.chunk("sPLT", Pngs.bytes('x', 0, 99));

    Pixels burdened =
        pixels(Pngs.plain(shape, samples, wrongInside, plte, Pngs.chunk("abCd", new byte[9])));

    assertThat(unsigned(burdened)).isEqualTo(unsigned(pixels(Pngs.plain(shape, samples, plte))));
  }

  @Test
  void oneColourMayStandForTransparent() {
    var shape = new Pngs.Shape(2, 1, 8, Pngs.COLOUR);
    byte[] key = Pngs.chunk("tRNS", Pngs.bytes(0, 10, 0, 20, 0, 30));

    Pixels pixels = pixels(Pngs.plain(shape, new int[] {10, 20, 30, 10, 20, 31}, key));

    assertThat(unsigned(pixels)).containsExactly(255, 255, 255, 10, 20, 31);
  }

  @Test
  void readsItsPartOfTheArrayOnly() {
    var shape = new Pngs.Shape(2, 2, 8, Pngs.GREY);
    byte[] file = Pngs.plain(shape, new int[] {1, 2, 3, 4});
    byte[] array = new byte[file.length + 20];
    System.arraycopy(file, 0, array, 7, file.length);

    var decoded = Decoding.decoder().decode(array, 7, file.length);

    assertThat(decoded)
        .isInstanceOfSatisfying(
            Picture.class,
            picture -> assertThat(unsigned(picture.pixels())).containsExactly(1, 2, 3, 4));
  }

  @Test
  void aPictureThatIsCutShortIsUnreadable() {
    var shape = shape(8, Pngs.COLOUR);
    byte[] file = Pngs.plain(shape, noise(shape));

    byte[] half = Arrays.copyOf(file, file.length / 2);

    assertThat(refused(half, Reason.UNREADABLE).detail()).isEqualTo("the image is damaged");
  }

  @Test
  void noPixelsAreNoPicture() {
    byte[] file = Pngs.plain(new Pngs.Shape(0, 3, 8, Pngs.GREY), new int[0]);

    assertThat(refused(file, Reason.UNREADABLE).detail()).isEqualTo("the PNG has no pixels");
  }

  @Test
  void whatIsNeitherPngNorJpegIsUnreadable() {
    for (String other : new String[] {"", "GIF89a", "BM", "<svg/>", "\u0089PNG", "RIFF....WEBP"}) {
      byte[] file = other.getBytes(StandardCharsets.ISO_8859_1);

      assertThat(refused(file, Reason.UNREADABLE).detail())
          .isEqualTo("the image is neither PNG nor JPEG");
    }
  }
}
