package dev.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.admission.ByteBudget;
import dev.sluice.inference.ImageDecoder;
import dev.sluice.inference.ImageDecoder.Picture;
import dev.sluice.inference.ImageDecoder.Reason;
import dev.sluice.inference.ImageDecoder.Unusable;
import dev.sluice.inference.Pixels;
import org.junit.jupiter.api.Test;

class PicturesTest {
  /// Every file is a grey picture of 10 by 10.
  private static final ImageDecoder DECODER =
      (bytes, offset, length) -> new Picture(new Pixels(10, 10, 1, new byte[100]));

  private static final byte[] FILE = {1};

  @Test
  void thePicturesOfARequestShareTheirPixels() {
    var pictures = new Pictures(DECODER, new ByteBudget(10_000), 250);

    try (Pictures.Album album = pictures.open()) {
      assertThat(album.decode(FILE)).isInstanceOf(Picture.class);
      assertThat(album.decode(FILE)).isInstanceOf(Picture.class);
      assertThat(album.decode(FILE))
          .isInstanceOfSatisfying(
              Unusable.class,
              refused -> {
                assertThat(refused.reason()).isEqualTo(Reason.TOO_LARGE);
                assertThat(refused.detail()).contains("250", "MAX_PIXELS");
              });
    }
  }

  @Test
  void allRequestsShareTheMemoryAndGiveItBack() {
    var memory = new ByteBudget(150);
    var pictures = new Pictures(DECODER, memory, 1_000_000);

    try (Pictures.Album first = pictures.open();
        Pictures.Album second = pictures.open()) {
      assertThat(first.decode(FILE)).isInstanceOf(Picture.class);
      assertThat(second.decode(FILE))
          .isInstanceOfSatisfying(
              Unusable.class, refused -> assertThat(refused.reason()).isEqualTo(Reason.BUSY));
    }

    assertThat(memory.used()).isZero();
  }
}
