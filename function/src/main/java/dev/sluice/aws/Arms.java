package dev.sluice.aws;

/// Between what an outside split moves traffic: that is how CloudWatch names what each of the two
/// versions has counted.
public sealed interface Arms {
  /// Two versions of a function behind an alias. What they count themselves goes by the function's
  /// name, which is all that they know of the alias.
  record Alias(String function, String name) implements Arms {}

  /// Two target groups of a rule of a load balancer, by their names.
  ///
  /// @param rule its ARN
  record Groups(String rule) implements Arms {}
}
