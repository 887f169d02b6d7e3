package dev.sluice.load;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/// Pictures of digits of which it is known what they are.
final class Digits {
  private static final Path HELD_OUT = Path.of("models/samples/held-out.csv");
  private static final int SIDE = 8;
  private static final Pattern FIRST_LABEL = Pattern.compile("\"labels\":\\[\"([^\"]*)\"");

  private final List<Digit> digits;

  /// @param json its picture, as an item of a request
  private record Digit(String label, String json) {}

  /// A request's body, and the labels that would be right.
  record Sheet(String body, List<String> labels) {
    Sheet {
      labels = List.copyOf(labels);
    }

    /// How many of the pictures were read as what they are.
    int right(String answer) {
      Matcher read = FIRST_LABEL.matcher(answer);
      int right = 0;
      for (String label : labels) {
        if (read.find() && read.group(1).equals(label)) {
          right++;
        }
      }
      return right;
    }
  }

  private Digits(List<Digit> digits) {
    this.digits = digits;
  }

  /// Of the repository, in whose top folder this runs.
  static Digits heldOut() {
    var digits = new ArrayList<Digit>();
    try {
      for (String line : Files.readAllLines(HELD_OUT)) {
        int[] row = Arrays.stream(line.split(",")).mapToInt(Integer::parseInt).toArray();
        digits.add(new Digit(Integer.toString(row[0]), "{\"image_b64\":\"" + png(row) + "\"}"));
      }
    } catch (IOException gone) {
      throw new UncheckedIOException("run this in the repository's top folder", gone);
    }
    return new Digits(digits);
  }

  /// @param row the label, then the pixels
  private static String png(int[] row) throws IOException {
    var picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < SIDE * SIDE; i++) {
      picture.getRaster().setSample(i % SIDE, i / SIDE, 0, row[1 + i]);
    }
    var bytes = new ByteArrayOutputStream();
    ImageIO.write(picture, "png", bytes);
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  /// The next so many, from any number on, as a request with several inputs.
  Sheet sheet(long from, int pictures) {
    List<Digit> some =
        IntStream.range(0, pictures)
            .mapToObj(i -> digits.get(Math.floorMod(from * pictures + i, digits.size())))
            .toList();
    return new Sheet(
        some.stream().map(Digit::json).collect(Collectors.joining(",", "{\"inputs\":[", "]}")),
        some.stream().map(Digit::label).toList());
  }
}
