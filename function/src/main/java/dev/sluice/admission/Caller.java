package dev.sluice.admission;

/// Who asks, as far as limits are concerned.
public sealed interface Caller {
  /// Known by an API key, under the name that the settings give it.
  record Keyed(String name) implements Caller {}

  /// Known by where it comes from: an IPv4 address, or the first 64 bits of an IPv6 address. A
  /// single IPv6 host has 2^64 addresses to choose from, so the last 64 bits tell nobody apart.
  record Network(long high, long low) implements Caller {}

  /// Known by nothing; all such callers are one.
  record Unknown() implements Caller {}

  static Caller at(IpAddress address) {
    return new Network(address.high(), address.isV4() ? address.low() : 0);
  }
}
