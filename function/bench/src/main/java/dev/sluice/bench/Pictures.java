package dev.sluice.bench;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/// The pictures that are sent: a digit of the samples, and a JPEG of 224 pixels that is drawn here,
/// with the slopes and the noise of a photograph.
record Pictures(byte[] digit, byte[] jpeg, Path jpegFile) {
  private static final int SIDE = 224;

  static Pictures in(Place place) throws IOException {
    byte[] jpeg = jpeg(SIDE, SIDE);
    Path file = place.scratch().resolve("picture.jpg");
    Files.write(file, jpeg);
    return new Pictures(Files.readAllBytes(place.model("samples/digit-7.png")), jpeg, file);
  }

  static byte[] jpeg(int width, int height) throws IOException {
    var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    var random = new SplittableRandom(7);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int noise = random.nextInt(24);
        int red = shade(Math.sin(x / 19.0) + Math.cos(y / 31.0), noise);
        int green = shade(Math.sin((x + y) / 27.0) * 2, noise);
        int blue = shade(Math.cos(x / 41.0) - Math.sin(y / 13.0), noise);
        image.setRGB(x, y, red << 16 | green << 8 | blue);
      }
    }
    var bytes = new ByteArrayOutputStream();
    if (!ImageIO.write(image, "jpeg", bytes)) {
      throw new IOException("this JDK writes no JPEG");
    }
    return bytes.toByteArray();
  }

  private static int shade(double height, int noise) {
    return (int) Math.max(0, Math.min(255, 110 + 50 * height + noise));
  }
}
