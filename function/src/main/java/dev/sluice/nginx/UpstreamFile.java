package dev.sluice.nginx;

import dev.sluice.inference.Version;
import dev.sluice.nginx.Token.Kind;
import dev.sluice.routing.Share;
import dev.sluice.routing.Split;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A file that holds one `upstream`, whose servers are versions:
///
///     upstream web {
///         zone web 64k;
///         server 10.0.0.5:8080 weight=9500 max_fails=0;  # version v1
///         server 10.0.0.6:8080 weight=500 max_fails=0;   # version v2
///         keepalive 32;
///     }
///
/// A version's name is in the comment behind its server. One that gets nothing is `down`. Whatever
/// else is written there stays byte for byte: only weights are ever changed. What would make the
/// share another one than the weights say is refused: other ways to choose a server, servers of no
/// version, servers of another file.
///
/// Characters are bytes (ISO 8859-1), so that nothing is lost. Immutable.
final class UpstreamFile {
  private static final Pattern VERSION = Pattern.compile("#\\s*version\\s+(\\S+)\\s*");
  // Beside weights they decide who gets a request.
  private static final Set<String> OTHER_WAYS =
      Set.of("ip_hash", "hash", "least_conn", "least_time", "random", "sticky", "include", "queue");

  private final String text;
  private final String name;
  private final List<Server> servers;

  private UpstreamFile(String text, String name, List<Server> servers) {
    this.text = text;
    this.name = name;
    this.servers = List.copyOf(servers);
  }

  /// Reads a file's text.
  ///
  /// @throws WrongFile where it is no such file
  static UpstreamFile of(String text) throws WrongFile {
    return new Reading(text).file();
  }

  String text() {
    return text;
  }

  /// What the upstream is called.
  String name() {
    return name;
  }

  List<Server> servers() {
    return servers;
  }

  Optional<Server> server(String version) {
    return servers.stream().filter(server -> server.version().equals(version)).findFirst();
  }

  /// The version with the most is stable; of two with as much, the one that is written first.
  ///
  /// @throws WrongFile where there are not one or two with traffic
  Split split() throws WrongFile {
    List<Server> busy = busy();
    if (busy.isEmpty() || busy.size() > 2) {
      throw new WrongFile(
          busy.isEmpty()
              ? "no version has traffic: all are down"
              : busy.size() + " versions have traffic: put down on all but two");
    }
    Server first = busy.getFirst();
    Server last = busy.getLast();
    if (first.equals(last)) {
      return Split.single(first.version());
    }
    Server stable = first.weight() >= last.weight() ? first : last;
    Server canary = stable.equals(first) ? last : first;
    Share share = share(canary.version());
    SequencedMap<String, Double> shares = new LinkedHashMap<>();
    shares.put(stable.version(), share.rest().fraction());
    shares.put(canary.version(), share.fraction());
    return Split.of(shares);
  }

  /// The part of a version, rounded up.
  Share share(String version) {
    long sum = servers.stream().mapToLong(Server::traffic).sum();
    long part = server(version).map(Server::traffic).orElse(0L);
    return sum == 0
        ? Share.NONE
        : Share.of((int) Math.ceilDiv(part * Share.ALL.basisPoints(), sum));
  }

  /// Whether one version has this part, another the rest, and nobody else anything.
  boolean splits(String stable, String canary, Share share) {
    long sum = servers.stream().mapToLong(Server::traffic).sum();
    long part = server(canary).map(Server::traffic).orElse(0L);
    long rest = server(stable).map(Server::traffic).orElse(0L);
    return sum > 0
        && part + rest == sum
        && part * Share.ALL.basisPoints() == sum * share.basisPoints();
  }

  /// The same file where one version has this part, another the rest, and nobody else anything.
  UpstreamFile split(String stable, String canary, Share share) {
    Map<String, Integer> weights =
        Map.of(stable, share.rest().basisPoints(), canary, share.basisPoints());
    var next = new StringBuilder();
    List<Server> moved = new ArrayList<>();
    int at = 0;
    for (Server server : servers) {
      next.append(text, at, server.from());
      at = server.from() + server.text().length();
      Server weighed = server.weighed(weights.getOrDefault(server.version(), 0), next.length());
      moved.add(weighed);
      next.append(weighed.text());
    }
    return new UpstreamFile(next.append(text, at, text.length()).toString(), name, moved);
  }

  private List<Server> busy() {
    return servers.stream().filter(server -> server.traffic() > 0).toList();
  }

