package dev.sluice.routing;

import dev.sluice.inference.Version;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/// How one model's requests are split over its versions.
///
/// @param versions the configured versions in their order; their shares sum to 10,000
/// @param alsoLoaded names of versions that get no traffic by weight but may be named by an
///     override
/// @param stable the configured version that serves by default
/// @param canary the configured version on trial
public record Split(
    List<Weighted> versions,
    List<String> alsoLoaded,
    String stable,
    Optional<String> canary,
    CanaryTraffic canaryTraffic,
    Shadow shadow,
    Strategy strategy) {

  public Split {
    versions = List.copyOf(versions);
    alsoLoaded = List.copyOf(alsoLoaded);
    Set<String> names = new HashSet<>();
    int sum = 0;
    for (Weighted weighted : versions) {
      if (!names.add(weighted.version())) {
        throw new IllegalArgumentException("version is named twice: " + weighted.version());
      }
      sum += weighted.share().basisPoints();
    }
    if (sum != Share.WHOLE) {
      throw new IllegalArgumentException("shares must sum to 10000 basis points: " + sum);
    }
    requireConfigured("stable", stable, names);
    canary.ifPresent(version -> requireConfigured("canary", version, names));
    if (canary.isPresent() && canary.get().equals(stable)) {
      throw new IllegalArgumentException("canary must be another version than stable: " + stable);
    }
    for (String version : alsoLoaded) {
      if (!Version.isName(version)) {
        throw new IllegalArgumentException("not a version name: " + version);
      }
    }
  }

  private static void requireConfigured(String role, String version, Set<String> names) {
    if (!names.contains(version)) {
      throw new IllegalArgumentException(
          role + " must be one of the versions " + names + ": " + version);
    }
  }

  /// A split with the weights as people write them: the first version is stable, the second, if
  /// there is one, the canary; sticky, without a shadow.
  public static Split of(SequencedMap<String, Double> weights) {
    if (weights.isEmpty()) {
      throw new IllegalArgumentException("a split needs at least one version");
    }
    List<String> names = List.copyOf(weights.sequencedKeySet());
    List<Share> shares = Weights.normalise(List.copyOf(weights.sequencedValues()));
    List<Weighted> versions = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      versions.add(new Weighted(names.get(i), shares.get(i)));
    }
    return new Split(
        versions,
        List.of(),
        names.getFirst(),
        names.stream().skip(1).findFirst(),
        CanaryTraffic.ENABLED,
        new Shadow.Off(),
        new Strategy.Sticky());
  }

  /// Everything to one version, which has no rival.
  public static Split single(String version) {
    SequencedMap<String, Double> weights = new LinkedHashMap<>();
    weights.put(version, 1.0);
    return of(weights);
  }

  /// The weight of a version; none for a version that is not configured. What a disabled canary
  /// is meant to get is still said here.
  public Share share(String version) {
    return versions.stream()
        .filter(weighted -> weighted.version().equals(version))
        .map(Weighted::share)
        .findFirst()
        .orElse(Share.NONE);
  }

  /// What a version is here; nothing for one that is neither stable nor the canary.
  public Optional<Role> role(String version) {
    if (version.equals(stable)) {
      return Optional.of(Role.STABLE);
    }
    return canary.filter(version::equals).map(name -> Role.CANARY);
  }

  /// Whether a request can name this version, or get it.
  public boolean names(String version) {
    return alsoLoaded.contains(version)
        || versions.stream().anyMatch(it -> it.version().equals(version));
  }

  /// The same without a version; empty when that is stable, the canary, or has a weight.
  public Optional<Split> without(String version) {
    if (stable.equals(version)
        || canary.filter(version::equals).isPresent()
        || share(version).basisPoints() > 0) {
      return Optional.empty();
    }
    return Optional.of(
        withVersions(versions.stream().filter(it -> !it.version().equals(version)).toList())
            .withAlsoLoaded(alsoLoaded.stream().filter(it -> !it.equals(version)).toList()));
  }

  /// The canary becomes stable and gets everything; what was stable stays as the canary with
  /// nothing, so that going back is the same step once more. Nothing where there is no canary.
  public Optional<Split> promoted() {
    return canary.map(next -> withRoles(next, stable, Share.NONE));
  }

  /// While a rollout runs: this version is the canary with this share, stable has the rest, all
  /// others nothing. A version that was only loaded becomes a configured one.
  public Split trying(String candidate, Share share) {
    return withRoles(stable, candidate, share);
  }

  /// Everything to stable, whatever weights there were; who is stable and who the canary stays.
  public Split onStable() {
    return withVersions(
        versions.stream()
            .map(Weighted::version)
            .map(name -> new Weighted(name, name.equals(stable) ? Share.ALL : Share.NONE))
            .toList());
  }

  private Split withRoles(String newStable, String newCanary, Share canaryShare) {
    SequencedMap<String, Share> shares = new LinkedHashMap<>();
    versions.forEach(weighted -> shares.put(weighted.version(), Share.NONE));
    shares.put(newStable, canaryShare.rest());
    shares.put(newCanary, canaryShare);
    List<Weighted> next = new ArrayList<>();
    shares.forEach((version, share) -> next.add(new Weighted(version, share)));
    return new Split(
        next, alsoLoaded, newStable, Optional.of(newCanary), canaryTraffic, shadow, strategy);
  }

  public Split withVersions(List<Weighted> weighted) {
    return new Split(weighted, alsoLoaded, stable, canary, canaryTraffic, shadow, strategy);
  }

  public Split withAlsoLoaded(List<String> names) {
    return new Split(versions, names, stable, canary, canaryTraffic, shadow, strategy);
  }

  public Split withCanaryTraffic(CanaryTraffic traffic) {
    return new Split(versions, alsoLoaded, stable, canary, traffic, shadow, strategy);
  }

  public Split withShadow(Shadow copies) {
    return new Split(versions, alsoLoaded, stable, canary, canaryTraffic, copies, strategy);
  }

  public Split withStrategy(Strategy way) {
    return new Split(versions, alsoLoaded, stable, canary, canaryTraffic, shadow, way);
  }
}
