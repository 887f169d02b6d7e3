package dev.sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What arrives on a socket when the other end is mistaken or means harm. After each, a new
/// connection is served, and no request has two answers.
@Timeout(60)
class FramingTest {
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3}) ");
  private static final String HOST = "Host: a\r\n";
  private static final String CHUNKED = "Transfer-Encoding: chunked\r\n";
  private static RunningServer server;
  private static EchoDoor door;

  /// @param answers the statuses that are right, in their order; none when the connection just
  ///     closes
  record Attack(String name, byte[] bytes, boolean speechEnds, List<Integer> answers) {
    @Override
    public String toString() {
      return name;
    }

    /// The other end stays, and says nothing more.
    Attack waiting() {
      return new Attack(name, bytes, false, answers);
    }
  }

  @BeforeAll
  static void start() {
    door = new EchoDoor();
    server = RunningServer.start(door);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @MethodSource({"lines", "fields", "lengths", "chunks", "expectations", "sequences", "waits"})
  void isAnsweredOnceAndHurtsNobody(Attack attack) throws IOException {
    String said;
    try (Caller caller = server.connect()) {
      caller.send(attack.bytes());
      if (attack.speechEnds()) {
        caller.sayNoMore();
      }
      said = caller.rest();
    }

    assertThat(statuses(said)).as(said).isEqualTo(attack.answers());
    assertThat(said).doesNotContain("java.").doesNotContain("netty");
    try (Caller next = server.connect()) {
      assertThat(next.get("/health").answer().body()).isEqualTo("ok");
    }
  }

  private static List<Integer> statuses(String said) {
    List<Integer> found = new ArrayList<>();
    for (Matcher matcher = STATUS.matcher(said); matcher.find(); ) {
      found.add(Integer.parseInt(matcher.group(1)));
    }
    return found;
  }

  static Stream<Attack> lines() {
    return Stream.of(
        line("version 9.9", "GET /health HTTP/9.9", 505),
        line("version 2.0", "GET /health HTTP/2.0", 505),
        line("version in lower case", "GET /health http/1.1", 400),
        line("version with junk", "GET /health HTTP/1.1x", 400),
        line("no version", "GET /health", 400),
        line("method in lower case", "get /health HTTP/1.1", 400),
        line("unknown method", "BREW /health HTTP/1.1", 501),
        line("method with a sign", "GE+T /health HTTP/1.1", 400),
        line("TRACE", "TRACE /health HTTP/1.1", 501),
        line("CONNECT", "CONNECT a:80 HTTP/1.1", 501),
        line("absolute form", "GET http://a/health HTTP/1.1", 400),
        line("authority form", "GET a:80 HTTP/1.1", 400),
        line("asterisk form", "OPTIONS * HTTP/1.1", 400),
        line("bad escape", "GET /%zz HTTP/1.1", 400),
        line("cut escape", "GET /a% HTTP/1.1", 400),
        line("escaped NUL", "GET /health%00 HTTP/1.1", 400),
        line("escaped line break", "GET /health%0d%0a HTTP/1.1", 400),
        line("dot segment", "GET /../health HTTP/1.1", 400),
        line("dot segment at the end", "GET /health/.. HTTP/1.1", 400),
        line("escaped dot segment", "GET /%2e%2E/health HTTP/1.1", 400),
        line("half escaped dot segment", "GET /.%2e/health HTTP/1.1", 400),
        line("escaped slash", "GET /a%2fhealth HTTP/1.1", 400),
        line("escaped backslash", "GET /a%5Chealth HTTP/1.1", 400),
        line("backslash", "GET /a\\health HTTP/1.1", 400),
        line("braces", "GET /{a} HTTP/1.1", 400),
        line("fragment", "GET /health#a HTTP/1.1", 400),
        line("control character", "GET /he\u0001alth HTTP/1.1", 400),
        line("byte above ASCII", "GET /h\u00e9 HTTP/1.1", 400),
        line("long line", "GET /" + "a".repeat(5_000) + " HTTP/1.1", 414),
        line("garbage", "\u0001\u0002\u0003\u0004 nothing", 400),
        attack("empty lines first", "\r\n\r\nGET /health HTTP/1.1\r\n" + HOST + "\r\n", 200),
        attack("second protocol's preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        attack("bare line feeds", "GET /health HTTP/1.1\nHost: a\n\n", 400));
  }

  static Stream<Attack> fields() {
    StringBuilder many = new StringBuilder();
    for (int i = 0; i < 2_000; i++) {
      many.append("X-").append(i).append(": a\r\n");
    }
    return Stream.of(
        attack("no host", "GET /health HTTP/1.1\r\n\r\n", 400),
        attack("no host in 1.0", "GET /health HTTP/1.0\r\n\r\n", 200),
        head("two hosts", "Host: b\r\n", 400),
        attack("odd host", "GET /health HTTP/1.1\r\nHost: a/b@c\r\n\r\n", 400),
        head("folded line", "X: a\r\n b\r\n", 200),
        head("line folded into the length", "Content-Length: 1\r\n 2\r\n", 400),
        head("bare carriage return", "X: a\rb\r\n", 400),
        head("NUL in a value", "X: a\u0000b\r\n", 400),
        head("space before the colon", "Content-Length : 5\r\n", 400),
        head("no colon", "nonsense\r\n", 400),
        head("empty name", ": a\r\n", 400),
        head("odd name", "X(a): b\r\n", 400),
        head("one long field", "X: " + "a".repeat(9_000) + "\r\n", 431),
        head("many fields", many.toString(), 431));
  }

  static Stream<Attack> lengths() {
    return Stream.of(
        post("length and chunks", "Content-Length: 5\r\n" + CHUNKED, "0\r\n\r\n", 400),
        post("two lengths", "Content-Length: 1\r\nContent-Length: 2\r\n", "aa", 400),
        post("one length twice", "Content-Length: 1\r\nContent-Length: 1\r\n", "a", 400),
        post("length with a sign", "Content-Length: +1\r\n", "a", 400),
        post("negative length", "Content-Length: -1\r\n", "a", 400),
        post("length with a space", "Content-Length: 1 1\r\n", "a", 400),
        post("length with a comma", "Content-Length: 1, 1\r\n", "a", 400),
        post("length in hex", "Content-Length: 0x1\r\n", "a", 400),
        post("length beyond all numbers", "Content-Length: 99999999999999999999\r\n", "a", 400),
        post("empty length", "Content-Length:\r\n", "a", 400),
        post("length over the limit", "Content-Length: 1048577\r\n", "a", 413),
        post("huge length", "Content-Length: 9223372036854775807\r\n", "a", 413),
        post("no room", "/full", "Content-Length: 3\r\n", "abc", 503),
        post("no room for a chunk", "/full", CHUNKED, "3\r\nabc\r\n0\r\n\r\n", 503),
        post("cut body", "Content-Length: 5\r\n", "abc"),
        post("chunked is not last", "Transfer-Encoding: chunked, gzip\r\n", "0\r\n\r\n", 400),
        post("coding before chunked", "Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n", 501),
        post("unknown coding", "Transfer-Encoding: xchunked\r\n", "0\r\n\r\n", 400),
        post("chunked with junk", "Transfer-Encoding: chunked\u000b\r\n", "0\r\n\r\n", 400),
        post("chunked twice", CHUNKED + CHUNKED, "0\r\n\r\n", 400),
        attack(
            "chunks in 1.0",
            "POST /echo HTTP/1.0\r\n" + HOST + CHUNKED + "\r\n1\r\na\r\n0\r\n\r\n",
            400));
  }

  static Stream<Attack> chunks() {
    String manyTrailers = ("X: " + "a".repeat(90) + "\r\n").repeat(200);
    return Stream.of(
        chunked("chunks", "3\r\nabc\r\n0\r\n\r\n", 200),
        chunked("small trailer", "1\r\na\r\n0\r\nX: a\r\n\r\n", 200),
        chunked("chunk size overflow", "FFFFFFFFFFFFFFFFF\r\na\r\n0\r\n\r\n", 400),
        chunked("chunk size over 31 bits", "80000000\r\na\r\n0\r\n\r\n", 400),
        chunked("negative chunk size", "-1\r\na\r\n0\r\n\r\n", 400),
        chunked("chunk size is no number", "zz\r\na\r\n0\r\n\r\n", 400),
        chunked("chunk longer than it said", "1\r\nabcdef\r\n0\r\n\r\n", 400),
        chunked("chunk extension flood", "1;" + "a".repeat(50_000) + "\r\na\r\n0\r\n\r\n", 400),
        chunked("huge trailers", "1\r\na\r\n0\r\n" + manyTrailers + "\r\n", 431),
        chunked("no last chunk", "1\r\na\r\n"),
        chunked("200,000 chunks of a byte", "1\r\na\r\n".repeat(200_000) + "0\r\n\r\n", 400),
        chunked(
            "grows over the limit",
            ("10000\r\n" + "a".repeat(65_536) + "\r\n").repeat(17) + "0\r\n\r\n",
            413));
  }

  static Stream<Attack> expectations() {
    return Stream.of(
        post("expects to go on", "Expect: 100-continue\r\nContent-Length: 1\r\n", "a", 100, 200),
        post("expects more", "Expect: more\r\nContent-Length: 1\r\n", "a", 417),
        post("expects twice", "Expect: 100-continue, x\r\nContent-Length: 1\r\n", "a", 417),
        post("too much to go on", "Expect: 100-continue\r\nContent-Length: 2000000\r\n", "", 413),
        post("no room", "/full", "Expect: 100-continue\r\nContent-Length: 1\r\n", "a", 100, 503),
        post("nothing there", "/x", "Expect: 100-continue\r\nContent-Length: 1\r\n", "a", 404));
  }

  static Stream<Attack> sequences() {
    String good = "GET /health HTTP/1.1\r\n" + HOST + "\r\n";
    String hidden = "POST /echo HTTP/1.1\r\n" + HOST + "Content-Length: 4\r\n" + CHUNKED + "\r\n";
    Integer[] fifty = new Integer[50];
    Arrays.fill(fifty, 200);
    return Stream.of(
        attack("50 requests at once", good.repeat(50), fifty),
        attack("attack after a good request", good + hidden + "0\r\n\r\n" + good, 200, 400),
        attack("good request after a goodbye", good.replace("health", "bye") + good, 200),
        attack("good request after one without a host", "GET /x HTTP/1.1\r\n\r\n" + good, 400),
        attack("good request after garbage", "garbage\r\n\r\n" + good, 400),
        attack("unwanted body that looks like a request", unwanted(good) + good, 404, 200),
        attack("unwanted large body", unwanted("a".repeat(100_000)) + good, 404),
        attack("broken exchange", "GET /broken HTTP/1.1\r\n" + HOST + "\r\n", 500),
        attack("broken door", "GET /breaking HTTP/1.1\r\n" + HOST + "\r\n", 500),
        attack("unknown path", "GET /x HTTP/1.1\r\n" + HOST + "\r\n", 404),
        attack(
            "body for health",
            "GET /health HTTP/1.1\r\n" + HOST + CHUNKED + "\r\n1\r\na\r\n" + "0\r\n\r\n" + good,
            200,
            200));
  }

  static Stream<Attack> waits() {
    return Stream.of(
        attack("nothing").waiting(),
        attack("half a line", "GET /hea", 408).waiting(),
        attack("half a head", "GET /health HTTP/1.1\r\nHost:", 408).waiting(),
        post("half a body", "Content-Length: 5\r\n", "ab", 408).waiting(),
        chunked("half a chunk", "5\r\nab", 408).waiting(),
        post("unwanted half", "/x", "Content-Length: 5\r\n", "ab", 404).waiting(),
        new Attack(
            "hello of TLS",
            new byte[] {22, 3, 1, 0, -56, 1, 0, 0, -60, 3, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9},
            false,
            List.of(400)));
  }

  private static String unwanted(String body) {
    return "POST /x HTTP/1.1\r\n" + HOST + "Content-Length: " + body.length() + "\r\n\r\n" + body;
  }

  private static Attack line(String name, String line, int status) {
    return attack(name, line + "\r\n" + HOST + "\r\n", status);
  }

  private static Attack head(String name, String fields, int status) {
    return attack(name, "GET /health HTTP/1.1\r\n" + HOST + fields + "\r\n", status);
  }

  private static Attack chunked(String name, String body, Integer... statuses) {
    return post(name, CHUNKED, body, statuses);
  }

  private static Attack post(String name, String fields, String body, Integer... statuses) {
    return post(name, "/echo", fields, body, statuses);
  }

  private static Attack post(
      String name, String target, String fields, String body, Integer... statuses) {
    return attack(
        name, "POST " + target + " HTTP/1.1\r\n" + HOST + fields + "\r\n" + body, statuses);
  }

  private static Attack attack(String name, String text, Integer... statuses) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    return new Attack(name, bytes, true, List.of(statuses));
  }

  private static Attack attack(String name) {
    return attack(name, "");
  }
}
