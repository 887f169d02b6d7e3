package dev.sluice.routing;

import dev.sluice.routing.Routed.NoSuchVariant;
import dev.sluice.routing.Routed.Route;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// One model's split, laid out for the request's way: arrays instead of lists, hashes of the
/// version names taken once, and shares that are final: a disabled canary's is 0.
///
/// Chance and keys choose in different ways. A draw is laid on the line of the summed shares, which
/// is exact and needs no logarithm; but there a change of one share moves the borders of all
/// others, so whoever comes back with a key is assigned by [Rendezvous].
final class Lane {
  private final String model;
  private final Split split;
  private final String[] names;
  private final int[] shares;
  private final int total;
  private final long[] seeds;
  private final Map<String, Optional<String>> known;
  private final boolean choice;
  private final int shadowPoints;

  private Lane(String model, Split split) {
    this.model = model;
    this.split = split;
    int count = split.versions().size();
    names = new String[count];
    seeds = new long[count];
    known = new HashMap<>();
    for (int i = 0; i < count; i++) {
      names[i] = split.versions().get(i).version();
      seeds[i] = Rendezvous.seed(model, names[i]);
      known.put(names[i], Optional.of(names[i]));
    }
    split.alsoLoaded().forEach(version -> known.put(version, Optional.of(version)));
    shares = effectiveShares(split);
    int sum = 0;
    int chosen = 0;
    for (int share : shares) {
      sum += share;
      chosen += share > 0 ? 1 : 0;
    }
    total = sum;
    choice = chosen > 1;
    shadowPoints =
        switch (split.shadow()) {
          case Shadow.Off off -> 0;
          case Shadow.Sample(Share sample) -> sample.basisPoints();
        };
  }

  static Lane of(String model, Split split) {
    return new Lane(model, split);
  }

  /// The configured shares, without those of a disabled canary. If it had them all, stable has.
  private static int[] effectiveShares(Split split) {
    int[] shares = new int[split.versions().size()];
    int sum = 0;
    int stable = 0;
    for (int i = 0; i < shares.length; i++) {
      Weighted weighted = split.versions().get(i);
      boolean excluded =
          split.canaryTraffic() == CanaryTraffic.DISABLED
              && split.canary().filter(weighted.version()::equals).isPresent();
      shares[i] = excluded ? 0 : weighted.share().basisPoints();
      sum += shares[i];
      stable = weighted.version().equals(split.stable()) ? i : stable;
    }
    if (sum == 0) {
      shares[stable] = Share.WHOLE;
    }
    return shares;
  }

  Routed assign(Ask ask, Turns turns) {
    return switch (split.strategy()) {
      case Strategy.WeightedRandom random -> byDraw(ask, Reason.WEIGHT);
      case Strategy.Hash hash ->
          ask.key() instanceof Key.Named(String text)
              ? byHash(ask, Rendezvous.hash(text))
              : byDraw(ask, Reason.FALLBACK);
      case Strategy.Sticky sticky -> byKey(ask);
      case Strategy.RoundRobin roundRobin ->
          exposed(ask, turns.next(model, shares), Reason.WEIGHT, Optional.empty());
    };
  }

  private Route byKey(Ask ask) {
    return switch (ask.key()) {
      case Key.Named(String text) -> byHash(ask, Rendezvous.hash(text));
      case Key.Remembered(StickyId id) -> byHash(ask, Rendezvous.hash(id));
      case Key.Fresh(StickyId id) -> {
        int winner = Rendezvous.winner(Rendezvous.hash(id), seeds, shares);
        // Where there is nothing to choose from, nothing needs to be remembered.
        yield exposed(ask, winner, Reason.STICKY, choice ? Optional.of(id) : Optional.empty());
      }
      case Key.Anonymous anonymous -> byDraw(ask, Reason.FALLBACK);
    };
  }

  private Route byHash(Ask ask, long keyHash) {
    int winner = Rendezvous.winner(keyHash, seeds, shares);
    return exposed(ask, winner, Reason.STICKY, Optional.empty());
  }

  private Route byDraw(Ask ask, Reason reason) {
    int point = scaled(ask.draw() >>> 32, total);
    int index = 0;
    while (point >= shares[index]) {
      point -= shares[index];
      index++;
    }
    return exposed(ask, index, reason, Optional.empty());
  }

  private Route exposed(Ask ask, int index, Reason reason, Optional<StickyId> minted) {
    String primary = names[index];
    boolean shadowed =
        primary.equals(split.stable())
            && scaled(ask.draw() & 0xFFFF_FFFFL, Share.WHOLE) < shadowPoints;
    return new Route(primary, shadowed ? split.canary() : Optional.empty(), reason, minted);
  }

  /// 32 random bits as one of `0..bound-1`, each as likely as the others to within 1 in 400,000.
  private static int scaled(long bits32, int bound) {
    return (int) ((bits32 * bound) >>> 32);
  }

  Routed overridden(Ask ask, Optional<String> version) {
    return version.isPresent()
        ? new Route(version.get(), Optional.empty(), Reason.HEADER, Optional.empty())
        : new NoSuchVariant(model, ask.override());
  }

  Optional<String> inRole(Role role) {
    return switch (role) {
      case STABLE -> Optional.of(split.stable());
      case CANARY -> split.canary();
    };
  }

  Optional<String> debug() {
    return split.canary().or(() -> names.length > 1 ? Optional.of(names[1]) : Optional.empty());
  }

  Optional<String> named(String version) {
    return known.getOrDefault(version, Optional.empty());
  }
}
