package dev.sluice.http;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.function.LongPredicate;

/// The bytes of one body as they come in, copied into one array that grows with what has really
/// arrived: neither a declared length nor a flood of tiny chunks pins memory.
final class Body {
  /// What became of a piece.
  enum Outcome {
    TAKEN,
    TOO_LARGE,
    TOO_MANY_PIECES,
    NO_ROOM
  }

  private static final int FIRST_BYTES = 4_096;
  private static final byte[] NONE = {};

  private final long most;
  private final int piecesAtMost;
  private final LongPredicate room;
  private byte[] bytes = NONE;
  private int length;
  private int pieces;

  /// A body of a length that was declared; what arrives of it takes room.
  static Body declared(long length, LongPredicate room) {
    return new Body(length, Integer.MAX_VALUE, room);
  }

  /// A body that comes in chunks; each takes its own room.
  static Body chunked(long most, int piecesAtMost, LongPredicate room) {
    return new Body(most, piecesAtMost, room);
  }

  private Body(long most, int piecesAtMost, LongPredicate room) {
    this.most = most;
    this.piecesAtMost = piecesAtMost;
    this.room = room;
  }

  Outcome add(ByteBuf piece) {
    int more = piece.readableBytes();
    if (more == 0) {
      return Outcome.TAKEN;
    }
    if (more > most - length) {
      return Outcome.TOO_LARGE;
    }
    if (++pieces > piecesAtMost) {
      return Outcome.TOO_MANY_PIECES;
    }
    if (!room.test(more)) {
      return Outcome.NO_ROOM;
    }
    grow(length + more);
    piece.readBytes(bytes, length, more);
    length += more;
    return Outcome.TAKEN;
  }

  /// How many bytes it may have.
  long most() {
    return most;
  }

  /// All bytes, in an array of just their length.
  byte[] bytes() {
    return bytes.length == length ? bytes : Arrays.copyOf(bytes, length);
  }

  private void grow(int needed) {
    if (needed > bytes.length) {
      long wanted = Math.max(Math.max(needed, FIRST_BYTES), 2L * bytes.length);
      bytes = Arrays.copyOf(bytes, (int) Math.min(wanted, most));
    }
  }
}
