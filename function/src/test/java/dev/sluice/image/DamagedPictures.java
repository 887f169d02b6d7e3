package dev.sluice.image;

import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;

/// Makes small PNGs and JPEGs of every kind that we accept, and damages them: the same ones for
/// the same seed.
public final class DamagedPictures {
  private static final int SIDE = 24;

  private DamagedPictures() {}

  /// One file.
  ///
  /// @param name which picture and which damage, for messages of tests
  public record Sample(String name, byte[] bytes) {}

  private enum Damage {
    CUT,
    FLIPPED_BITS,
    HEADER_BYTES,
    NOISE,
    ZEROS,
    PART_MISSING,
    PART_TWICE,
    LENGTH_LIES,
    TAIL_OF_ANOTHER
  }

  /// `count` damaged pictures, all kinds of pictures and of damage in turn.
  public static List<Sample> of(long seed, int count) {
    var random = new Random(seed);
    List<Sample> whole = whole(random);
    var damaged = new ArrayList<Sample>();
    for (int i = 0; i < count; i++) {
      Sample picture = whole.get(i % whole.size());
      Damage damage = Damage.values()[i / whole.size() % Damage.values().length];
      byte[] other = whole.get(random.nextInt(whole.size())).bytes();
      byte[] bytes = damage(picture.bytes(), other, damage, random);
      damaged.add(new Sample(i + " " + picture.name() + " " + damage, bytes));
    }
    return List.copyOf(damaged);
  }

  /// The pictures before the damage, by name.
  public static List<Sample> undamaged(long seed) {
    return whole(new Random(seed));
  }

  private static byte[] damage(byte[] whole, byte[] other, Damage damage, RandomGenerator random) {
    byte[] bytes = whole.clone();
    int at = random.nextInt(bytes.length);
    int run = 1 + random.nextInt(Math.min(32, bytes.length - at));
    return switch (damage) {
      case CUT -> Arrays.copyOf(bytes, at);
      case FLIPPED_BITS -> flipped(bytes, bytes.length, 1 + random.nextInt(8), random);
      case HEADER_BYTES ->
          flipped(bytes, Math.min(bytes.length, 64), 1 + random.nextInt(3), random);
      case NOISE -> {
        for (int i = at; i < at + run; i++) {
          bytes[i] = (byte) random.nextInt();
        }
        yield bytes;
      }
      case ZEROS -> {
        Arrays.fill(bytes, at, at + run, (byte) 0);
        yield bytes;
      }
      case PART_MISSING -> joined(bytes, at, bytes, at + run);
      case PART_TWICE -> joined(bytes, at + run, bytes, at);
      case LENGTH_LIES -> {
        int place = Math.min(at, bytes.length - 4);
        ByteBuffer.wrap(bytes).putInt(place, random.nextInt() >>> random.nextInt(32));
        yield bytes;
      }
      case TAIL_OF_ANOTHER -> joined(bytes, at, other, Math.min(at, other.length));
    };
  }

  private static byte[] flipped(byte[] bytes, int within, int bits, RandomGenerator random) {
    for (int i = 0; i < bits; i++) {
      bytes[random.nextInt(within)] ^= (byte) (1 << random.nextInt(8));
    }
    return bytes;
  }

  private static byte[] joined(byte[] head, int to, byte[] tail, int from) {
    byte[] bytes = Arrays.copyOf(head, to + tail.length - from);
    System.arraycopy(tail, from, bytes, to, tail.length - from);
    return bytes;
  }

  private static List<Sample> whole(RandomGenerator random) {
    var all = new ArrayList<Sample>();
    all.add(png("grey 8", 8, Pngs.GREY, random));
    all.add(png("grey 1", 1, Pngs.GREY, random));
    all.add(png("grey 4", 4, Pngs.GREY, random));
    all.add(png("grey 16", 16, Pngs.GREY, random));
    all.add(png("colour 8", 8, Pngs.COLOUR, random));
    all.add(png("colour 16", 16, Pngs.COLOUR, random));
    all.add(png("grey alpha 8", 8, Pngs.GREY_ALPHA, random));
    all.add(png("colour alpha 8", 8, Pngs.COLOUR_ALPHA, random));
    all.add(png("colour alpha 16", 16, Pngs.COLOUR_ALPHA, random));
    all.add(png("palette 4", 4, Pngs.PALETTE, random, palette(16, random)));
    all.add(png("palette 8", 8, Pngs.PALETTE, random, burden(), palette(256, random)));
    var shape = new Pngs.Shape(SIDE, SIDE, 8, Pngs.COLOUR);
    all.add(new Sample("interlaced", Pngs.interlaced(shape, noise(shape, random))));
    all.add(new Sample("baseline", Jpegs.baseline(picture(BufferedImage.TYPE_3BYTE_BGR, random))));
    all.add(new Sample("grey jpeg", Jpegs.baseline(picture(BufferedImage.TYPE_BYTE_GRAY, random))));
    byte[] progressive = Jpegs.progressive(picture(BufferedImage.TYPE_3BYTE_BGR, random));
    all.add(new Sample("progressive", progressive));
    byte[] exif = Jpegs.exif(6, ByteOrder.LITTLE_ENDIAN);
    byte[] comment = Jpegs.segment(0xFE, "a comment".getBytes(StandardCharsets.US_ASCII));
    all.add(new Sample("turned", Jpegs.with(progressive, exif, comment)));
    all.add(new Sample("cmyk", Jpegs.inks(SIDE, SIDE, inks(random), 0)));
    all.add(new Sample("ycck", Jpegs.inks(SIDE, SIDE, inks(random), 2)));
    return List.copyOf(all);
  }

  private static Sample png(
      String name, int depth, int colour, RandomGenerator random, byte[]... chunks) {
    var shape = new Pngs.Shape(SIDE, SIDE, depth, colour);
    return new Sample(name, Pngs.plain(shape, noise(shape, random), chunks));
  }

  private static int[] noise(Pngs.Shape shape, RandomGenerator random) {
    return random
        .ints((long) shape.width() * shape.height() * shape.bands(), 0, 1 << shape.depth())
        .toArray();
  }

  private static byte[] palette(int colours, RandomGenerator random) {
    byte[] entries = new byte[colours * 3];
    random.nextBytes(entries);
    byte[] opacity = new byte[colours];
    random.nextBytes(opacity);
    byte[] colour = Pngs.chunk("PLTE", entries);
    byte[] alpha = Pngs.chunk("tRNS", opacity);
    return joined(colour, colour.length, alpha, 0);
  }

  private static byte[] burden() {
    return Pngs.chunk("tEXt", "Title\0a text".getBytes(StandardCharsets.US_ASCII));
  }

  private static int[] inks(RandomGenerator random) {
    return random.ints((long) SIDE * SIDE * 4, 0, 256).toArray();
  }

  private static BufferedImage picture(int type, RandomGenerator random) {
    var image = new BufferedImage(SIDE, SIDE, type);
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        image.setRGB(x, y, random.nextInt());
      }
    }
    return image;
  }
}
