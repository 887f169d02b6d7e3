package dev.sluice.api;

import dev.sluice.admission.ByteBudget;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;

/// A body without its compression. What it becomes takes room from the budget of bodies as it
/// grows, until it is closed: a small body may become a large one.
final class Inflated implements AutoCloseable {
  private static final int PIECE = 16_384;

  private final ByteBudget budget;
  private long taken;

  private Inflated(ByteBudget budget) {
    this.budget = budget;
  }

  static Inflated within(ByteBudget budget) {
    return new Inflated(budget);
  }

  /// What came of it.
  sealed interface Outcome {
    record Whole(Content content) implements Outcome {}

    /// It cannot be had.
    ///
    /// @param detail what is wrong, for the caller
    record Refused(Problem problem, String detail) implements Outcome {}
  }

  /// The body as it was before.
  ///
  /// @param most bytes that it may have
  Outcome of(Content body, Coding coding, long most) {
    return switch (coding) {
      case IDENTITY -> new Outcome.Whole(body);
      case GZIP -> inflated(body, GZIPInputStream::new, most);
      case DEFLATE -> inflated(body, InflaterInputStream::new, most);
    };
  }

  private interface Opening {
    InputStream of(InputStream compressed) throws IOException;
  }

  private Outcome inflated(Content body, Opening opening, long most) {
    var compressed = new ByteArrayInputStream(body.array(), body.from(), body.length());
    try (InputStream plain = opening.of(compressed)) {
      return inflated(plain, most);
    } catch (IOException damaged) {
      return new Outcome.Refused(
          Problem.INVALID_BODY, "the body is not compressed as Content-Encoding says, or is cut");
    }
  }

  private Outcome inflated(InputStream plain, long most) throws IOException {
    byte[] whole = new byte[PIECE];
    int size = 0;
    for (int read = 0; read >= 0; read = plain.read(whole, size, whole.length - size)) {
      if (read > most - size) {
        return new Outcome.Refused(
            Problem.PAYLOAD_TOO_LARGE,
            "the body may have " + most + " bytes (MAX_BODY_BYTES), uncompressed too");
      }
      if (!budget.tryTake(read)) {
        return new Outcome.Refused(
            Problem.OVERLOADED, "no room for the body now (MAX_IN_FLIGHT_BYTES)");
      }
      taken += read;
      size += read;
      if (size == whole.length) {
        whole = Arrays.copyOf(whole, Math.toIntExact(Math.min(2L * size, most + 1)));
      }
    }
    return new Outcome.Whole(new Content(whole, 0, size));
  }

  @Override
  public void close() {
    budget.give(taken);
    taken = 0;
  }
}
