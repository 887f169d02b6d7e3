package dev.sluice.config;

import dev.sluice.admission.ByteBudget;
import dev.sluice.admission.CallerRate;
import dev.sluice.admission.ConcurrencyLimit;
import dev.sluice.admission.Gate;
import dev.sluice.admission.GlobalRate;
import dev.sluice.admission.RatePolicy;
import dev.sluice.image.ImageLimits;
import dev.sluice.image.JdkImageDecoder;
import dev.sluice.image.PoolLimits;
import dev.sluice.image.PooledDecoder;
import java.time.Duration;

/// The limits of this instance, as objects.
///
/// @param slots requests that the machine works on at once
/// @param bytes of bodies that there may be at once
/// @param pixels bytes of decoded pictures that there may be at once: a quarter of the heap, and
///     at least one
///     picture of the largest size
/// @param pictures requests in flight at `/v1/infer`
/// @param texts requests in flight at `/predict`
/// @param feedback requests in flight at `/v1/feedback`
/// @param tensors requests in flight at `/v2`
record Protection(
    int slots,
    Gate gate,
    ByteBudget bytes,
    ByteBudget pixels,
    ConcurrencyLimit pictures,
    ConcurrencyLimit texts,
    ConcurrencyLimit feedback,
    ConcurrencyLimit tensors,
    PooledDecoder decoder) {
  private static final long MIB = 1024 * 1024;
  private static final int MOST_IN_FLIGHT = 1024;
  private static final Duration DECODE_TIME = Duration.ofSeconds(1);

  /// What a request is taken to cost until the first ones were seen.
  private static final Duration FIRST_GUESS = Duration.ofMillis(1);

  static Protection of(Settings settings) {
    Settings.Limits limits = settings.limits();
    int processors = Runtime.getRuntime().availableProcessors();
    int slots = settings.batching().runners() > 0 ? settings.batching().runners() : processors;
    long now = System.nanoTime();
    var gate =
        new Gate(
            GlobalRate.of(
                new RatePolicy("global", limits.globalRate(), burst(limits.globalRate())), now),
            CallerRate.of(
                new RatePolicy("caller", limits.callerRate(), limits.callerBurst()), now));
    var bounds = new ConcurrencyLimit.Bounds(slots, limits.deadline(), 2 * slots, MOST_IN_FLIGHT);
    var decoder =
        new PooledDecoder(
            new JdkImageDecoder(
                new ImageLimits(limits.maxImageSide(), limits.maxPixels(), DECODE_TIME),
                System::nanoTime),
            new PoolLimits(processors, MOST_IN_FLIGHT, 4096, 16_384),
            System::nanoTime);
    return new Protection(
        slots,
        gate,
        new ByteBudget(limits.maxInFlightBytes().orElseGet(Protection::tenthOfTheHeap)),
        new ByteBudget(Math.max(4 * limits.maxPixels(), Runtime.getRuntime().maxMemory() / 4)),
        new ConcurrencyLimit(bounds, FIRST_GUESS),
        new ConcurrencyLimit(bounds, FIRST_GUESS),
        new ConcurrencyLimit(bounds, FIRST_GUESS),
        new ConcurrencyLimit(bounds, FIRST_GUESS),
        decoder);
  }

  /// A gate that knows no rates.
  static Gate openGate() {
    long now = System.nanoTime();
    return new Gate(
        GlobalRate.of(new RatePolicy("global", 0, 1), now),
        CallerRate.of(new RatePolicy("caller", 0, 1), now));
  }

  /// What all callers together may send at once: a second's worth.
  private static int burst(double rate) {
    return (int) Math.max(1, Math.min(1_000_000, Math.ceil(rate)));
  }

  // A body costs several times its bytes on its way: buffer, array, text, picture.
  private static long tenthOfTheHeap() {
    long tenth = Runtime.getRuntime().maxMemory() / 10;
    return Math.max(16 * MIB, Math.min(64 * MIB, tenth));
  }
}
