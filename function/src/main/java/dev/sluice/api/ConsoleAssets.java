package dev.sluice.api;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/// The files of the console, in memory and complete: no path of a request leads to a file, for it
/// is only looked up among these names. Whoever takes gzip gets it: the files are written to be
/// read. Immutable and thread-safe.
public final class ConsoleAssets {
  /// The page that all others are part of.
  static final String SHELL = "index.html";

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "svg", "image/svg+xml");

  private static final Field NEVER_KEPT = new Field("Cache-Control", "no-store");
  private static final Field REVALIDATED = new Field("Cache-Control", "no-cache");
  private static final Field VARIES = new Field("Vary", "Accept-Encoding");

  private final Map<String, Asset> assets = new HashMap<>();

  private record Asset(String type, String tag, byte[] bytes, byte[] packed) {}

  /// @param files by name, each of a kind that a browser is told: html, js, css, svg
  /// @throws IllegalArgumentException for another kind, and without the page itself
  public ConsoleAssets(Map<String, byte[]> files) {
    files.forEach(
        (name, bytes) -> assets.put(name, new Asset(type(name), tag(bytes), bytes, packed(bytes))));
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

  private static byte[] packed(byte[] bytes) {
    var packed = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return packed.toByteArray();
  }

  /// The page, which is never kept: what it asks for has to be of the same release.
  Response shell(Headers headers) {
    return whole(Optional.ofNullable(assets.get(SHELL)).orElseThrow(), headers, NEVER_KEPT);
  }

  /// A file that the page asks for, or that it did not change; none where there is no such file.
  Optional<Response> asset(String name, Headers headers) {
    return Optional.ofNullable(assets.get(name))
        .filter(asset -> !name.equals(SHELL))
        .map(
            asset ->
                known(asset, headers)
                    ? unchanged(asset, headers)
                    : whole(asset, headers, REVALIDATED));
  }

  // With the tag that a 200 would have had (RFC 9110, section 15.4.5).
  private static Response unchanged(Asset asset, Headers headers) {
    return response(304, asset, headers, List.of(REVALIDATED, VARIES), new byte[0]);
  }

  private static Response whole(Asset asset, Headers headers, Field kept) {
    return gzip(headers)
        ? response(
            200,
            asset,
            headers,
            List.of(kept, VARIES, new Field("Content-Encoding", "gzip")),
            asset.packed())
        : response(200, asset, headers, List.of(kept, VARIES), asset.bytes());
  }

  // What refuses it by q=0 says so of all codings, or is no browser.
  private static boolean gzip(Headers headers) {
    return headers.all("accept-encoding").stream()
        .flatMap(field -> List.of(field.split(",", 20)).stream())
        .map(String::strip)
        .anyMatch(
            coding -> coding.matches("(?i)gzip(\\s*;\\s*q=(1|1\\.0*|0\\.[0-9]*[1-9][0-9]*))?"));
  }

  // Weak comparison (RFC 9110, section 13.1.2): a proxy that compresses makes a tag weak.
  private static boolean known(Asset asset, Headers headers) {
    return headers.all("if-none-match").stream()
        .flatMap(field -> List.of(field.split(",", 20)).stream())
        .map(String::strip)
        .map(tag -> tag.startsWith("W/") ? tag.substring(2) : tag)
        .anyMatch(tag -> tag.equals("*") || tag.equals(asset.tag()));
  }

  private static Response response(
      int status, Asset asset, Headers headers, List<Field> more, byte[] body) {
    var fields = new ArrayList<>(more);
    fields.add(new Field("Content-Type", asset.type()));
    // A strong tag is of these very bytes.
    fields.add(new Field("ETag", (gzip(headers) ? "W/" : "") + asset.tag()));
    return new Response(status, fields, body, Response.After.KEEP);
  }
}
