package dev.sluice.oip;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// Whatever comes is read or refused, and leaves nothing behind.
class AnyBodyPropertyTest {
  private static final List<byte[]> GOOD = AnyBody.good();
  private static final String PIECES = "{}[]:,\"\\/u-+.eE0123456789 \n\0tfnNI\u00e9";

  @Example
  void goodBodiesAreRead() {
    assertThat(GOOD).isNotEmpty().allMatch(AnyBody::mustHold);
  }

  @Property(seed = "1", tries = 5000)
  void anyBytes(@ForAll byte[] bytes) {
    AnyBody.mustHold(bytes);
  }

  @Example
  void goodBodiesCutAnywhere() {
    for (byte[] good : GOOD) {
      for (int length = 0; length < good.length; length++) {
        AnyBody.mustHold(Arrays.copyOf(good, length));
      }
    }
  }

  @Property(seed = "2", tries = 40_000)
  void goodBodiesWithAFewBytesChangedDroppedOrDoubled(@ForAll long seed) {
    var random = new Random(seed);
    byte[] body = GOOD.get(random.nextInt(GOOD.size())).clone();
    for (int i = random.nextInt(4); i >= 0; i--) {
      body = damaged(body, random);
    }
    AnyBody.mustHold(body);
  }

  private static byte[] damaged(byte[] body, Random random) {
    int at = random.nextInt(body.length);
    int other = at + random.nextInt(Math.min(12, body.length - at));
    return switch (random.nextInt(4)) {
      case 0 -> spliced(body, at, new byte[] {piece(random)}, Math.min(body.length, at + 1));
      case 1 -> spliced(body, at, new byte[] {piece(random)}, at);
      case 2 -> spliced(body, at, new byte[0], other);
      default -> spliced(body, other, Arrays.copyOfRange(body, at, other), other);
    };
  }

  private static byte piece(Random random) {
    return random.nextInt(5) == 0
        ? (byte) random.nextInt(256)
        : (byte) PIECES.charAt(random.nextInt(PIECES.length()));
  }

  private static byte[] spliced(byte[] body, int at, byte[] middle, int rest) {
    byte[] spliced = new byte[at + middle.length + body.length - rest];
    System.arraycopy(body, 0, spliced, 0, at);
    System.arraycopy(middle, 0, spliced, at, middle.length);
    System.arraycopy(body, rest, spliced, at + middle.length, body.length - rest);
    return spliced;
  }
}
