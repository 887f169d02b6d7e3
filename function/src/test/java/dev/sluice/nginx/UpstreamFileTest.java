package dev.sluice.nginx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.routing.Share;
import dev.sluice.routing.Split;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UpstreamFileTest {
  private static final String WRITTEN_BY_HAND =
      """
      # Two releases of web; weights are moved by rollouts.
      upstream web {
          zone web 64k;
          server 10.0.0.5:8080 max_fails=0;          # version v1
      \tserver   10.0.0.6:8080   down  max_conns=100;# version v2
          server 10.0.0.9:80 backup;
          keepalive 32; # version of nothing; server x;
      }
      """;

  private static UpstreamFile file(String... servers) throws WrongFile {
    return UpstreamFile.of("upstream web {\n" + String.join("\n", servers) + "\n}\n");
  }

  @Test
  void readsWhatAPersonWrites() throws Exception {
    UpstreamFile file = UpstreamFile.of(WRITTEN_BY_HAND);

    assertThat(file.name()).isEqualTo("web");
    assertThat(file.servers()).extracting(Server::version).containsExactly("v1", "v2");
    assertThat(file.servers())
        .extracting(Server::address)
        .containsExactly("10.0.0.5:8080", "10.0.0.6:8080");
    assertThat(file.split()).isEqualTo(Split.single("v1"));
    assertThat(file.text()).isEqualTo(WRITTEN_BY_HAND);
  }

  @Test
  void changesWeightsAndNothingElse() throws Exception {
    UpstreamFile moved = UpstreamFile.of(WRITTEN_BY_HAND).split("v1", "v2", Share.ofPercent(5));

    assertThat(moved.text())
        .isEqualTo(
            WRITTEN_BY_HAND
                .replace("max_fails=0;", "max_fails=0 weight=9500;")
                .replace("down  max", "weight=500  max"));
    assertThat(UpstreamFile.of(moved.text()).split().share("v2")).isEqualTo(Share.ofPercent(5));
  }

  @Test
  void whoHasNothingIsDown() throws Exception {
    UpstreamFile moved = UpstreamFile.of(WRITTEN_BY_HAND).split("v1", "v2", Share.ALL);

    assertThat(moved.text())
        .contains("server 10.0.0.5:8080 max_fails=0 down;")
        .contains("server   10.0.0.6:8080   weight=10000  max_conns=100;");
  }

  @Test
  void aWeightThatIsSaidBesideDownIsNotSaidTwice() throws Exception {
    UpstreamFile file =
        file("server a:1 weight=5; # version a", "server b:1 weight=7 down; # version b");

    assertThat(file.split("a", "b", Share.ofPercent(50)).text())
        .contains("server a:1 weight=5000; # version a")
        .contains("server b:1 weight=5000; # version b");
  }

  @ParameterizedTest
  @CsvSource({"9500, 500, 500", "95, 5, 500", "1, 1, 5000", "9999, 1, 1", "3, 1, 2500"})
  void saysTheShareOfWeights(int stable, int canary, int basisPoints) throws Exception {
    UpstreamFile file =
        file(
            "server a:1 weight=%d; # version a".formatted(stable),
            "server b:1 weight=%d; # version b".formatted(canary));

    assertThat(file.split().stable()).isEqualTo("a");
    assertThat(file.share("b")).isEqualTo(Share.of(basisPoints));
    assertThat(file.splits("a", "b", Share.of(basisPoints))).isTrue();
    assertThat(file.splits("b", "a", Share.of(basisPoints))).isEqualTo(basisPoints == 5000);
  }

  @Test
  void whoeverHasTrafficBesidesIsNoSplitBetweenTwo() throws Exception {
    UpstreamFile file =
        file(
            "server a:1 weight=90; # version a",
            "server b:1 weight=10; # version b",
            "server c:1; # version c");

    assertThat(file.splits("a", "b", Share.ofPercent(10))).isFalse();
    assertThatThrownBy(file::split).hasMessage("3 versions have traffic: put down on all but two");
    assertThat(file.split("a", "b", Share.ofPercent(10)).text())
        .contains("server c:1 down; # version c");
  }

  @Test
  void refusesAFileInWhichNobodyHasTraffic() throws Exception {
    UpstreamFile file = file("server a:1 down; # version a", "server b:1 down; # version b");

    assertThatThrownBy(file::split).hasMessage("no version has traffic: all are down");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "server c:1;                          | server c:1 has no version: put # version NAME",
        "server c:1; # Version c              | server c:1 has no version",
        "server c:1 weight=0; # version c     | a weight is a whole number from 1: weight=0",
        "server c:1 weight=; # version c      | a weight is a whole number from 1: weight=",
        "server c:1 weight=1 weight=2; # version c | says its weight twice",
        "server c:1 backup; # version c       | cannot be a backup",
        "server unix:/run/c; # version c      | is no HOST:PORT",
        "server \"c:1\"; # version c          | without quotes",
        "server; # version c                  | server takes an address",
        "server a:1; # version c              | two versions have the server a:1",
        "server c:1; # version a              | version a has two servers",
        "server c:1; # version -              | no version is called -",
        "ip_hash;                             | with ip_hash traffic would not follow the weights",
        "hash $uri consistent;                | with hash traffic",
        "least_conn;                          | with least_conn traffic",
        "include more.conf;                   | with include traffic",
        "keepalive 3                          | ; after keepalive is expected, not }",
        "zone 'x;                             | a quote is not closed",
      })
  void refusesWhatCouldNotBeFollowedAndSaysWhy(String line, String why) {
    assertThatThrownBy(
            () -> file("server a:1; # version a", "server b:1; # version b", line.strip()))
        .isInstanceOf(WrongFile.class)
        .hasMessageContaining(why.strip());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "upstream",
        "upstream web",
        "upstream web {",
        "upstream web { }",
        "upstream web { server a:1; # version a\n}",
        "server { }",
        "upstream web { server a:1; # version a\n server b:1; # version b\n } server { }",
        "upstream web { server a:1; # version a\n server b:1; # version b\n } upstream x { }",
      })
  void refusesWhatIsNoUpstreamOfTwoVersions(String text) {
    assertThatThrownBy(() -> UpstreamFile.of(text)).isInstanceOf(WrongFile.class);
  }

  @Test
  void saysOnWhichLine() {
    assertThatThrownBy(() -> file("server a:1; # version a", "server b:1;"))
        .hasMessageStartingWith("line 3: ");
  }

  /// Whatever is written: one refusal, or exactly the weights change, and can be read again.
  @Property(tries = 3000)
  void everyFileIsKeptOrRefused(@ForAll("files") String text, @ForAll("shares") Share share) {
    UpstreamFile file;
    try {
      file = UpstreamFile.of(text);
    } catch (WrongFile refused) {
      assertThat(refused.getMessage()).isNotBlank().doesNotContain("\n");
      return;
    }
    assertThat(file.text()).isEqualTo(text);
    String stable = file.servers().getFirst().version();
    String canary = file.servers().getLast().version();
    UpstreamFile moved = file.split(stable, canary, share);
    assertThat(moved.splits(stable, canary, share)).isTrue();
    assertThat(reread(moved).servers()).isEqualTo(moved.servers());
    assertThat(without(moved)).isEqualTo(without(file));
    assertThat(moved.split(stable, canary, share).text()).isEqualTo(moved.text());
  }

  private static UpstreamFile reread(UpstreamFile file) {
    try {
      return UpstreamFile.of(file.text());
    } catch (WrongFile wrong) {
      throw new AssertionError(file.text(), wrong);
    }
  }

  private static String without(UpstreamFile file) {
    String text = file.text();
    for (Server server : file.servers().reversed()) {
      String kept =
          List.of(server.text().split("\\s+", -1)).stream()
              .filter(word -> !word.startsWith("weight=") && !word.equals("down"))
              .toList()
              .toString();
      text =
          text.substring(0, server.from())
              + kept
              + text.substring(server.from() + server.text().length());
    }
    return text;
  }

  @Provide
  Arbitrary<Share> shares() {
    return Arbitraries.integers().between(0, 10_000).map(Share::of);
  }

  @Provide
  Arbitrary<String> files() {
    Arbitrary<String> pieces =
        Arbitraries.of(
            "server a:1; # version a\n",
            "server b:1 weight=3; # version b\n",
            "server c:2 down; # version c\n",
            "server [::1]:80 weight=07 down max_fails=0; #version d\n",
            "server\n b:2\tdown ; # version e\r\n",
            "server x:1 backup;\n",
            "keepalive 4;\n",
            "zone \"a;}b\" 64k;\n",
            "zone ${x}{\n",
            "# a remark }\n",
            "#",
            "}",
            "{",
            ";",
            "'",
            "\\",
            "weight=2",
            " ");
    Arbitrary<String> body =
        Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(12, pieces),
                net.jqwik.api.Tuple.of(1, Arbitraries.strings().ofMaxLength(2)))
            .list()
            .ofMinSize(1)
            .ofMaxSize(6)
            .map(list -> String.join("", list));
    return Arbitraries.oneOf(body.map(it -> "upstream u {\n" + it + "\n}\n"), body);
  }
}
