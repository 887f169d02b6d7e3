package dev.sluice.admission;

import java.util.List;
import java.util.stream.Collectors;

/// What a caller is told about a rate policy and about its own part of it, by the IETF draft
/// `ratelimit-headers`. For a token bucket with rate `R` and burst `B`:
///
/// @param policy name of the policy
/// @param quota `q = B`
/// @param windowSeconds `w = ceil(B / R)`
/// @param remaining `r = floor(tokens)`
/// @param resetSeconds `t`: until there is a token if `r = 0`, else until the bucket is full;
///     rounded up
public record Quota(
    String policy, long quota, long windowSeconds, long remaining, long resetSeconds) {
  private static final double NANOS = 1e9;

  static Quota of(RatePolicy policy, long missingNanos) {
    long perToken = policy.nanosPerToken();
    long capacity = policy.burst() * perToken;
    long remaining = Math.max(0, (capacity - missingNanos) / perToken);
    long until = remaining > 0 ? missingNanos : missingNanos - (capacity - perToken);
    return new Quota(
        policy.name(),
        policy.burst(),
        (long) Math.ceil(policy.burst() / policy.perSecond()),
        remaining,
        (long) Math.ceil(until / NANOS));
  }

  /// The field `RateLimit-Policy`, such as `"caller";q=20;w=2, "global";q=200;w=1`.
  public static String policyField(List<Quota> quotas) {
    return quotas.stream()
        .map(it -> "\"" + it.policy + "\";q=" + it.quota + ";w=" + it.windowSeconds)
        .collect(Collectors.joining(", "));
  }

  /// The field `RateLimit`, such as `"caller";r=3;t=1`.
  public static String limitField(List<Quota> quotas) {
    return quotas.stream()
        .map(it -> "\"" + it.policy + "\";r=" + it.remaining + ";t=" + it.resetSeconds)
        .collect(Collectors.joining(", "));
  }
}
