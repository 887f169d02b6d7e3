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
import java.util.stream.Stream;
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

  private static final List<Field> KEPT =
      List.of(new Field("Cache-Control", "no-cache"), new Field("Vary", "Accept-Encoding"));
  private static final List<Field> PACKED =
      Stream.concat(KEPT.stream(), Stream.of(new Field("Content-Encoding", "gzip"))).toList();

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
  Response shell() {
    Asset page = Optional.ofNullable(assets.get(SHELL)).orElseThrow();
    return response(200, page, List.of(new Field("Cache-Control", "no-store")), page.bytes());
  }

  /// A file that the page asks for, or that it did not change; none where there is no such file.
  Optional<Response> asset(String name, Headers headers) {
    return Optional.ofNullable(assets.get(name))
        .filter(asset -> !name.equals(SHELL))
        .map(
            asset ->
                known(asset, headers)
                    ? unchanged(asset, headers)
                    : gzip(headers) ? packed(asset) : response(200, asset, KEPT, asset.bytes()));
  }

  // With the tag that a 200 would have had (RFC 9110, section 15.4.5).
  private static Response unchanged(Asset asset, Headers headers) {
    Field tag = gzip(headers) ? weak(asset) : strong(asset);
    return response(304, asset.type(), tag, KEPT, new byte[0]);
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

  private static Response packed(Asset asset) {
    return response(200, asset.type(), weak(asset), PACKED, asset.packed());
  }

  private static Field strong(Asset asset) {
    return new Field("ETag", asset.tag());
  }

  // A strong tag is of these very bytes.
  private static Field weak(Asset asset) {
    return new Field("ETag", "W/" + asset.tag());
  }

  private static Response response(int status, Asset asset, List<Field> more, byte[] body) {
    return response(status, asset.type(), strong(asset), more, body);
  }

  private static Response response(
      int status, String type, Field tag, List<Field> more, byte[] body) {
    var fields = new ArrayList<>(more);
    fields.add(new Field("Content-Type", type));
    fields.add(tag);
    return new Response(status, fields, body, Response.After.KEEP);
  }
}
