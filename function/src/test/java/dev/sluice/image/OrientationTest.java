package dev.sluice.image;

import static dev.sluice.image.Decoding.pixels;
import static dev.sluice.image.Decoding.unsigned;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.inference.Pixels;
import java.awt.image.BufferedImage;
import java.nio.ByteOrder;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OrientationTest {
  /// Stored as
  ///
  ///     1 2 3
  ///     4 5 6
  private static byte[] png(int orientation, ByteOrder order) {
    return Pngs.plain(
        new Pngs.Shape(3, 2, 8, Pngs.GREY),
        new int[] {1, 2, 3, 4, 5, 6},
        Pngs.chunk("eXIf", Jpegs.tiff(orientation, order)));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 3, 1 2 3 4 5 6",
    "2, 3, 3 2 1 6 5 4",
    "3, 3, 6 5 4 3 2 1",
    "4, 3, 4 5 6 1 2 3",
    "5, 2, 1 4 2 5 3 6",
    "6, 2, 4 1 5 2 6 3",
    "7, 2, 6 3 5 2 4 1",
    "8, 2, 3 6 2 5 1 4",
    "0, 3, 1 2 3 4 5 6",
    "9, 3, 1 2 3 4 5 6"
  })
  void turnsAsTheTagSaysInBothByteOrders(int orientation, int width, String samples) {
    Pixels little = pixels(png(orientation, ByteOrder.LITTLE_ENDIAN));
    Pixels big = pixels(png(orientation, ByteOrder.BIG_ENDIAN));

    assertThat(little.width()).isEqualTo(width);
    assertThat(unsigned(little))
        .isEqualTo(Arrays.stream(samples.split(" ", -1)).mapToInt(Integer::parseInt).toArray());
    assertThat(unsigned(big)).isEqualTo(unsigned(little));
  }

  @ParameterizedTest
  @CsvSource({"1", "2", "3", "4", "5", "6", "7", "8"})
  void turnsColouredJpegsToo(int orientation) {
    var image = new BufferedImage(3, 2, 1);
    image.setRGB(0, 0, 0xFFFFFF);
    byte[] plain = Jpegs.baseline(image);

    Pixels turned = pixels(Jpegs.with(plain, Jpegs.exif(orientation, ByteOrder.BIG_ENDIAN)));

    Pixels expected = Orientation.tagged(orientation).upright(pixels(plain));
    assertThat(turned.width()).isEqualTo(orientation > 4 ? 2 : 3);
    assertThat(unsigned(turned)).isEqualTo(unsigned(expected));
  }

  @Test
  void ofTwoBlocksTheFirstThatTurnsCounts() {
    byte[] plain = Jpegs.baseline(new BufferedImage(3, 2, 1));

    Pixels turned =
        pixels(
            Jpegs.with(
                plain, Jpegs.exif(6, ByteOrder.BIG_ENDIAN), Jpegs.exif(1, ByteOrder.BIG_ENDIAN)));

    assertThat(turned.width()).isEqualTo(2);
  }

  @Test
  void aDirectoryThatEndsBeforeItsEntriesTurnsNothing() {
    byte[] tiff = Jpegs.tiff(6, ByteOrder.BIG_ENDIAN);

    for (int length = 0; length < tiff.length; length++) {
      Orientation orientation = Orientation.of(new Span(tiff, 0, length));
      assertThat(orientation)
          .isEqualTo(length < 34 ? Orientation.UPRIGHT : Orientation.TURNED_RIGHT);
    }
  }

  @Property(seed = "20260101", tries = 2000)
  void anyBytesGiveAnOrientation(@ForAll byte[] bytes, @ForAll boolean little) {
    byte[] tiff = new byte[bytes.length + 4];
    System.arraycopy(
        little ? Pngs.bytes('I', 'I', 42, 0) : Pngs.bytes('M', 'M', 0, 42), 0, tiff, 0, 4);
    System.arraycopy(bytes, 0, tiff, 4, bytes.length);

    assertThat(Orientation.of(new Span(tiff, 0, tiff.length))).isNotNull();
  }
}
