package dev.sluice.admission;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The networks whose word about the caller's address is taken.
///
/// The caller is the peer of the connection; but if that is a trusted proxy, it is the right-most
/// address of `X-Forwarded-For` that is none. Each proxy adds on the right whom it has seen, so
/// everything left of that address was written by somebody whom we do not trust. Where an entry is
/// not an address, the walk ends at the proxy that passed it on.
///
/// The work is bounded whatever a header holds: at most [#MAX_HOPS] entries are read, from the
/// right, and of each no more characters than an address has.
public record TrustedProxies(List<Cidr> networks) {
  static final int MAX_HOPS = 16;

  private static final int TOO_LONG = -1;

  /// An address and a few blanks around it.
  private static final int MAX_ENTRY_CHARS = IpAddress.MAX_CHARS + 8;

  /// A network: an address and how many of its bits count.
  public record Cidr(IpAddress address, int prefix) {
    boolean contains(IpAddress other) {
      return address.sharesPrefix(other, prefix);
    }

    /// The network that a text writes: `10.0.0.0/8`, `fd00::/8`, or a single address.
    static Cidr parse(String text) {
      int slash = text.indexOf('/');
      Optional<IpAddress> address = IpAddress.parse(slash < 0 ? text : text.substring(0, slash));
      if (address.isEmpty()) {
        throw new IllegalArgumentException("trusted proxy must be an address or a CIDR: " + text);
      }
      boolean dotted = text.indexOf(':') < 0;
      int bits = dotted ? 32 : 128;
      int prefix = slash < 0 ? bits : prefix(text.substring(slash + 1), bits);
      if (prefix < 0) {
        throw new IllegalArgumentException(
            "prefix of a trusted proxy must be 0.." + bits + ": " + text);
      }
      return new Cidr(address.get(), dotted ? prefix + 96 : prefix);
    }

    private static int prefix(String text, int bits) {
      if (!text.matches("0|[1-9][0-9]{0,2}")) {
        return -1;
      }
      int prefix = Integer.parseInt(text);
      return prefix <= bits ? prefix : -1;
    }
  }

  public TrustedProxies {
    networks = List.copyOf(networks);
  }

  /// The networks of a setting `10.0.0.0/8, ::1`; empty for none.
  public static TrustedProxies parse(String text) {
    List<Cidr> networks = new ArrayList<>();
    if (!text.isBlank()) {
      for (String entry : text.split(",", -1)) {
        networks.add(Cidr.parse(entry.strip()));
      }
    }
    return new TrustedProxies(networks);
  }

  /// Who asks, by address.
  ///
  /// @param peer address of the other end of the connection, as the shell writes it
  /// @param forwardedFor values of the `X-Forwarded-For` fields, in the order in which they came
  public Caller caller(String peer, List<String> forwardedFor) {
    int zone = peer.indexOf('%');
    Optional<IpAddress> address = IpAddress.parse(zone < 0 ? peer : peer.substring(0, zone));
    if (address.isEmpty()) {
      return new Caller.Unknown();
    }
    return Caller.at(trusts(address.get()) ? beyond(address.get(), forwardedFor) : address.get());
  }

  private boolean trusts(IpAddress address) {
    for (Cidr network : networks) {
      if (network.contains(address)) {
        return true;
      }
    }
    return false;
  }

  /// Walks from the right to the first address that is not trusted.
  private IpAddress beyond(IpAddress peer, List<String> forwardedFor) {
    IpAddress last = peer;
    int hops = 0;
    for (int field = forwardedFor.size() - 1; field >= 0; field--) {
      String value = forwardedFor.get(field);
      int end = value.length();
      while (end >= 0) {
        int start = entryStart(value, end);
        Optional<IpAddress> next = entry(value, start, end);
        if (next.isEmpty() || ++hops > MAX_HOPS) {
          return last;
        }
        last = next.get();
        if (!trusts(last)) {
          return last;
        }
        end = start - 1;
      }
    }
    return last;
  }

  /// Where the entry before `end` begins, or [#TOO_LONG].
  private static int entryStart(String value, int end) {
    int start = end;
    while (start > 0 && value.charAt(start - 1) != ',') {
      start--;
      if (end - start > MAX_ENTRY_CHARS) {
        return TOO_LONG;
      }
    }
    return start;
  }

  private static Optional<IpAddress> entry(String value, int start, int end) {
    return start == TOO_LONG
        ? Optional.empty()
        : IpAddress.parse(value.substring(start, end).strip());
  }
}
