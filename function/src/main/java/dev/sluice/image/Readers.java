package dev.sluice.image;

import com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.spi.ServiceRegistry;

/// Makes readers of the two formats, whatever else is on the class path.
///
/// A reader is made for each picture and thrown away: that costs a tenth of a microsecond for PNG
/// and nothing that matters for JPEG, and no picture sees what another one left behind.
record Readers(ImageReaderSpi png, ImageReaderSpi jpeg) {
  static Readers find() {
    return new Readers(ofJdk("png"), tolerant(ofJdk("jpeg")));
  }

  ImageReader pngReader() throws IOException {
    return png.createReaderInstance();
  }

  ImageReader jpegReader() throws IOException {
    return jpeg.createReaderInstance();
  }

  private static ImageReaderSpi ofJdk(String format) {
    Iterator<ImageReaderSpi> all =
        IIORegistry.getDefaultInstance().getServiceProviders(ImageReaderSpi.class, false);
    while (all.hasNext()) {
      ImageReaderSpi provider = all.next();
      if (provider.getClass().getModule().equals(ImageIO.class.getModule())
          && List.of(provider.getFormatNames()).contains(format)) {
        return provider;
      }
    }
    throw new IllegalStateException("the JDK has no reader for " + format);
  }

  /// The reader that accepts JPEG as the world writes it. It finds the JDK's, which it wraps, in
  /// the registry where it is registered; a registry of its own keeps both out of everybody's way.
  private static ImageReaderSpi tolerant(ImageReaderSpi plain) {
    var registry = new ServiceRegistry(List.<Class<?>>of(ImageReaderSpi.class).iterator());
    var tolerant = new JPEGImageReaderSpi();
    registry.registerServiceProvider(plain, ImageReaderSpi.class);
    registry.registerServiceProvider(tolerant, ImageReaderSpi.class);
    return tolerant;
  }
}
