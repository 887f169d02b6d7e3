package dev.sluice.routing;

/// Weighted rendezvous hashing: which of several weighted versions a key belongs to.
///
/// The question: assign keys to versions in proportion to weights, without a table, equally on all
/// replicas, and so that a change of weights moves as few keys as possible.
///
/// The idea (Thaler and Ravishankar, "Using name-based mappings to increase hit rates", IEEE/ACM
/// Transactions on Networking 6(1), 1998): each version gives each key a score, from a hash of
/// both; the highest wins. A version's score depends on no other version. The weights come in by
/// the logarithmic method (Schindelhauer and Schomaker, "Weighted distributed hash tables", SPAA
/// 2005): with `u` the hash of key and version as a number in (0, 1) and `w` the weight,
///
///     score = -w / ln(u)        or, read the other way round, least of  t = -ln(u) / w
///
/// `-ln(u)` is exponentially distributed with rate 1, so `t` is with rate `w`, and among
/// independent exponential clocks number `i` rings first with probability `w_i / Σ w`: the
/// shares are exact, for two versions and for many. We compare `t`, which saves the sign.
///
/// If the weight of the canary grows and that of stable shrinks, every `t` of the canary gets
/// smaller and every `t` of stable larger: a key can only move from stable to canary. The part of
/// the keys that moves is the change of the share, the least possible.
///
/// What the result depends on is fixed to the bit: UTF-8 bytes, FNV-1a in 64 bits, the finaliser
/// of SplitMix64 and [StrictMath#log(double)]. ([Math#log(double)] may differ in the last place
/// between processors, and between interpreted and compiled code.) The model's name is
/// part of the version's seed, so that the splits of two models are independent of each other.
/// Nothing here keeps a caller from choosing a key that gets the variant it wants; a caller key is
/// the caller's to choose.
final class Rendezvous {
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private Rendezvous() {}

  /// Index of the version that a key belongs to. At least one weight is positive.
  static int winner(long keyHash, long[] seeds, int[] weights) {
    int winner = -1;
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] > 0) {
        double t = -StrictMath.log(unit(mix(keyHash ^ seeds[i]))) / weights[i];
        if (t < least) {
          least = t;
          winner = i;
        }
      }
    }
    return winner;
  }

  static long seed(String model, String version) {
    return mix((hash(model) * FNV_PRIME) ^ mix(hash(version)));
  }

  static long hash(StickyId id) {
    return mix(mix(id.high()) ^ id.low());
  }

  /// FNV-1a over the UTF-8 bytes, which are not laid out but made one by one.
  static long hash(String text) {
    long hash = FNV_OFFSET;
    int i = 0;
    while (i < text.length()) {
      int point = text.codePointAt(i);
      i += Character.charCount(point);
      if (point < 0x80) {
        hash = (hash ^ point) * FNV_PRIME;
      } else {
        hash = hashWide(hash, point);
      }
    }
    return hash;
  }

  private static long hashWide(long start, int point) {
    if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
      return (start ^ '?') * FNV_PRIME; // half a pair has no UTF-8; the JDK writes the same
    }
    long hash = start;
    if (point < 0x800) {
      hash = (hash ^ (0xC0 | (point >> 6))) * FNV_PRIME;
    } else if (point < 0x10000) {
      hash = (hash ^ (0xE0 | (point >> 12))) * FNV_PRIME;
      hash = (hash ^ (0x80 | ((point >> 6) & 0x3F))) * FNV_PRIME;
    } else {
      hash = (hash ^ (0xF0 | (point >> 18))) * FNV_PRIME;
      hash = (hash ^ (0x80 | ((point >> 12) & 0x3F))) * FNV_PRIME;
      hash = (hash ^ (0x80 | ((point >> 6) & 0x3F))) * FNV_PRIME;
    }
    return (hash ^ (0x80 | (point & 0x3F))) * FNV_PRIME;
  }

  /// The finaliser of SplitMix64: a bijection in which each bit depends on all.
  private static long mix(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /// The upper 52 bits, as the middle of one of 2^52 equal parts of (0, 1): never 0, never 1.
  private static double unit(long hash) {
    return ((hash >>> 12) + 0.5) * 0x1p-52;
  }
}
