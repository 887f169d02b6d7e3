package dev.sluice.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.experiment.Window;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WindowJsonTest {
  private static final String LINE = WindowJson.write(Tallies.window(new Random(1)));

  @Property(tries = 200)
  void whatIsWrittenIsRead(@ForAll long seed) {
    Window window = Tallies.window(new Random(seed));

    String line = WindowJson.write(window);

    assertThat(line).doesNotContain("\n");
    assertThat(WindowJson.read(line)).isEqualTo(new Reading.Found<>(window));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"schema\":1 | \"schema\":2 | window of schema 2: this version reads schema 1",
        "\"schema\":1, | '' | no window: it has no schema number",
        "\"schema\":1 | \"schema\":\"1\" | no window: it has no schema number",
        "log2/16\",\"start | log2/8\",\"start | a window whose histograms have another layout",
        "\"start\" | \"begin\":1,\"start\" | no window: unknown member begin",
        "\"fresh\": | \"frisch\":1,\"fresh\": | no window: unknown member stable.frisch",
        "\"returning\": | \"fresh\":1,\"returning\": | no window: it is not valid JSON, or names a member twice",
        "\"basisPoints\":500 | \"basisPoints\":50000 | no window: a wrong value at share",
        "\"basisPoints\":500 | \"basisPoints\":\"500\" | no window: a wrong value at share.basisPoints",
        "\"basisPoints\":500 | \"basisPoints\":5.5 | no window: a wrong value at share.basisPoints",
        "\"units\": | \"units\":null,\"x\": | no window: a wrong value at stable.errors.units",
        "2026-01-01T00:00:00Z | yesterday | no window: a wrong value at start",
      })
  void refusesWhatItIsNotSureOf(String from, String to, String reason) {
    assertThat(LINE).contains(from.strip());
    String other = LINE.replaceFirst(Pattern.quote(from), to);

    assertThat(WindowJson.read(other)).isEqualTo(new Reading.Refused<>(reason));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"fresh\":[^,]*, | \"fresh\":\"NaN\", | no window: a wrong value at stable.fresh",
        "\"fresh\":[^,]*, | \"fresh\":\"12\", | no window: a wrong value at stable.fresh",
        "\"fresh\":[^,]*, | \"fresh\":1e400, | no window: a wrong value at stable.fresh",
        "\"220\":[0-9.E]+ | \"220\":\"Infinity\" | no window: a wrong value at stable.latency.counts.220",
        "\"220\": | \"+220\": | no window: a wrong value at stable.latency.counts",
        "\"220\": | \"0220\": | no window: a wrong value at stable.latency.counts",
        "\"220\": | \"-220\": | no window: a wrong value at stable.latency.counts",
        "\"fresh\":[^,]*, | \"fresh\":-1, | a window whose counts are below 0 or above their whole",
        "\"220\":[0-9.E]+ | \"220\":-5 | a window whose counts are below 0 or above their whole",
      })
  void refusesNumbersThatCannotBe(String from, String to, String reason) {
    String other = LINE.replaceFirst(from, to);
    assertThat(other).isNotEqualTo(LINE);

    assertThat(WindowJson.read(other)).isEqualTo(new Reading.Refused<>(reason));
  }

  @Test
  void refusesAMissingMember() {
    String other = LINE.replaceFirst("\"fresh\":[0-9.E]+,", "");

    assertThat(WindowJson.read(other))
        .isEqualTo(new Reading.Refused<>("no window: member fresh is missing"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"''", "[1]", "{", "nonsense", "null", "{} {}"})
  void refusesOtherDocuments(String text) {
    assertThat(WindowJson.read(text)).isInstanceOf(Reading.Refused.class);
  }

  @Test
  void readsLinesInTheirOrderAndSkipsEmptyOnes() throws Exception {
    Window first = Tallies.window(new Random(1));
    Window second = Tallies.window(new Random(2));

    List<Reading<Window>> read =
        all(
            WindowLines.of(
                new StringReader(
                    WindowJson.write(first) + "\n\n \r\n" + WindowJson.write(second))));

    assertThat(read).containsExactly(new Reading.Found<>(first), new Reading.Found<>(second));
  }

  @Test
  void namesTheLineThatIsWrong() throws Exception {
    List<Reading<Window>> read = all(WindowLines.of(new StringReader(LINE + "\n\nwindow\n")));

    assertThat(read.getLast())
        .isEqualTo(
            new Reading.Refused<>(
                "line 3: no window: it is not valid JSON, or names a member twice"));
  }

  @Test
  void readsNoLineThatIsTooLong() throws Exception {
    String longest = " ".repeat(WindowLines.LONGEST_LINE) + "x";

    assertThat(all(WindowLines.of(new StringReader(longest))))
        .containsExactly(new Reading.Refused<>("line 1: longer than 1048576 characters"));
  }

  @Test
  void readsNoMoreWindowsThanItMay() throws Exception {
    WindowLines lines = WindowLines.of(new StringReader(LINE + "\n" + LINE + "\n" + LINE), 2);

    assertThat(all(lines).getLast())
        .isEqualTo(new Reading.Refused<>("line 3: more than 2 windows"));
  }

  /// Until the end, or the first refusal.
  private static List<Reading<Window>> all(WindowLines lines) throws Exception {
    var read = new ArrayList<Reading<Window>>();
    try (lines) {
      Optional<Reading<Window>> next = lines.next();
      while (next.isPresent()) {
        read.add(next.get());
        next = next.get() instanceof Reading.Refused ? Optional.empty() : lines.next();
      }
    }
    return read;
  }
}
