package dev.sluice.e2e;

import static dev.sluice.e2e.ProtocolClient.input;
import static dev.sluice.e2e.ProtocolClient.request;
import static dev.sluice.e2e.ProtocolClient.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Open Inference Protocol: the document that a request is")
@ExtendWith(ProtocolService.class)
class ProtocolDocumentIT {
  private static final String MODEL = "identity-int32";
  private static final String X = input("x", "[1,1]", "INT32", "[7]");

  private final ProtocolClient client;

  ProtocolDocumentIT(ProtocolClient client) {
    this.client = client;
  }

  @DisplayName("members and parameters that are not known are ignored")
  @Nested
  class Unknown {
    @ParameterizedTest
    @ValueSource(
        strings = {
          "{\"model_name\":\"other\",\"model_version\":\"9\",\"inputs\":[%s]}",
          "{\"inputs\":[%s],\"x\":{\"deep\":[1,{\"a\":null}]}}",
          "{\"inputs\":[%s],\"parameters\":{\"own\":\"a\",\"n\":1.5,\"b\":true,\"priority\":3}}",
          "{\"inputs\":[%s],\"parameters\":{\"sequence_id\":1,\"sequence_start\":true}}",
          "{\"inputs\":[%s],\"outputs\":[{\"name\":\"y\",\"own\":1,\"parameters\":{\"own\":1}}]}"
        })
    void inTheRequestAndItsOutputs(String json) throws Exception {
      assertThat(client.infer(MODEL, json.formatted(X)).output("y").path("data"))
          .hasToString("[7]");
    }

    @Test
    void inAnInput() throws Exception {
      String own = X.replace("{\"name\"", "{\"own\":1,\"parameters\":{\"own\":[]},\"name\"");

      assertThat(client.infer(MODEL, request(own)).output("y").path("data")).hasToString("[7]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "null", "1", "\"a\""})
    void butParametersAreAnObjectEverywhere(String parameters) throws Exception {
      String member = "\"parameters\":" + parameters;
      client.refuses(MODEL, "{" + member + ",\"inputs\":[" + X + "]}", "/parameters");
      client.refuses(
          MODEL,
          request(X.replace("{\"name\"", "{" + member + ",\"name\"")),
          "/inputs/0/parameters");
      client.refuses(
          MODEL,
          "{\"inputs\":[" + X + "],\"outputs\":[{\"name\":\"y\"," + member + "}]}",
          "/outputs/0/parameters");
    }
  }

  @DisplayName("one document of strict JSON, an object, in UTF-8")
  @Nested
  class Strictness {
    @ParameterizedTest
    @ValueSource(
        strings = {
          "",
          " ",
          "[]",
          "7",
          "null",
          "\"text\"",
          "{",
          "{}",
          "{\"inputs\":[]}",
          "{\"inputs\":{}}",
          "{\"inputs\":null}"
        })
    void anythingElseThanAnObjectWithInputsIsRefused(String body) throws Exception {
      client.refuses(MODEL, body);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "{\"inputs\":[%s]}{}",
          "{\"inputs\":[%s]},",
          "{\"inputs\":[%s],}",
          "{'inputs':[%s]}",
          "{inputs:[%s]}",
          "{\"inputs\":[%s]/* */}",
          "{\"inputs\":[%s,]}",
          "{\"inputs\":[%s],\"x\":01}",
          "{\"inputs\":[%s],\"x\":.5}",
          "{\"inputs\":[%s],\"x\":+1}",
          "{\"inputs\":[%s],\"x\":0x1}",
          "{\"inputs\":[%s],\"x\":NaN}",
          "{\"inputs\":[%s],\"x\":\"\\x\"}",
          "{\"inputs\":[%s],\"x\":\"a\nb\"}",
          "\ufeff{\"inputs\":[%s]}"
        })
    void whatJsonLacksIsRefused(String json) throws Exception {
      client.refuses(MODEL, json.replace("%s", X));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ff", "c328", "eda080", "c0af", "f4908080"})
    void otherBytesThanUtf8AreRefused(String hex) throws Exception {
      byte[] body =
          ProtocolClient.joined(
              utf8("{\"inputs\":[" + X + "],\"x\":\""), HexFormat.of().parseHex(hex), utf8("\"}"));

      client.refuses(400, MODEL, body, List.of(), "UTF-8");
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "{\"id\":\"a\",\"id\":\"b\",\"inputs\":[%s]} | id",
          "{\"inputs\":[%s],\"inputs\":[%s]} | inputs",
          "{\"inputs\":[%s],\"parameters\":{\"a\":1,\"a\":1}} | a",
          "{\"inputs\":[{\"shape\":[1,1],\"name\":\"x\",\"shape\":[1,1]}]} | shape",
          "{\"inputs\":[%s],\"outputs\":[{\"name\":\"y\",\"name\":\"y\"}]} | name"
        })
    void noMemberComesTwice(String json, String member) throws Exception {
      client.refuses(MODEL, json.replace("%s", X), "twice", "\"" + member + "\"");
    }

    @Test
    void nestingHasALimit() throws Exception {
      String open = "[".repeat(31);
      String close = "]".repeat(31);
      String deep = "{\"inputs\":[" + X + "],\"x\":" + open + close + "}";

      client.infer(MODEL, deep).has(200);
      client.refuses(MODEL, deep.replace(open, open + "["), "nested deeper than 32");
      client.refuses(MODEL, "{\"x\":" + "[".repeat(1_000_000), "nested deeper than 32");
    }
  }

  @DisplayName("the content type is not decisive")
  @Nested
  class ContentType {
    @Test
    void noneIsNeeded() throws Exception {
      client.infer(MODEL, request(X)).has(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "application/octet-stream", "text/plain", "x"})
    void anyWillDo(String type) throws Exception {
      ProtocolAnswer answer = client.infer(MODEL, request(X), "Content-Type", type).has(200);

      assertThat(answer.field("Content-Type")).contains("application/json");
    }
  }

  @DisplayName("the deadline is the soonest of the parameter timeout, Prefer: wait and the limit")
  @Nested
  class Deadline {
    private String within(String timeout) {
      return "{\"parameters\":{\"timeout\":" + timeout + "},\"inputs\":[" + X + "]}";
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "1, \"priority\": 9"})
    void aTimeoutIsInMicroseconds(String timeout) throws Exception {
      ProtocolAnswer late = client.infer(MODEL, within(timeout)).has(504);

      assertThat(late.json().path("error").asText()).contains("deadline");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "60000000", "9223372036854775807"})
    void zeroIsNoneAndALongerOneThanTheLimitIsTheLimit(String timeout) throws Exception {
      client.infer(MODEL, within(timeout)).has(200);
    }

    @Test
    void aLongOneDoesNotOutweighWhatTheHeadPrefers() throws Exception {
      client.infer(MODEL, within("60000000"), "Prefer", "wait=0").has(504);
      client.infer(MODEL, within("1"), "Prefer", "wait=60").has(504);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "1.5", "\"1\"", "null", "9223372036854775808"})
    void otherValuesAreRefused(String timeout) throws Exception {
      client.refuses(MODEL, within(timeout), "/parameters/timeout", "whole number");
    }
  }
}
