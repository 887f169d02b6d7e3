package dev.sluice.e2e;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;

/// Takes bodies that are right and damages them in every way that we know of: the same ones for
/// the same seed.
final class DamagedJson {
  private static final List<String> NAUGHTY =
      List.of(
          "\\u0000",
          "\\ud800",
          "\\udc00\\ud800",
          "\\uffff",
          "\\u202e",
          "😀🏴‍☠️",
          "ﷺﷺﷺ",
          "Ω≈ç√∫˜µ≤≥÷",
          "' OR 1=1 --",
          "<script>alert(1)</script>",
          "${jndi:ldap://127.0.0.1/a}",
          "%s%s%n%x",
          "../../../../etc/passwd",
          "\\r\\nSet-Cookie: a=b",
          "NaN",
          "-Infinity",
          "undefined",
          "null",
          "1e400",
          "\\\\x00",
          "a".repeat(20_000),
          "\\u0301".repeat(2_000));

  private static final List<String> ODD_VALUES =
      List.of(
          "null",
          "true",
          "0",
          "-0",
          "1e400",
          "-1e-400",
          "1".repeat(65),
          "1".repeat(3_000),
          "0." + "3".repeat(2_000),
          "1e999999999",
          "01",
          "+1",
          ".5",
          "NaN",
          "Infinity",
          "0x10",
          "[]",
          "{}",
          "[[]]",
          "[null]",
          "\"\"",
          "'single'",
          "{\"image_b64\":\"\"}",
          "[1,2,3]",
          "\"\\u12\"",
          "\"\\q\"",
          "\"unended");

  private DamagedJson() {}

  /// One body.
  ///
  /// @param name which damage, for messages of tests
  record Sample(String name, byte[] bytes) {}

  private enum Damage {
    CUT,
    FLIPPED_BITS,
    NOISE,
    PART_TWICE,
    PART_MISSING,
    MEMBER_TWICE,
    DEEP_ARRAYS,
    DEEP_OBJECTS,
    ODD_VALUE,
    ODD_ITEM,
    NAUGHTY_TEXT,
    UNKNOWN_MEMBER,
    LONG_NAME,
    SECOND_DOCUMENT,
    TEXT_BEHIND,
    BYTE_ORDER_MARK,
    UTF_16,
    UTF_32,
    OVERLONG,
    LONE_SURROGATE_BYTES,
    ZERO_BYTE,
    CONTROL_CHARACTER,
    COMMENT,
    TRAILING_COMMA
  }

  /// `count` damaged bodies, all bodies and all kinds of damage in turn.
  static List<Sample> of(long seed, List<String> bodies, int count) {
    var random = new Random(seed);
    var damaged = new ArrayList<Sample>();
    for (int i = 0; i < count; i++) {
      String body = bodies.get(i % bodies.size());
      Damage damage = Damage.values()[i / bodies.size() % Damage.values().length];
      damaged.add(new Sample(i + " " + damage, damage(body, damage, random)));
    }
    return List.copyOf(damaged);
  }

  private static byte[] damage(String body, Damage damage, RandomGenerator random) {
    byte[] bytes = utf8(body);
    int at = random.nextInt(bytes.length);
    int to = at + 1 + random.nextInt(Math.min(40, bytes.length - at));
    return switch (damage) {
      case CUT -> Arrays.copyOf(bytes, at);
      case FLIPPED_BITS -> {
        for (int i = 0; i <= random.nextInt(8); i++) {
          bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        yield bytes;
      }
      case NOISE -> {
        for (int i = at; i < to; i++) {
          bytes[i] = (byte) random.nextInt();
        }
        yield bytes;
      }
      case PART_TWICE -> joined(Arrays.copyOf(bytes, to), tail(bytes, at));
      case PART_MISSING -> joined(Arrays.copyOf(bytes, at), tail(bytes, to));
      case OVERLONG -> spliced(bytes, at, 0xC0, 0x80 + random.nextInt(64));
      case LONE_SURROGATE_BYTES -> spliced(bytes, at, 0xED, 0xA0, 0x80 + random.nextInt(64));
      case ZERO_BYTE -> spliced(bytes, at, 0);
      case CONTROL_CHARACTER -> spliced(bytes, at, 1 + random.nextInt(31));
      case BYTE_ORDER_MARK -> joined(new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF}, bytes);
      case UTF_16 ->
          body.getBytes(random.nextBoolean() ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_16);
      case UTF_32 -> body.getBytes(Charset.forName("UTF-32"));
      case MEMBER_TWICE,
          DEEP_ARRAYS,
          DEEP_OBJECTS,
          ODD_VALUE,
          ODD_ITEM,
          NAUGHTY_TEXT,
          UNKNOWN_MEMBER,
          LONG_NAME,
          SECOND_DOCUMENT,
          TEXT_BEHIND,
          COMMENT,
          TRAILING_COMMA ->
          utf8(rewritten(body, damage, random));
    };
  }

  private static String rewritten(String body, Damage damage, RandomGenerator random) {
    String name = body.substring(1, body.indexOf(':') + 1);
    String inside = body.substring(1, body.length() - 1);
    int depth = 1 + random.nextInt(20_000);
    return switch (damage) {
      case MEMBER_TWICE -> "{" + inside + "," + inside + "}";
      case DEEP_ARRAYS -> "{" + name + "[".repeat(depth) + "]".repeat(depth) + "}";
      case DEEP_OBJECTS -> "{" + name + "{\"a\":".repeat(depth) + "1" + "}".repeat(depth) + "}";
      case ODD_VALUE -> "{" + name + one(ODD_VALUES, random) + "}";
      case ODD_ITEM -> "{" + name + "[" + one(ODD_VALUES, random) + ",\"x\"]}";
      case NAUGHTY_TEXT -> "{" + name + "\"" + one(NAUGHTY, random) + "\"}";
      case UNKNOWN_MEMBER -> "{" + inside + ",\"" + one(NAUGHTY, random) + "\":1}";
      case LONG_NAME -> "{\"" + "n".repeat(depth) + "\":1," + inside + "}";
      case SECOND_DOCUMENT -> body + body;
      case TEXT_BEHIND -> body + one(NAUGHTY, random);
      case COMMENT -> "/* a */" + body + "// b";
      default -> "{" + inside + ",}";
    };
  }

  private static String one(List<String> texts, RandomGenerator random) {
    return texts.get(random.nextInt(texts.size()));
  }

  private static byte[] spliced(byte[] bytes, int at, int... codes) {
    byte[] between = new byte[codes.length];
    for (int i = 0; i < codes.length; i++) {
      between[i] = (byte) codes[i];
    }
    return joined(joined(Arrays.copyOf(bytes, at), between), tail(bytes, at));
  }

  private static byte[] tail(byte[] bytes, int from) {
    return Arrays.copyOfRange(bytes, from, bytes.length);
  }

  private static byte[] joined(byte[] head, byte[] tail) {
    var all = new ByteArrayOutputStream();
    all.writeBytes(head);
    all.writeBytes(tail);
    return all.toByteArray();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
