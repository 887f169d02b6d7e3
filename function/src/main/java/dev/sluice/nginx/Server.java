package dev.sluice.nginx;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A server of an upstream, which is a version.
///
/// @param from where its text begins in the file
/// @param text as it is written, without its semicolon
/// @param address host and port
/// @param weight that it would have if it were not down
/// @param traffic that it has beside the others; 0 when it is down
record Server(int from, String text, String version, String address, long weight, long traffic) {
  private static final Pattern WEIGHT = Pattern.compile("weight=(.*)", Pattern.DOTALL);
  private static final Pattern NUMBER = Pattern.compile("0*[1-9][0-9]{0,8}");
  private static final Pattern WORDS = Pattern.compile("\\S+");
  private static final Pattern ADDRESS =
      Pattern.compile("(?:[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+\\])(?::[0-9]{1,5})?");
  // In place of the weight, and the blanks before another one.
  private static final Pattern TO_CHANGE = Pattern.compile("(\\s+)(?:weight=\\S+|down)(?=\\s|$)");

  /// @param word where it stands, for messages
  static Server of(int from, String text, String version, Token word) throws WrongFile {
    String[] words = WORDS.matcher(text).results().map(it -> it.group()).toArray(String[]::new);
    String address = words[1];
    if (!ADDRESS.matcher(address).matches()) {
      throw new WrongFile(
          word.line(),
          "server %s is no HOST:PORT, which could be asked for its metrics".formatted(address));
    }
    long weight = 1;
    int weights = 0;
    int downs = 0;
    for (int i = 2; i < words.length; i++) {
      Matcher found = WEIGHT.matcher(words[i]);
      if (found.matches()) {
        if (!NUMBER.matcher(found.group(1)).matches()) {
          throw new WrongFile(word.line(), "a weight is a whole number from 1: " + words[i]);
        }
        weight = Long.parseLong(found.group(1));
        weights++;
      } else if (words[i].equals("down")) {
        downs++;
      }
    }
    if (weights > 1 || downs > 1) {
      throw new WrongFile(word.line(), "server %s says its weight twice".formatted(address));
    }
    return new Server(from, text, version, address, weight, downs > 0 ? 0 : weight);
  }

  /// The address without its port.
  String host() {
    return address.replaceFirst(":[0-9]+$", "");
  }

  /// The port; 80 where none is written, as nginx has it.
  int port() {
    String port = address.substring(host().length());
    return port.isEmpty() ? 80 : Integer.parseInt(port.substring(1));
  }

  /// The same with another weight, and down where that is 0.
  Server weighed(int next, int at) {
    if (next == traffic) {
      return new Server(at, text, version, address, weight, traffic);
    }
    String wanted = next == 0 ? "down" : "weight=" + next;
    Matcher said = TO_CHANGE.matcher(text);
    var changed = new StringBuilder();
    boolean done = false;
    while (said.find()) {
      said.appendReplacement(changed, done ? "" : said.group(1) + wanted);
      done = true;
    }
    said.appendTail(changed);
    if (!done) {
      changed.append(' ').append(wanted);
    }
    return new Server(at, changed.toString(), version, address, next == 0 ? 1 : next, next);
  }
}
