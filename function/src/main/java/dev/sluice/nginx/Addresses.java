package dev.sluice.nginx;

import dev.sluice.control.Actuator.Refused;
import dev.sluice.routing.Share;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What the names of servers stand for. nginx makes a server of each address of a name, each with
/// the weight that is written once: two addresses get twice the share, and only one of them would
/// be asked for its metrics. And two names of one address are one instance: nobody could tell its
/// versions apart, whatever was proven.
///
/// Thread-safe if its lookup is; blocks while it asks for names.
///
/// @param lookup says the addresses of a host; none where it does not know it
record Addresses(Lookup lookup) {
  /// Those that this machine knows.
  static final Addresses OF_THIS_MACHINE = new Addresses(Addresses::known);

  /// Says what a name stands for.
  interface Lookup {
    List<String> of(String host);
  }

  /// Refuses to split between servers of which one is several, or two are one. All or nothing is no
  /// split, so that there is always a way back.
  ///
  /// @throws Refused with the server's addresses
  void split(UpstreamFile file, Share share) throws Refused {
    if (!share.equals(Share.NONE) && !share.equals(Share.ALL)) {
      each(file);
    }
  }

  /// Refuses servers of which one is several, or two are one.
  ///
  /// @throws Refused with the server's addresses
  void each(UpstreamFile file) throws Refused {
    Map<String, Server> places = new HashMap<>();
    for (Server server : file.servers()) {
      List<String> found = lookup.of(server.host());
      if (found.size() > 1) {
        throw new Refused(
            ("server %s of version %s has %d addresses (%s), and nginx gives each of them the"
                    + " weight of one: write an address in place of the name")
                .formatted(
                    server.address(), server.version(), found.size(), String.join(", ", found)));
      }
      // What only nginx can look up is at least not written twice.
      String host = found.isEmpty() ? server.host().toLowerCase(Locale.ROOT) : found.getFirst();
      String place = host + " port " + server.port();
      Optional<Server> same = Optional.ofNullable(places.put(place, server));
      if (same.isPresent()) {
        throw new Refused(
            "versions %s and %s have one server, %s (%s and %s): nobody could tell them apart"
                .formatted(
                    same.get().version(),
                    server.version(),
                    place,
                    same.get().address(),
                    server.address()));
      }
    }
  }

  // A name that only nginx knows says nothing here; its metrics could not be asked for either.
  private static List<String> known(String host) {
    try {
      return Arrays.stream(InetAddress.getAllByName(host))
          .map(InetAddress::getHostAddress)
          .distinct()
          .toList();
    } catch (UnknownHostException unknown) {
      return List.of();
    }
  }
}
