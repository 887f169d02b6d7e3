package dev.sluice.e2e;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;

/// Digits, as pictures and as bodies of requests.
final class Pictures {
  private static final int SIDE = 8;

  private Pictures() {}

  /// A digit that no model has been trained on.
  record HeldOut(int label, byte[] png) {}

  /// The sample picture of a digit.
  static byte[] digit(String file) throws IOException {
    return Files.readAllBytes(RunningService.home().resolve("models/samples/" + file));
  }

  static String body(byte[] picture) {
    return "{\"image_b64\":\"" + base64(picture) + "\"}";
  }

  static String batch(List<byte[]> pictures) {
    return "{\"inputs\":["
        + String.join(",", pictures.stream().map(Pictures::body).toList())
        + "]}";
  }

  static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  static List<HeldOut> heldOut() throws IOException {
    var all = new ArrayList<HeldOut>();
    for (String line :
        Files.readAllLines(RunningService.home().resolve("models/samples/held-out.csv"))) {
      String[] cells = line.split(",", -1);
      byte[] grey = new byte[SIDE * SIDE];
      for (int i = 0; i < grey.length; i++) {
        grey[i] = (byte) Integer.parseInt(cells[i + 1]);
      }
      all.add(new HeldOut(Integer.parseInt(cells[0]), png(grey)));
    }
    return List.copyOf(all);
  }

  private static byte[] png(byte[] grey) throws IOException {
    var image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setDataElements(0, 0, SIDE, SIDE, grey);
    var bytes = new ByteArrayOutputStream();
    ImageIO.write(image, "png", bytes);
    return bytes.toByteArray();
  }
}
