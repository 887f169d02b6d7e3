package dev.sluice.experiment;

import dev.sluice.routing.Ask;
import dev.sluice.routing.Key;
import dev.sluice.routing.Reason;
import dev.sluice.routing.Routed;
import dev.sluice.routing.StickyId;
import dev.sluice.statistics.PairedCounts.GroupCounts;

/// What the choice of the variant says about how a request counts.
///
/// Requests of one caller are alike, so they are counted in [#GROUPS] groups of callers: if the
/// groups differ by more than chance, callers do.
///
/// @param caller a hash of the caller's id; of the request's own random bits where there is no id
/// @param kind how independent this assignment is of those before
public record Exposure(long caller, Kind kind) {
  /// Groups that callers are spread over.
  public static final int GROUPS = GroupCounts.GROUPS;

  // Not the salt of the assignment: each group has to have its part in both arms.
  private static final long SALT = 0x5ca1ab1e0ddba11L;

  /// Whether the variant was drawn for this request.
  public enum Kind {
    /// For this request alone.
    NONE,
    /// For a new caller, who takes a cookie along.
    NEW,
    /// It was not: by a cookie that was presented, or by a key. Nobody remembers keys, so each
    /// request with one counts as that of a caller who came back.
    RETURNING
  }

  /// What a route says.
  public static Exposure of(Ask ask, Routed.Route route) {
    return new Exposure(hash(ask), kind(ask.key(), route));
  }

  private static Kind kind(Key key, Routed.Route route) {
    if (route.minted().isPresent()) {
      return Kind.NEW;
    }
    return route.reason() == Reason.STICKY && known(key) ? Kind.RETURNING : Kind.NONE;
  }

  private static boolean known(Key key) {
    return switch (key) {
      case Key.Named named -> true;
      case Key.Remembered remembered -> true;
      case Key.Fresh fresh -> false;
      case Key.Anonymous anonymous -> false;
    };
  }

  private static long hash(Ask ask) {
    return switch (ask.key()) {
      case Key.Named named -> mixed(named.text().hashCode());
      case Key.Remembered remembered -> hash(remembered.id());
      case Key.Fresh fresh -> hash(fresh.id());
      case Key.Anonymous anonymous -> mixed(ask.draw());
    };
  }

  private static long hash(StickyId id) {
    return mixed(mixed(id.high()) ^ id.low());
  }

  /// The finaliser of SplitMix64, salted.
  private static long mixed(long value) {
    long z = value ^ SALT;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /// The caller's group, 0..31.
  public int group() {
    return (int) (caller >>> 59);
  }
}
