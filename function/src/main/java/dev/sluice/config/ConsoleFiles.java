package dev.sluice.config;

import dev.sluice.api.ConsoleAssets;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/// The files of the console as they were packed: all of the folder `console` beside this class,
/// read once. The folder is flat.
final class ConsoleFiles {
  private static final String FOLDER = "console/";
  private static final String PAGE = "index.html";

  private ConsoleFiles() {}

  /// @throws IOException when the folder is not there, or cannot be read
  static ConsoleAssets read() throws IOException {
    URL page = ConsoleFiles.class.getResource("/" + FOLDER + PAGE);
    if (page == null) {
      throw new IOException(FOLDER + PAGE + " is missing from the jar");
    }
    return new ConsoleAssets(
        page.openConnection() instanceof JarURLConnection packed
            ? packed(packed)
            : unpacked(Path.of(uri(page)).resolveSibling(".")));
  }

  private static URI uri(URL page) throws IOException {
    try {
      return page.toURI();
    } catch (URISyntaxException odd) {
      throw new IOException("no place of a file: " + page, odd);
    }
  }

  private static Map<String, byte[]> packed(JarURLConnection page) throws IOException {
    // A file of our own: a shared one might be closed under others.
    page.setUseCaches(false);
    try (JarFile jar = page.getJarFile()) {
      List<JarEntry> entries =
          jar.stream()
              .filter(entry -> entry.getName().startsWith(FOLDER) && !entry.isDirectory())
              .toList();
      var files = new HashMap<String, byte[]>();
      for (JarEntry entry : entries) {
        try (InputStream in = jar.getInputStream(entry)) {
          files.put(entry.getName().substring(FOLDER.length()), in.readAllBytes());
        }
      }
      return files;
    }
  }

  private static Map<String, byte[]> unpacked(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      var files = new HashMap<String, byte[]>();
      for (Path entry : entries.filter(Files::isRegularFile).toList()) {
        files.put(String.valueOf(entry.getFileName()), Files.readAllBytes(entry));
      }
      return files;
    }
  }
}
