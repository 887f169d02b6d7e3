package dev.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class EventTest {
  private static String text(Event event) {
    return new String(event.bytes(), StandardCharsets.UTF_8);
  }

  @Test
  void isWrittenAsIdNameAndData() {
    var event = new Event(OptionalLong.of(7), "state", "{\"share\":500}");

    assertThat(text(event)).isEqualTo("id: 7\nevent: state\ndata: {\"share\":500}\n\n");
  }

  @Test
  void leavesOutAnIdItDoesNotHave() {
    assertThat(text(new Event(OptionalLong.empty(), "state", "")))
        .isEqualTo("event: state\ndata: \n\n");
  }

  @Test
  void writesEveryLineOfItsDataWhateverEndsIt() {
    var event = new Event(OptionalLong.empty(), "state", "a\nb\r\nc\rid: 9\n");

    assertThat(text(event))
        .isEqualTo("event: state\ndata: a\ndata: b\ndata: c\ndata: id: 9\ndata: \n\n");
  }

  @Test
  void hasANameOfOneLine() {
    for (String name : new String[] {"", "a\nid: 9", "a\rb"}) {
      assertThatThrownBy(() -> new Event(OptionalLong.empty(), name, ""))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void beatsWithACommentThatNobodyHears() {
    assertThat(new String(Event.heartbeat(), StandardCharsets.UTF_8)).isEqualTo(": \n\n");
  }

  @Property
  void isReadBackAsItWas(@ForAll long id, @ForAll("texts") String data) {
    var event = new Event(OptionalLong.of(id), "state", data);

    assertThat(read(text(event)))
        .isEqualTo(new Read(Long.toString(id), "state", data.replaceAll("\r\n|\r", "\n")));
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.strings().withChars("a: é\n\r\u2028\uFEFF").ofMaxLength(12);
  }

  private record Read(String id, String name, String data) {}

  /// Interprets one event, step by step as the standard says.
  private static Read read(String stream) {
    var id = new StringBuilder();
    var name = new StringBuilder();
    var data = new StringBuilder();
    for (String line : stream.split("\r\n|\r|\n")) {
      int colon = line.indexOf(':');
      String field = line.substring(0, colon);
      String value = line.substring(colon + 1);
      String plain = value.startsWith(" ") ? value.substring(1) : value;
      switch (field) {
        case "id" -> id.append(plain);
        case "event" -> name.append(plain);
        case "data" -> data.append(plain).append('\n');
        default -> throw new AssertionError("no such field: " + field);
      }
    }
    assertThat(stream).endsWith("\n\n");
    return new Read(id.toString(), name.toString(), data.substring(0, data.length() - 1));
  }
}
