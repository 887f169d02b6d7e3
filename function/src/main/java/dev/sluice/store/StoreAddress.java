package dev.sluice.store;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where a store is. As text it never shows a password.
public sealed interface StoreAddress {
  Pattern SCHEME = Pattern.compile("(jdbc:)?(sqlite|postgres|postgresql):(.*)");
  Pattern OTHER = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:");
  Pattern DYNAMO = Pattern.compile("dynamodb:(.*)");
  Pattern TABLE = Pattern.compile("[A-Za-z0-9_.-]{3,255}");

  /// One that is spoken to in SQL.
  sealed interface Database extends StoreAddress {}

  /// A file on this machine.
  record Sqlite(Path file) implements Database {
    @Override
    public String toString() {
      return "sqlite:" + file;
    }
  }

  /// A server.
  ///
  /// @param url for the driver, without user and password
  /// @param user empty: whoever the driver takes
  record Postgres(String url, String user, String password) implements Database {
    @Override
    public String toString() {
      String withoutSettings = url.split("\\?", 2)[0];
      return withoutSettings.substring("jdbc:".length());
    }
  }

  /// A table of DynamoDB, in the region and with the rights that the environment says.
  record Dynamo(String table) implements StoreAddress {
    @Override
    public String toString() {
      return "dynamodb:" + table;
    }
  }

  /// Reads a path, `sqlite:PATH`, `dynamodb:TABLE` or
  /// `postgresql://user:password@host:port/database?…`; a database also in the form of JDBC.
  ///
  /// @throws IllegalArgumentException when it is none of them; the message shows nothing of the
  ///     text, which may hold a password
  static StoreAddress parse(String text) {
    Matcher matcher = SCHEME.matcher(text.strip());
    if (matcher.matches()) {
      return matcher.group(2).equals("sqlite")
          ? sqlite(matcher.group(3))
          : postgres(matcher.group(3));
    }
    Matcher dynamo = DYNAMO.matcher(text.strip());
    if (dynamo.matches()) {
      return dynamo(dynamo.group(1));
    }
    // One letter may be a drive.
    if (text.contains("://") || OTHER.matcher(text.strip()).lookingAt()) {
      throw wrong("has another scheme");
    }
    return sqlite(text.strip());
  }

  private static Sqlite sqlite(String path) {
    try {
      if (path.isEmpty() || path.contains(":memory:") || path.contains("?")) {
        throw wrong("names no file");
      }
      return new Sqlite(Path.of(path));
    } catch (InvalidPathException noPath) {
      throw wrong("names no file");
    }
  }

  private static Dynamo dynamo(String table) {
    if (!TABLE.matcher(table).matches()) {
      throw wrong("names no table, of 3 to 255 letters, digits, _ . and -");
    }
    return new Dynamo(table);
  }

  private static Postgres postgres(String rest) {
    try {
      URI uri = new URI("postgresql:" + rest);
      boolean hasDatabase = uri.getPath() != null && uri.getPath().length() > 1;
      if (uri.getHost() == null || !hasDatabase) {
        throw wrong("names no host or no database");
      }
      String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
      String query = Optional.ofNullable(uri.getRawQuery()).orElse("");
      String[] who = Optional.ofNullable(uri.getRawUserInfo()).orElse("").split(":", 2);
      return new Postgres(
          "jdbc:postgresql://" + uri.getHost() + port + uri.getRawPath() + kept(query),
          who[0].isEmpty() ? parameter(query, "user") : decoded(who[0]),
          who.length == 2 ? decoded(who[1]) : parameter(query, "password"));
    } catch (URISyntaxException noUri) {
      throw wrong("is no URL: percent-encode what is special in user and password");
    }
  }

  private static String kept(String query) {
    String kept =
        Pattern.compile("&")
            .splitAsStream(query)
            .filter(each -> !each.isEmpty())
            .filter(each -> !each.startsWith("user=") && !each.startsWith("password="))
            .reduce((one, other) -> one + "&" + other)
            .orElse("");
    return kept.isEmpty() ? "" : "?" + kept;
  }

  private static String parameter(String query, String name) {
    return Pattern.compile("&")
        .splitAsStream(query)
        .filter(each -> each.startsWith(name + "="))
        .map(each -> decoded(each.substring(name.length() + 1)))
        .findFirst()
        .orElse("");
  }

  // In a user or a password a plus is a plus.
  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static IllegalArgumentException wrong(String what) {
    return new IllegalArgumentException(
        "the store's address %s; it must be a path, sqlite:PATH,".formatted(what)
            + " postgresql://USER:PASSWORD@HOST:PORT/DATABASE or dynamodb:TABLE");
  }
}
