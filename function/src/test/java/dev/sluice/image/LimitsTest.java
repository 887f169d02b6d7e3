package dev.sluice.image;

import static dev.sluice.image.Decoding.decoded;
import static dev.sluice.image.Decoding.refused;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.sluice.inference.ImageDecoder.Decoded;
import dev.sluice.inference.ImageDecoder.Reason;
import dev.sluice.inference.ImageDecoder.Unusable;
import java.awt.image.BufferedImage;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// Pictures that are small on the wire and large in memory or in time.
final class LimitsTest {
  private static long allocated(Runnable work) {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    work.run();
    return threads.getCurrentThreadAllocatedBytes() - before;
  }

  private static byte[] empty(int width, int height, int depth, int colour) {
    var shape = new Pngs.Shape(width, height, depth, colour);
    return Pngs.file(shape, 0, Pngs.chunk("IDAT", Pngs.deflated(new byte[100])));
  }

  @Test
  void aSideBeyondTheLimitIsRefusedFromTheHeader() {
    Unusable png = refused(empty(8193, 1, 8, Pngs.GREY), Reason.TOO_LARGE);

    assertThat(png.detail()).isEqualTo("the image is 8193x1, a side may have 8192 pixels");
  }

  @Test
  void tooManyPixelsAreRefusedFromTheHeader() {
    Unusable png = refused(empty(8000, 501, 8, Pngs.GREY), Reason.TOO_LARGE);

    assertThat(png.detail()).isEqualTo("the image is 8000x501, it may have 4000000 pixels");
  }

  @Test
  void aHugePictureCostsNoMemoryBeforeItIsRefused() {
    byte[] png = empty(Integer.MAX_VALUE, Integer.MAX_VALUE, 16, Pngs.COLOUR_ALPHA);
    byte[] jpeg = Jpegs.baseline(new BufferedImage(8, 8, 1));
    for (int at = 0; at < jpeg.length; at++) {
      if ((jpeg[at] & 0xFF) == 0xFF && (jpeg[at + 1] & 0xFF) == 0xC0) {
        jpeg[at + 5] = jpeg[at + 6] = jpeg[at + 7] = jpeg[at + 8] = (byte) 0xFF;
        break;
      }
    }
    JdkImageDecoder decoder = Decoding.decoder();
    decoder.decode(jpeg, 0, jpeg.length);

    long forPng = allocated(() -> decoder.decode(png, 0, png.length));
    long forJpeg = allocated(() -> decoder.decode(jpeg, 0, jpeg.length));

    refused(png, Reason.TOO_LARGE);
    assertThat(refused(jpeg, Reason.TOO_LARGE).detail()).contains("65535x65535");
    assertThat(forPng).isLessThan(100_000);
    assertThat(forJpeg).isLessThan(100_000);
  }

  @Test
  void pixelsThatUnpackToMoreThanThePictureHoldsAreNotUnpacked() {
    var shape = new Pngs.Shape(8, 8, 8, Pngs.GREY);
    byte[] bomb = Pngs.file(shape, 0, Pngs.chunk("IDAT", Pngs.deflated(new byte[50_000_000])));
    decoded(bomb);

    long bytes = allocated(() -> decoded(bomb));

    assertThat(bytes).isLessThan(1_000_000);
  }

  @Test
  void textsAndProfilesAreNotUnpacked() {
    byte[] packed = Pngs.deflated(new byte[50_000_000]);
    byte[] content = new byte[packed.length + 3];
    content[0] = 'x';
    System.arraycopy(packed, 0, content, 3, packed.length);
    var grey = new Pngs.Shape(8, 8, 8, Pngs.GREY);
    var palette = new Pngs.Shape(8, 8, 8, Pngs.PALETTE);
    byte[] plte = Pngs.chunk("PLTE", new byte[768]);
    for (String type : new String[] {"zTXt", "iCCP", "iTXt", "sPLT"}) {
      byte[] burden = Pngs.chunk(type, content);
      byte[] plain = Pngs.plain(grey, new int[64], burden);
      byte[] indexed = Pngs.plain(palette, new int[64], plte, burden);

      assertThat(allocated(() -> Decoding.pixels(plain))).isLessThan(2_000_000);
      assertThat(allocated(() -> Decoding.pixels(indexed))).isLessThan(2_000_000);
    }
  }

  @Test
  void chunksWhoseLengthLiesEndInARefusal() {
    var grey = new Pngs.Shape(8, 8, 8, Pngs.GREY);
    var palette = new Pngs.Shape(8, 8, 8, Pngs.PALETTE);
    byte[] text = "Title\0words".getBytes(StandardCharsets.US_ASCII);
    for (int length :
        new int[] {Integer.MAX_VALUE, Integer.MAX_VALUE - 11, -1, Integer.MIN_VALUE}) {
      for (String type : new String[] {"tEXt", "PLTE", "tRNS", "eXIf"}) {
        byte[] liar = Pngs.chunk(type, text, length);

        refused(Pngs.plain(grey, new int[64], liar), Reason.UNREADABLE);
        refused(Pngs.plain(palette, new int[64], liar), Reason.UNREADABLE);
      }
    }
  }

  @Test
  void aJpegOfEndlessScansEndsAtTheDeadline() {
    byte[] bomb = Jpegs.manyScans(64, 20_000);
    var now = new AtomicLong();
    var looks = new AtomicLong();
    var limits = new ImageLimits(8192, 4_000_000, Duration.ofMillis(100));
    var decoder =
        new JdkImageDecoder(
            limits,
            () -> {
              looks.incrementAndGet();
              return now.getAndAdd(10_000_000);
            });

    Decoded decoded = decoder.decode(bomb, 0, bomb.length);

    assertThat(decoded)
        .isEqualTo(new Unusable(Reason.UNREADABLE, "the image takes longer to decode than 100 ms"));
    assertThat(looks).hasValueBetween(10, 15);
  }

  @Test
  void aPngThatTakesTooLongEndsAtTheDeadline() {
    var shape = new Pngs.Shape(300, 300, 8, Pngs.COLOUR);
    int[] noise = new Random(1).ints(270_000, 0, 256).toArray();
    byte[] png = Pngs.plain(shape, noise);
    var now = new AtomicLong();
    var decoder =
        new JdkImageDecoder(Decoding.LIMITS, () -> now.getAndAdd(Duration.ofMillis(50).toNanos()));

    Decoded decoded = decoder.decode(png, 0, png.length);

    assertThat(decoded)
        .isEqualTo(
            new Unusable(Reason.UNREADABLE, "the image takes longer to decode than 1000 ms"));
  }
}
