package dev.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.api.PredictBody.Text;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BodiesTest {
  private final StrictJson json = new StrictJson(10_000);

  private InferBody infer(String body) throws BadBody {
    return infer(body.getBytes(StandardCharsets.UTF_8));
  }

  private InferBody infer(byte[] body) throws BadBody {
    return json.read(body, tokens -> InferBody.read(tokens, 3));
  }

  private PredictBody predict(String body) throws BadBody {
    return json.read(
        body.getBytes(StandardCharsets.UTF_8), tokens -> PredictBody.read(tokens, 3, 20));
  }

  @Test
  void onePictureIsItsDecodedBytes() throws BadBody {
    InferBody body = infer("{\"image_b64\": \"AAEC\", \"img_size\": 224}");

    assertThat(body.form()).isEqualTo(InferBody.Form.SINGLE);
    assertThat(body.size()).hasValue(224);
    assertThat(((Encoded.File) body.pictures().getFirst()).bytes()).containsExactly(0, 1, 2);
  }

  /// Some writers of JSON escape the slash, which is a letter of Base64.
  @Test
  void escapedSlashesAreSlashes() throws BadBody {
    InferBody body = infer("{\"image_b64\": \"\\/\\/\\/\\/\"}");

    assertThat(((Encoded.File) body.pictures().getFirst()).bytes()).containsExactly(-1, -1, -1);
  }

  @Test
  void aBrokenItemLeavesItsNeighboursAlone() throws BadBody {
    InferBody body = infer("{\"inputs\": [{\"image_b64\": \"AAEC\"}, {\"image_b64\": \"?\"}, {}]}");

    assertThat(body.form()).isEqualTo(InferBody.Form.BATCH);
    assertThat(body.pictures().get(0)).isInstanceOf(Encoded.File.class);
    assertThat(body.pictures().get(1))
        .isInstanceOfSatisfying(
            Encoded.Broken.class,
            broken -> assertThat(broken.problem()).isEqualTo(Problem.UNPROCESSABLE));
    assertThat(body.pictures().get(2))
        .isInstanceOfSatisfying(
            Encoded.Broken.class,
            broken -> assertThat(broken.problem()).isEqualTo(Problem.INVALID_BODY));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"inputs\": [1]}",
        "{\"inputs\": [null]}",
        "{\"inputs\": [[[]]]}",
        "{\"inputs\": [{\"image_b64\": null}]}",
        "{\"inputs\": [{\"image_b64\": {\"a\": [1]}}]}",
        "{\"inputs\": [{\"image_b64\": \"\"}]}",
        "{\"inputs\": [{\"image_b64\": \"AA\\u20acA\"}]}",
        "{\"inputs\": [{\"image_b64\": \"data:image/png;base64,AAEC\"}]}",
        "{\"inputs\": [{\"image_b64\": \"AA EC\"}]}",
        "{\"inputs\": [{\"image_b64\": \"A\"}]}"
      })
  void anItemThatIsNoPictureIsAnErrorOfThatItem(String body) throws BadBody {
    assertThat(infer(body).pictures()).hasSize(1).first().isInstanceOf(Encoded.Broken.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "[]",
        "1",
        "\"a\"",
        "{",
        "{}",
        "{} {}",
        "{\"image_b64\": \"AAEC\"} x",
        "{\"image_b64\": \"AAEC\", \"image_b64\": \"AAEC\"}",
        "{\"image_b64\": \"AAEC\", \"inputs\": [{\"image_b64\": \"AAEC\"}]}",
        "{\"image_b64\": \"AAEC\", \"more\": 1}",
        "{\"image_b64\": 1}",
        "{\"image_b64\": null}",
        "{\"image_b64\": [\"AAEC\"]}",
        "{'image_b64': 'AAEC'}",
        "{\"image_b64\": \"AAEC\",}",
        "{\"image_b64\": \"AA\nEC\"}",
        "{\"inputs\": []}",
        "{\"inputs\": {}}",
        "{\"inputs\": [{\"image_b64\": \"AAEC\", \"more\": 1}]}",
        "{\"inputs\": [{}, {}, {}, {}]}",
        "{\"image_b64\": \"AAEC\", \"img_size\": 0}",
        "{\"image_b64\": \"AAEC\", \"img_size\": -1}",
        "{\"image_b64\": \"AAEC\", \"img_size\": 8.0}",
        "{\"image_b64\": \"AAEC\", \"img_size\": \"8\"}",
        "{\"image_b64\": \"AAEC\", \"img_size\": 99999999999}",
        "{\"image_b64\": \"AAEC\", \"img_size\": 1e400}"
      })
  void aBodyOfAnotherShapeIsRefusedAsAWhole(String body) {
    assertThatThrownBy(() -> infer(body)).isInstanceOf(BadBody.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-32LE", "UTF-32BE"})
  void onlyUtf8IsRead(String charset) {
    byte[] body = "{\"image_b64\": \"AAEC\"}".getBytes(Charset.forName(charset));

    assertThatThrownBy(() -> infer(body)).isInstanceOf(BadBody.class).hasMessageContaining("UTF-8");
  }

  @Test
  void aByteOrderMarkIsRefused() {
    assertThatThrownBy(() -> infer("\uFEFF{\"image_b64\": \"AAEC\"}"))
        .isInstanceOf(BadBody.class)
        .hasMessageContaining("byte-order mark");
  }

  @Test
  void depthIsBounded() {
    String deep = "{\"inputs\": " + "[".repeat(100) + "]".repeat(100) + "}";

    assertThatThrownBy(() -> infer(deep)).isInstanceOf(BadBody.class).hasMessageContaining("depth");
  }

  @Test
  void oneTextOrAListOfThem() throws BadBody {
    assertThat(predict("{\"sentence\": \"hi\"}"))
        .isEqualTo(
            new PredictBody(
                PredictBody.Kind.SENTENCE, PredictBody.Form.SINGLE, List.of(new Text.Given("hi"))));
    assertThat(predict("{\"sms\": [\"a\", 1, \"b\"]}").texts())
        .hasSize(3)
        .element(1)
        .isInstanceOf(Text.Broken.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"sentence\": \"\\ud800\"} | UNPROCESSABLE",
        "{\"sentence\": \"a\\u0000b\"} | UNPROCESSABLE",
        "{\"sentence\": \"123456789012345678901\"} | PAYLOAD_TOO_LARGE",
        "{\"sentence\": [null]} | INVALID_BODY",
        "{\"sentence\": [{\"a\": {}}]} | INVALID_BODY"
      })
  void aTextThatCannotBeReadIsAnErrorOfThatText(String body, Problem problem) throws BadBody {
    assertThat(predict(body).texts())
        .first()
        .isInstanceOfSatisfying(
            Text.Broken.class, broken -> assertThat(broken.problem()).isEqualTo(problem));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"sentence\": \"a\", \"sms\": \"b\"}",
        "{\"sentence\": []}",
        "{\"sentence\": 1}",
        "{\"sentence\": null}",
        "{\"sentence\": [\"a\", \"b\", \"c\", \"d\"]}",
        "{\"text\": \"a\"}"
      })
  void aPredictBodyOfAnotherShapeIsRefused(String body) {
    assertThatThrownBy(() -> predict(body)).isInstanceOf(BadBody.class);
  }

  /// The decoder of the JDK, told to report, is the reference.
  @Property(seed = "11", tries = 2000)
  void knowsUtf8AsTheJdkDoes(@ForAll @Size(max = 24) byte[] bytes) {
    boolean expected;
    try {
      var text = StandardCharsets.UTF_8.newDecoder().decode(java.nio.ByteBuffer.wrap(bytes));
      expected = text.isEmpty() || text.charAt(0) != '\uFEFF';
    } catch (java.nio.charset.CharacterCodingException malformed) {
      expected = false;
    }

    assertThat(Content.of(bytes).isUtf8()).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"é", "ΑΒ", "日本語", "😀", "plain words and more of them 😀 then on"})
  void lettersOfAllLengthsAreWellFormed(String text) {
    assertThat(Content.of(text.getBytes(StandardCharsets.UTF_8)).isUtf8()).isTrue();
  }

  @Property(seed = "12", tries = 3000)
  void noBytesMakeTheReadersThrowAnythingElse(@ForAll @Size(max = 60) byte[] noise) {
    byte[] start = "{\"inputs\": [".getBytes(StandardCharsets.UTF_8);
    byte[] body = java.util.Arrays.copyOf(start, start.length + noise.length);
    System.arraycopy(noise, 0, body, start.length, noise.length);

    for (byte[] candidate : List.of(noise, body)) {
      try {
        assertThat(infer(candidate)).isNotNull();
      } catch (BadBody refused) {
        assertThat(refused.detail()).isNotBlank();
      }
    }
  }
}
