package dev.sluice.experiment;

import dev.sluice.routing.Share;
import dev.sluice.routing.Split;
import java.time.Instant;

/// How one process splits the requests of a model.
///
/// @param canary the share that the canary really gets
/// @param since when anything of the split was changed last; when the process started, if nothing
///     was
public record Shares(Share canary, Instant since) {
  /// What a split gives its canary: nothing while its traffic is switched off.
  public static Shares of(Split split, Instant since) {
    Share canary =
        switch (split.canaryTraffic()) {
          case ENABLED -> split.canary().map(split::share).orElse(Share.NONE);
          case DISABLED -> Share.NONE;
        };
    return new Shares(canary, since);
  }
}
