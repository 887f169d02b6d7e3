package dev.sluice.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.image.JdkImageDecoder.Admitted;
import dev.sluice.inference.ImageDecoder.Decoded;
import dev.sluice.inference.ImageDecoder.Picture;
import dev.sluice.inference.ImageDecoder.Reason;
import dev.sluice.inference.ImageDecoder.Unusable;
import dev.sluice.inference.Pixels;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
final class PooledDecoderTest {
  private static final PoolLimits ONE_WORKER = new PoolLimits(1, 1, 64, 16_384);
  private static final byte[] SMALL = Pngs.plain(new Pngs.Shape(8, 8, 8, Pngs.GREY), new int[64]);
  private static final byte[] LARGE = Pngs.plain(new Pngs.Shape(9, 8, 8, Pngs.GREY), new int[72]);

  private final AtomicLong now = new AtomicLong();
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch gate = new CountDownLatch(1);

  private Decoded stall(Admitted picture) {
    begun.countDown();
    try {
      gate.await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    return new Picture(new Pixels(picture.header().width(), 1, 1, new byte[9]));
  }

  private PooledDecoder stalling(Duration decodeTime) {
    var limits = new ImageLimits(100, 10_000, decodeTime);
    return new PooledDecoder(
        new JdkImageDecoder(limits, now::get), this::stall, ONE_WORKER, now::get);
  }

  private static FutureTask<Decoded> asked(PooledDecoder decoder, byte[] file) {
    var answer = new FutureTask<>(() -> decoder.decode(file, 0, file.length));
    Thread.startVirtualThread(answer);
    return answer;
  }

  @Test
  void aSmallPictureIsDecodedByTheCallerAndALargeOneByAWorker() {
    var threads = new AtomicReference<>("");
    var real = Decoding.decoder();
    try (var decoder =
        new PooledDecoder(
            real,
            picture -> {
              threads.set(Thread.currentThread().getName());
              return real.decode(picture);
            },
            ONE_WORKER,
            now::get)) {

      assertThat(decoder.decode(SMALL, 0, SMALL.length)).isInstanceOf(Picture.class);
      assertThat(threads).hasValue(Thread.currentThread().getName());

      assertThat(decoder.decode(LARGE, 0, LARGE.length)).isInstanceOf(Picture.class);
      assertThat(threads.get()).startsWith("decode-");
    }
  }

  @Test
  void manyBytesMakeASmallPictureLarge() {
    var limits = new PoolLimits(1, 1, 64, SMALL.length - 1);
    var calls = new AtomicInteger();
    try (var decoder =
        new PooledDecoder(
            Decoding.decoder(),
            picture -> {
              calls.addAndGet(Thread.currentThread().getName().startsWith("decode-") ? 1 : 100);
              return new Unusable(Reason.UNREADABLE, "");
            },
            limits,
            now::get)) {

      decoder.decode(SMALL, 0, SMALL.length);
    }

    assertThat(calls).hasValue(1);
  }

  @Test
  void refusesFromTheHeaderWithoutAWorker() {
    try (var decoder = stalling(Duration.ofSeconds(10))) {
      byte[] wide = Pngs.plain(new Pngs.Shape(101, 1, 8, Pngs.GREY), new int[101]);

      Decoded decoded = decoder.decode(wide, 0, wide.length);

      assertThat(decoded)
          .isEqualTo(
              new Unusable(Reason.TOO_LARGE, "the image is 101x1, a side may have 100 pixels"));
    }
  }

  @Test
  void isBusyWhenAllWorkAndTheQueueIsFull() throws Exception {
    try (var decoder = stalling(Duration.ofSeconds(10))) {
      var first = asked(decoder, LARGE);
      begun.await();
      var second = asked(decoder, LARGE);
      while (decoder.waiting() == 0) {
        Thread.onSpinWait();
      }

      Decoded third = decoder.decode(LARGE, 0, LARGE.length);

      assertThat(third).isEqualTo(new Unusable(Reason.BUSY, "too many images wait to be decoded"));
      gate.countDown();
      assertThat(first.get()).isInstanceOf(Picture.class);
      assertThat(second.get()).isInstanceOf(Picture.class);
    }
  }

  @Test
  void aPictureThatNobodyTakesUpInTimeIsTakenBack() throws Exception {
    try (var decoder = stalling(Duration.ofMillis(1))) {
      var first = asked(decoder, LARGE);
      begun.await();

      Decoded second = decoder.decode(LARGE, 0, LARGE.length);

      assertThat(second).isEqualTo(new Unusable(Reason.BUSY, "too many images wait to be decoded"));
      assertThat(decoder.waiting()).isZero();
      assertThat(first.get())
          .isEqualTo(new Unusable(Reason.UNREADABLE, "the image takes too long to decode"));
      gate.countDown();
    }
  }

  @Test
  void aWorkerIsLostAfterTwiceTheTimeAndFoundAgainWhenItReturns() throws Exception {
    try (var decoder = stalling(Duration.ofSeconds(10))) {
      var answer = asked(decoder, LARGE);
      begun.await();

      now.set(Duration.ofSeconds(20).toNanos());
      assertThat(decoder.lost()).isZero();
      assertThat(decoder.exhausted()).isFalse();

      now.set(Duration.ofSeconds(20).toNanos() + 1);
      assertThat(decoder.lost()).isOne();
      assertThat(decoder.exhausted()).isTrue();

      gate.countDown();
      answer.get();
      assertThat(decoder.exhausted()).isFalse();
    }
  }

  @Test
  void aClosedDecoderGivesBackWhatWaitsAndTakesNothing() throws Exception {
    var decoder = stalling(Duration.ofSeconds(10));
    var first = asked(decoder, LARGE);
    begun.await();
    var second = asked(decoder, LARGE);
    while (decoder.waiting() == 0) {
      Thread.onSpinWait();
    }

    decoder.close();

    var busy = new Unusable(Reason.BUSY, "too many images wait to be decoded");
    assertThat(second.get()).isEqualTo(busy);
    assertThat(decoder.decode(LARGE, 0, LARGE.length)).isEqualTo(busy);
    gate.countDown();
    assertThat(first.get()).isInstanceOf(Picture.class);
  }
}
