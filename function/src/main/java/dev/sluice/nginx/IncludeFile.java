package dev.sluice.nginx;

import dev.sluice.control.Actuator.Refused;
import dev.sluice.routing.Split;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;

/// A file on disk that nobody ever sees half written. A thread that is interrupted finishes what it
/// does with it: what nginx refuses is put back also while the service stops, so nothing here is
/// an interruptible channel.
///
/// nginx does not say what it runs. So a note lies beside the file, `.FILE.sluice.unloaded`, from
/// before the file changes until nginx was reloaded: also after a process that died in between, it
/// says that nginx may run something else than the file says.
///
/// @param path where it is
record IncludeFile(Path path) {
  private static final int MOST_BYTES = 1024 * 1024;

  /// The upstream that it holds.
  ///
  /// @throws Refused when it cannot be read, or holds none
  UpstreamFile upstream() throws Refused {
    try {
      return UpstreamFile.of(read());
    } catch (NoSuchFileException none) {
      throw new Refused("there is no file " + path);
    } catch (IOException broken) {
      throw new Refused("file %s cannot be read: %s".formatted(path, broken));
    } catch (WrongFile wrong) {
      throw wrong(wrong);
    }
  }

  /// How it splits the traffic.
  ///
  /// @throws Refused when that is no split of one or two versions
  Split split(UpstreamFile read) throws Refused {
    try {
      return read.split();
    } catch (WrongFile wrong) {
      throw wrong(wrong);
    }
  }

  private Refused wrong(WrongFile wrong) {
    return new Refused("file %s: %s".formatted(path, wrong.getMessage()));
  }

  /// Lets nginx run something else. What it does not take is put back.
  ///
  /// @throws Refused when it does not run that afterwards, or nobody knows
  void take(UpstreamFile before, UpstreamFile next, NginxCommand nginx) throws Refused {
    Optional<String> earlier = unloaded();
    // Why an earlier reload failed says more than that this one is not done.
    note(earlier.orElse("nginx has not been reloaded since the file was written"));
    try {
      put(before, next);
    } catch (Refused unchanged) {
      restore(earlier);
      throw unchanged;
    }
    Optional<String> wrong = nginx.test();
    if (wrong.isPresent()) {
      put(next, before);
      restore(earlier);
      throw new Refused(
          "file %s is as it was: nginx does not take its configuration: %s"
              .formatted(path, wrong.get()));
    }
    Optional<String> late = nginx.reload();
    if (late.isPresent()) {
      note("nginx was not reloaded: " + late.get());
      throw new Refused(
          "file %s has the new weights, and nginx was not reloaded: %s"
              .formatted(path, late.get()));
    }
    restore(Optional.empty());
  }

  /// Why nginx may run something else than this file says, as far as that is known here.
  ///
  /// @throws Refused when nobody can read that
  Optional<String> unloaded() throws Refused {
    try {
      Path note = note();
      return Files.exists(note) ? Optional.of(Files.readString(note)) : Optional.empty();
    } catch (NoSuchFileException gone) {
      return Optional.empty();
    } catch (IOException broken) {
      throw new Refused("the note beside file %s cannot be read: %s".formatted(path, broken));
    }
  }

  private void note(String why) throws Refused {
    try {
      Files.writeString(note(), why);
    } catch (IOException broken) {
      throw new Refused("nothing can be written beside file %s: %s".formatted(path, broken));
    }
  }

  /// Says again what was said before, if anything was.
  private void restore(Optional<String> earlier) throws Refused {
    if (earlier.isPresent()) {
      note(earlier.get());
      return;
    }
    try {
      Files.deleteIfExists(note());
    } catch (IOException broken) {
      throw new Refused("the note beside file %s cannot be removed: %s".formatted(path, broken));
    }
  }

  private Path note() throws IOException {
    return beside(".unloaded");
  }

  // Hidden, so that no `include conf.d/*` takes it for a part of the configuration.
  private Path beside(String ending) throws IOException {
    // A link stays one.
    Path real = path.toRealPath();
    return real.resolveSibling("." + real.getFileName() + ".sluice" + ending);
  }

  private void put(UpstreamFile before, UpstreamFile after) throws Refused {
    if (before.text().equals(after.text())) {
      return;
    }
    try {
      if (!replace(before.text(), after.text())) {
        throw new Refused(
            "file %s is left as it is: somebody else wrote it meanwhile".formatted(path));
      }
    } catch (IOException | WrongFile broken) {
      throw new Refused("file %s cannot be written: %s".formatted(path, broken));
    }
  }

  private String read() throws IOException, WrongFile {
    if (Files.notExists(path)) {
      throw new NoSuchFileException(path.toString());
    }
    try (InputStream stream = new FileInputStream(path.toFile())) {
      byte[] bytes = stream.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw new WrongFile("it has more than %d bytes".formatted(MOST_BYTES));
      }
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }
  }

  /// Puts a text in the place of another one, at once.
  ///
  /// @return whether the other one was still there
  private boolean replace(String before, String after) throws IOException, WrongFile {
    Path real = path.toRealPath();
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(real);
    Path beside = beside(".new");
    try {
      write(beside, after);
      Files.setPosixFilePermissions(beside, permissions);
      if (!read().equals(before)) {
        return false;
      }
      Files.move(beside, real, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } finally {
      Files.deleteIfExists(beside);
    }
  }

  private static void write(Path file, String text) throws IOException {
    try (var stream = new FileOutputStream(file.toFile())) {
      stream.write(text.getBytes(StandardCharsets.ISO_8859_1));
      stream.getFD().sync();
    }
  }
}
