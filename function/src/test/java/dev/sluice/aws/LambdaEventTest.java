package dev.sluice.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.aws.LambdaEvent.Request;
import dev.sluice.aws.LambdaEvent.Tick;
import dev.sluice.aws.LambdaEvent.Unknown;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LambdaEventTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static LambdaEvent read(String event) throws Exception {
    return LambdaEvent.of(JSON.readTree(event.replace('\'', '"')));
  }

  private static Asked asked(String event) throws Exception {
    assertThat(read(event)).isInstanceOf(Request.class);
    return ((Request) read(event)).asked();
  }

  @Test
  void aRestEventIsTheRequestThatCame() throws Exception {
    Asked asked =
        asked(
            """
            {'httpMethod':'POST','path':'/predict','headers':{'A':'2'},
             'multiValueHeaders':{'A':['1','2'],'Cookie':['c=d']},
             'queryStringParameters':{'a b':'2'},
             'multiValueQueryStringParameters':{'a b':['1&','2']},
             'requestContext':{'identity':{'sourceIp':'203.0.113.9'}},
             'body':'ä','isBase64Encoded':false}
            """);

    assertThat(asked.method()).isEqualTo("POST");
    assertThat(asked.target()).isEqualTo("/predict?a%20b=1%26&a%20b=2");
    assertThat(asked.all("a")).containsExactly("1", "2");
    assertThat(asked.first("COOKIE")).hasValue("c=d");
    assertThat(asked.peer()).isEqualTo("203.0.113.9");
    assertThat(asked.body()).isEqualTo("ä".getBytes(StandardCharsets.UTF_8));
    assertThat(asked.shape()).isEqualTo(Shape.REST);
  }

  @Test
  void anHttpEventHasItsCookiesInOneFieldAndItsQueryAsItCame() throws Exception {
    Asked asked =
        asked(
            """
            {'version':'2.0','rawPath':'/live/a b/ü','rawQueryString':'a=1&a=2+%20',
             'cookies':['a=b','c=d'],'headers':{'x':'1,2'},
             'requestContext':{'stage':'live','http':{'method':'GET','sourceIp':'::1'}},
             'body':'/wA=','isBase64Encoded':true}
            """);

    assertThat(asked.target()).isEqualTo("/a%20b/%C3%BC?a=1&a=2+%20");
    assertThat(asked.all("cookie")).containsExactly("a=b; c=d");
    assertThat(asked.peer()).isEqualTo("::1");
    assertThat(asked.body()).containsExactly(255, 0);
    assertThat(asked.shape()).isEqualTo(Shape.HTTP);
  }

  @ParameterizedTest
  @CsvSource({
    "$default, /a, /a",
    "live, /live, /",
    "live, /live/a, /a",
    "live, /lives/a, /lives/a",
    "live, /a/live, /a/live"
  })
  void onlyTheStagesNameInFrontIsTakenAway(String stage, String raw, String path) throws Exception {
    Asked asked =
        asked(
            "{'rawPath':'%s','requestContext':{'stage':'%s','http':{'method':'GET'}}}"
                .formatted(raw, stage));

    assertThat(asked.target()).isEqualTo(path);
  }

  @Test
  void aBalancersEventIsNotEscapedTwice() throws Exception {
    Asked asked =
        asked(
            """
            {'httpMethod':'GET','path':'/a','requestContext':{'elb':{}},
             'multiValueHeaders':{'x-forwarded-for':['9.9.9.9, 203.0.113.9']},
             'multiValueQueryStringParameters':{'a':['%20','b']}}
            """);

    assertThat(asked.target()).isEqualTo("/a?a=%20&a=b");
    assertThat(asked.shape()).isEqualTo(Shape.BALANCER);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"203.0.113.9|203.0.113.9", "9.9.9.9, 203.0.113.9|203.0.113.9", "a,|''"})
  void behindABalancerTheCallerIsWhomTheBalancerSaw(String field, String peer) throws Exception {
    Asked asked =
        asked(
            "{'httpMethod':'GET','path':'/','requestContext':{'elb':{}},'headers':{'X-Forwarded-For':'%s'}}"
                .formatted(field));

    assertThat(asked.peer()).isEqualTo(peer);
    assertThat(asked.shape()).isEqualTo(Shape.BALANCER_SINGLE);
  }

  @Test
  void anOperatorsRequestMayHaveItsBodyAsJson() throws Exception {
    Asked asked =
        asked("{'sluice':'admin','method':'POST','path':'/admin/promote?x=1','body':{'a':1}}");

    assertThat(asked.target()).isEqualTo("/admin/promote?x=1");
    assertThat(new String(asked.body(), StandardCharsets.UTF_8)).isEqualTo("{\"a\":1}");
    assertThat(asked.shape().outside()).isFalse();
    assertThat(read("{'sluice':'tick'}")).isEqualTo(new Tick());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'httpMethod':'POST','path':'/','requestContext':{},'body':'{\\'sluice\\':\\'tick\\'}'}",
        "{'requestContext':{'http':{'method':'GET'}},'rawPath':'/','headers':{'sluice':'admin'}}"
      })
  void nothingInsideOfARequestMakesItAnOperators(String event) throws Exception {
    assertThat(asked(event.replace("\\'", "\\\"")).shape().outside()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "null",
        "1",
        "{'Records':[{'eventSource':'aws:sqs'}]}",
        "{'httpMethod':'GET'}",
        "{'sluice':'admin'}",
        "{'sluice':'x'}",
        "{'httpMethod':'GET','path':'/','requestContext':{},'body':'%','isBase64Encoded':true}"
      })
  void whatIsNoneOfThemIsUnknownAndSaysWhy(String event) throws Exception {
    assertThat(read(event)).isInstanceOf(Unknown.class);
    assertThat(((Unknown) read(event)).why()).isNotBlank().doesNotContain("aws:sqs");
  }

  @Property
  void noEventIsTooOdd(@ForAll("oddEvents") JsonNode event) {
    LambdaEvent read = LambdaEvent.of(event);

    if (read instanceof Request(Asked asked)) {
      asked.flaw();
      assertThat(asked.all("a")).isNotNull();
      assertThat(new ProxiedEvent(asked).getBody()).isNotNull();
    }
  }

  @Provide
  Arbitrary<JsonNode> oddEvents() {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    Arbitrary<JsonNode> leaf =
        Arbitraries.oneOf(
            Arbitraries.strings().ofMaxLength(12).map(nodes::textNode),
            Arbitraries.of("2.0", "/a b%", "GET", "admin", "/wA=").map(nodes::textNode),
            Arbitraries.integers().map(nodes::numberNode),
            Arbitraries.of(true, false).map(nodes::booleanNode),
            Arbitraries.of(List.of(0)).map(unused -> nodes.nullNode()),
            Arbitraries.strings()
                .ofMaxLength(4)
                .list()
                .ofMaxSize(3)
                .map(
                    texts ->
                        nodes.arrayNode().addAll(texts.stream().map(nodes::textNode).toList())));
    Arbitrary<JsonNode> inner = object(leaf);
    return object(Arbitraries.oneOf(leaf, inner, object(inner)));
  }

  private static Arbitrary<JsonNode> object(Arbitrary<JsonNode> values) {
    Arbitrary<String> names =
        Arbitraries.of(
            "sluice",
            "httpMethod",
            "path",
            "rawPath",
            "rawQueryString",
            "headers",
            "multiValueHeaders",
            "queryStringParameters",
            "multiValueQueryStringParameters",
            "cookies",
            "requestContext",
            "elb",
            "http",
            "identity",
            "method",
            "sourceIp",
            "stage",
            "body",
            "isBase64Encoded",
            "a");
    return Arbitraries.maps(names, values).ofMaxSize(12).map(LambdaEventTest::node);
  }

  private static JsonNode node(Map<String, JsonNode> members) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    members.forEach(node::set);
    return node;
  }
}