  /// One pass over the tokens of a file.
  private static final class Reading {
    private final String text;
    private final List<Token> tokens;
    private final List<Server> servers = new ArrayList<>();
    private int at;

    Reading(String text) throws WrongFile {
      this.text = text;
      this.tokens = Token.all(text);
    }

    UpstreamFile file() throws WrongFile {
      comments();
      Token word = next("an upstream block", Kind.WORD);
      if (!word.of(text).equals("upstream")) {
        throw new WrongFile(
            word.line(), "only an upstream block may be here, and this is " + word.of(text));
      }
      String name = next("the upstream's name", Kind.WORD).of(text);
      next("{", Kind.OPEN);
      int end = block();
      comments();
      if (at < tokens.size()) {
        throw new WrongFile(tokens.get(at).line(), "nothing may follow the upstream block");
      }
      if (servers.size() < 2) {
        throw new WrongFile(
            end,
            "upstream %s has %d server with a version, and two are needed"
                .formatted(name, servers.size()));
      }
      once();
      return new UpstreamFile(text, name, servers);
    }

    private void comments() {
      while (at < tokens.size() && tokens.get(at).kind() == Kind.COMMENT) {
        at++;
      }
    }

    private Token next(String expected, Kind kind) throws WrongFile {
      if (at >= tokens.size()) {
        throw new WrongFile("the file ends where %s is expected".formatted(expected));
      }
      Token token = tokens.get(at++);
      if (token.kind() != kind) {
        throw new WrongFile(
            token.line(), "%s is expected, not %s".formatted(expected, token.of(text)));
      }
      return token;
    }

    /// The line on which the block ends.
    private int block() throws WrongFile {
      while (true) {
        comments();
        if (at < tokens.size() && tokens.get(at).kind() == Kind.CLOSE) {
          return tokens.get(at++).line();
        }
        directive(next("a directive or }", Kind.WORD));
      }
    }

    private void directive(Token word) throws WrongFile {
      String directive = word.of(text);
      if (OTHER_WAYS.contains(directive)) {
        throw new WrongFile(
            word.line(), "with %s traffic would not follow the weights".formatted(directive));
      }
      int first = at;
      while (at < tokens.size()
          && (tokens.get(at).kind() == Kind.WORD || tokens.get(at).kind() == Kind.QUOTED)) {
        at++;
      }
      List<Token> words = tokens.subList(first, at);
      Token end = next("; after " + directive, Kind.SEMICOLON);
      if (directive.equals("server")) {
        server(word, words, end);
      }
    }

    private void server(Token word, List<Token> words, Token end) throws WrongFile {
      if (words.isEmpty() || words.stream().anyMatch(token -> token.kind() == Kind.QUOTED)) {
        throw new WrongFile(word.line(), "server takes an address, without quotes");
      }
      List<String> parameters = words.stream().map(token -> token.of(text)).toList();
      Optional<String> version = version(end);
      boolean backup = parameters.contains("backup");
      if (version.isEmpty() && backup) {
        return;
      }
      if (version.isEmpty() || backup) {
        throw new WrongFile(
            word.line(),
            backup
                ? "a version gets traffic by its weight, so it cannot be a backup"
                : "server %s has no version: put # version NAME behind it"
                    .formatted(parameters.getFirst()));
      }
      servers.add(
          Server.of(word.from(), text.substring(word.from(), end.from()), version.get(), word));
    }

    /// What the comment on the same line says.
    private Optional<String> version(Token end) throws WrongFile {
      if (at >= tokens.size()
          || tokens.get(at).kind() != Kind.COMMENT
          || tokens.get(at).line() != end.line()) {
        return Optional.empty();
      }
      Matcher comment = VERSION.matcher(tokens.get(at).of(text));
      if (!comment.matches()) {
        return Optional.empty();
      }
      String version = comment.group(1);
      if (!Version.isName(version)) {
        throw new WrongFile(end.line(), "no version is called " + version);
      }
      return Optional.of(version);
    }

    private void once() throws WrongFile {
      Set<String> versions = new HashSet<>();
      Set<String> addresses = new HashSet<>();
      for (Server server : servers) {
        if (!versions.add(server.version())) {
          throw new WrongFile("version " + server.version() + " has two servers, and needs one");
        }
        if (!addresses.add(server.address())) {
          throw new WrongFile(
              "two versions have the server "
                  + server.address()
                  + ": nobody could tell them apart");
        }
      }
    }
  }
}
