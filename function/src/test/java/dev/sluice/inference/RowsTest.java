package dev.sluice.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class RowsTest {
  private final PooledBuffers buffers = new PooledBuffers(1 << 20);

  @Test
  void doesNotCopyASingleInput() {
    Input only = input(numbers(2, 3, 0));

    try (Input joined = Rows.joined(List.of(only), buffers)) {
      assertThat(joined.tensors().getFirst()).isSameAs(only.tensors().getFirst());
    }
    assertThat(buffers.kept()).isZero();
  }

  @Test
  void joinsNumbersAndTextsAndGivesTheCopyBack() {
    Input first = input(numbers(1, 2, 10), texts(1, "a"));
    Input second = input(numbers(2, 2, 20), texts(2, "b", "c"));

    Input joined = Rows.joined(List.of(first, second), buffers);

    assertThat(joined.rows()).isEqualTo(3);
    assertThat(joined.tensors().getFirst().shape()).containsExactly(3L, 2L);
    assertThat(floats(joined.tensors().getFirst())).containsExactly(10f, 11f, 20f, 21f, 22f, 23f);
    assertThat(joined.tensors().get(1)).isEqualTo(texts(3, "a", "b", "c"));
    joined.close();
    assertThat(buffers.kept()).isEqualTo(64);
  }

  @Test
  void leavesThePartsAsTheyWere() {
    Input first = input(numbers(1, 2, 10));
    Input second = input(numbers(1, 2, 20));

    Rows.joined(List.of(first, second), buffers).close();

    assertThat(floats(first.tensors().getFirst())).containsExactly(10f, 11f);
  }

  @Test
  void refusesInputsThatDifferInMoreThanRows() {
    Input three = input(numbers(1, 3, 0));

    for (Tensor other : List.of(numbers(1, 4, 0), texts(1, "a"))) {
      assertThatThrownBy(() -> Rows.joined(List.of(three, input(other)), buffers))
          .isInstanceOf(IllegalArgumentException.class);
    }
    Input wrongRows = new Input(List.of(numbers(2, 3, 0)), 1, () -> {});
    assertThatThrownBy(() -> Rows.joined(List.of(three, wrongRows), buffers))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void givesTheCopyBackWhenALaterColumnDiffers() {
    Input first = input(numbers(1, 2, 0), texts(1, "a"));
    Input second = input(numbers(1, 2, 0), numbers(1, 1, 0));

    assertThatThrownBy(() -> Rows.joined(List.of(first, second), buffers))
        .isInstanceOf(IllegalArgumentException.class);

    assertThat(buffers.kept()).isEqualTo(64);
  }

  @Test
  void refusesToSplitAnOutputWithOtherRows() {
    List<Tensor> outputs = List.of(numbers(3, 2, 0));

    assertThatThrownBy(() -> Rows.split(outputs, List.of(1, 1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(Rows.split(outputs, List.of(7))).containsExactly(outputs);
  }

  @Test
  void slicesOnlyRowsThatAreThere() {
    assertThat(Rows.slice(texts(3, "a", "b", "c"), 1, 2)).isEqualTo(texts(2, "b", "c"));
    assertThatThrownBy(() -> Rows.slice(numbers(2, 2, 0), 1, 2))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Rows.slice(numbers(2, 2, 0), -1, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Property(seed = "2", tries = 200)
  void splitsWhatItJoined(
      @ForAll @Size(min = 1, max = 6) List<@IntRange(min = 1, max = 5) Integer> rows,
      @ForAll @IntRange(min = 0, max = 4) int width) {
    List<Input> parts = new ArrayList<>();
    for (int at = 0; at < rows.size(); at++) {
      parts.add(input(numbers(rows.get(at), width, 100 * at)));
    }

    try (Input joined = Rows.joined(parts, buffers)) {
      List<List<Tensor>> split = Rows.split(joined.tensors(), rows);

      for (int at = 0; at < rows.size(); at++) {
        assertThat(split.get(at)).isEqualTo(parts.get(at).tensors());
      }
    }
  }

  private static Input input(Tensor... tensors) {
    return new Input(List.of(tensors), Math.toIntExact(tensors[0].shape().getFirst()), () -> {});
  }

  /// Not at the beginning of its memory, as a parsed request is not.
  private static Tensor numbers(int rows, int width, int from) {
    ByteBuffer data =
        ByteBuffer.allocateDirect(8 + rows * width * 4).order(ByteOrder.nativeOrder());
    data.position(8);
    IntStream.range(0, rows * width).forEach(at -> data.putFloat((float) from + at));
    return new Tensor.Numbers(
        ElementType.FLOAT, List.of((long) rows, (long) width), data.position(8));
  }

  private static Tensor texts(int rows, String... values) {
    return new Tensor.Strings(List.of((long) rows), List.of(values));
  }

  private static List<Float> floats(Tensor tensor) {
    List<Float> values = new ArrayList<>();
    if (tensor instanceof Tensor.Numbers numbers) {
      ByteBuffer data = numbers.data().duplicate().order(ByteOrder.nativeOrder());
      while (data.hasRemaining()) {
        values.add(data.getFloat());
      }
    }
    return values;
  }
}
