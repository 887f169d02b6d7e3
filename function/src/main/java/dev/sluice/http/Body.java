package dev.sluice.http;

import dev.sluice.api.Content;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.function.LongPredicate;

/// The bytes of one body as they come in, copied into one pooled array that grows with what has
/// really arrived: neither a declared length nor a flood of tiny chunks pins memory.
final class Body {
  /// What became of a piece.
  enum Outcome {
    TAKEN,
    TOO_LARGE,
    TOO_MANY_PIECES,
    NO_ROOM
  }

  private static final int FIRST_BYTES = 4_096;

  private final long most;
  private final int piecesAtMost;
  private final LongPredicate room;
  private final ByteBufAllocator memory;
  private ByteBuf bytes = Unpooled.EMPTY_BUFFER;
  private int pieces;

  /// A body of a length that was declared; what arrives of it takes room.
  static Body declared(long length, LongPredicate room, ByteBufAllocator memory) {
    return new Body(length, Integer.MAX_VALUE, room, memory);
  }

  /// A body that comes in chunks; each takes its own room.
  static Body chunked(long most, int piecesAtMost, LongPredicate room, ByteBufAllocator memory) {
    return new Body(most, piecesAtMost, room, memory);
  }

  private Body(long most, int piecesAtMost, LongPredicate room, ByteBufAllocator memory) {
    this.most = most;
    this.piecesAtMost = piecesAtMost;
    this.room = room;
    this.memory = memory;
  }

  Outcome add(ByteBuf piece) {
    int more = piece.readableBytes();
    if (more == 0) {
      return Outcome.TAKEN;
    }
    if (more > most - bytes.readableBytes()) {
      return Outcome.TOO_LARGE;
    }
    if (++pieces > piecesAtMost) {
      return Outcome.TOO_MANY_PIECES;
    }
    if (!room.test(more)) {
      return Outcome.NO_ROOM;
    }
    if (!bytes.isWritable(more)) {
      grow(more);
    }
    bytes.writeBytes(piece);
    return Outcome.TAKEN;
  }

  /// How many bytes it may have.
  long most() {
    return most;
  }

  /// All bytes. To be read until [#release].
  Content content() {
    return new Content(
        bytes.array(), bytes.arrayOffset() + bytes.readerIndex(), bytes.readableBytes());
  }

  /// Gives the memory back, once however often it is asked for.
  void release() {
    ByteBuf held = bytes;
    bytes = Unpooled.EMPTY_BUFFER;
    held.release();
  }

  private void grow(int more) {
    long needed = (long) bytes.readableBytes() + more;
    long wanted = Math.max(Math.max(needed, FIRST_BYTES), 2L * bytes.capacity());
    ByteBuf larger = memory.heapBuffer((int) Math.min(wanted, most));
    larger.writeBytes(bytes);
    release();
    bytes = larger;
  }
}
