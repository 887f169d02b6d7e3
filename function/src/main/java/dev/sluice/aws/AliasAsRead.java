package dev.sluice.aws;

import dev.sluice.control.Actuator.Refused;
import dev.sluice.control.OutsideAddress.Alias;
import dev.sluice.routing.Share;
import dev.sluice.routing.Split;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.GetAliasResponse;

/// An alias as it was read.
///
/// @param main the version that has what the weights leave
/// @param weights of other versions, 0..1
/// @param revision by which a change can say what it was made of
record AliasAsRead(Alias alias, String main, Map<String, Double> weights, String revision) {
  private static final Pattern VERSION = Pattern.compile("[1-9][0-9]*");
  // Less than the smallest share is of a share.
  private static final double SAME = 1e-6;

  AliasAsRead {
    weights = Map.copyOf(weights);
  }

  static AliasAsRead of(LambdaClient client, Alias alias) {
    GetAliasResponse found =
        client.getAlias(get -> get.functionName(alias.function()).name(alias.name()));
    Map<String, Double> weights =
        found.routingConfig() == null ? Map.of() : found.routingConfig().additionalVersionWeights();
    return new AliasAsRead(alias, found.functionVersion(), weights, found.revisionId());
  }

  /// Whether versions of functions are called so; `$LATEST` is none, since it does not stay what it
  /// is.
  static boolean isVersion(String name) {
    return VERSION.matcher(name).matches();
  }

  /// What a version has of the traffic: 0..1 where the weights are in order. One that is weighed
  /// against itself has both parts.
  double part(String version) {
    double others = others().values().stream().mapToDouble(Double::doubleValue).sum();
    return version.equals(main) ? 1 - others : weights.getOrDefault(version, 0.0);
  }

  private Map<String, Double> others() {
    Map<String, Double> others = new TreeMap<>(weights);
    others.remove(main);
    return others;
  }

  /// Whether it is split like this, but for what a double loses.
  boolean is(String wantedMain, Map<String, Double> wanted) {
    return main.equals(wantedMain)
        && weights.keySet().equals(wanted.keySet())
        && wanted.entrySet().stream()
            .allMatch(
                each ->
                    Math.abs(weights.getOrDefault(each.getKey(), Double.NaN) - each.getValue())
                        < SAME);
  }

  /// Not less than a part is; a part that is more than a whole is none.
  static Share atLeast(double part) {
    return Share.of((int) Math.ceil(part * Share.ALL.basisPoints() - SAME));
  }

  /// The version with the most is stable; of two with as much, the one that is not a weight.
  ///
  /// @throws Refused where it is no split of one or two published versions
  Split split() throws Refused {
    requirePublished(main);
    Map<String, Double> others = others();
    if (others.isEmpty()) {
      return Split.single(main);
    }
    String other = others.keySet().iterator().next();
    requirePublished(other);
    double weight = others.getOrDefault(other, 0.0);
    if (others.size() > 1 || !(weight >= 0 && weight <= 1)) {
      throw new Refused(
          "%s must have one weight of 0..1 at most beside version %s, and has %s"
              .formatted(alias, main, others));
    }
    boolean mainHasMost = weight <= 0.5;
    Share canary = Share.ofFraction(mainHasMost ? weight : 1 - weight);
    SequencedMap<String, Double> shares = new LinkedHashMap<>();
    shares.put(mainHasMost ? main : other, canary.rest().fraction());
    shares.put(mainHasMost ? other : main, canary.fraction());
    return Split.of(shares);
  }

  private void requirePublished(String version) throws Refused {
    if (!isVersion(version)) {
      throw new Refused(
          "%s must name published versions, which are numbers, and names %s"
              .formatted(alias, version));
    }
  }
}
