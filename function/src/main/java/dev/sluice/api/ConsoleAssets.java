package dev.sluice.api;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The files of the console, in memory and complete: no path of a request leads to a file, for it
/// is only looked up among these names. Immutable and thread-safe.
public final class ConsoleAssets {
  /// The page that all others are part of.
  static final String SHELL = "index.html";

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "svg", "image/svg+xml");

  private final Map<String, Asset> assets = new HashMap<>();

  private record Asset(String type, String tag, byte[] bytes) {}

  /// @param files by name, each of a kind that a browser is told: html, js, css, svg
  /// @throws IllegalArgumentException for another kind, and without the page itself
  public ConsoleAssets(Map<String, byte[]> files) {
    files.forEach((name, bytes) -> assets.put(name, new Asset(type(name), tag(bytes), bytes)));
    if (!assets.containsKey(SHELL)) {
      throw new IllegalArgumentException("the console has no " + SHELL);
    }
  }

  private static String type(String name) {
    String kind = name.substring(name.lastIndexOf('.') + 1);
    return Optional.ofNullable(TYPES.get(kind))
        .orElseThrow(
            () -> new IllegalArgumentException("the console has html, js, css and svg: " + name));
  }

  private static String tag(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return '"' + HexFormat.of().formatHex(digest) + '"';
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /// The page, which is never kept: what it asks for has to be of the same release.
  Response shell() {
    Asset page = Optional.ofNullable(assets.get(SHELL)).orElseThrow();
    return response(200, page, "no-store", page.bytes());
  }

  /// A file that the page asks for, or that it did not change; none where there is no such file.
  Optional<Response> asset(String name, Headers headers) {
    return Optional.ofNullable(assets.get(name))
        .filter(asset -> !name.equals(SHELL))
        .map(
            asset ->
                known(asset, headers)
                    ? response(304, asset, "no-cache", new byte[0])
                    : response(200, asset, "no-cache", asset.bytes()));
  }

  // Weak comparison (RFC 9110, section 13.1.2): a proxy that compresses makes a tag weak.
  private static boolean known(Asset asset, Headers headers) {
    return headers.all("if-none-match").stream()
        .flatMap(field -> List.of(field.split(",", 20)).stream())
        .map(String::strip)
        .map(tag -> tag.startsWith("W/") ? tag.substring(2) : tag)
        .anyMatch(tag -> tag.equals("*") || tag.equals(asset.tag()));
  }

  private static Response response(int status, Asset asset, String caching, byte[] body) {
    return new Response(
        status,
        List.of(
            new Field("Content-Type", asset.type()),
            new Field("Cache-Control", caching),
            new Field("ETag", asset.tag())),
        body,
        Response.After.KEEP);
  }
}
