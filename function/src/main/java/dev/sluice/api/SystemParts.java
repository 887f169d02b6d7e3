package dev.sluice.api;

import dev.sluice.control.StoreUnavailable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// What an operator may know of this process and what it works with.
///
/// @param version of the release
/// @param revision of the source
/// @param mode what it has to do with rollouts, in a word
/// @param instance names this process
/// @param load now
/// @param deployments whose traffic rollouts move, by their names
public record SystemParts(
    String version,
    String revision,
    String mode,
    Supplier<String> instance,
    Instant startedAt,
    Leadership leadership,
    Supplier<Load> load,
    List<String> deployments,
    List<Setting> settings) {
  public SystemParts {
    deployments = List.copyOf(deployments);
    settings = List.copyOf(settings);
  }

  /// Who judges, as far as it is written down.
  ///
  /// @param store its kind, in a word
  /// @param here whether this process does
  /// @param tick time between two looks
  public record Leadership(String store, BooleanSupplier here, Lease lease, Duration tick) {}

  /// Asks the store. Thread-safe; blocks.
  public interface Lease {
    /// Until when somebody acts for all, or did; empty where nobody ever has.
    Optional<Instant> until() throws StoreUnavailable;
  }

  /// How much there is of what can run out.
  ///
  /// @param inFlight requests that are being answered
  /// @param inFlightLimit how many there may be
  /// @param queueRows rows that wait for a run of their model
  public record Load(
      int inFlight,
      int inFlightLimit,
      long queueRows,
      long bodyBytes,
      long bodyBytesLimit,
      int connections) {}

  /// A setting as it may be shown.
  public sealed interface Setting {
    String name();

    /// One that may be seen.
    ///
    /// @param value without what is secret in it
    record Open(String name, String value, Origin origin) implements Setting {}

    /// One whose value is nobody's business.
    record Secret(String name, Presence presence) implements Setting {}
  }

  /// Where a value comes from.
  public enum Origin {
    GIVEN,
    DEFAULT
  }

  /// Whether there is a value at all.
  public enum Presence {
    SET,
    ABSENT
  }
}
