package dev.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.control.OutsideAddress.Alias;
import dev.sluice.control.OutsideAddress.Include;
import dev.sluice.control.OutsideAddress.Rule;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutsideAddressTest {
  private static final String ARN =
      "arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener-rule/app/web/50dc6c49/f2f7dc8e/9683b2d0";

  @Test
  void anAliasIsCalledWhatItsFunctionIs() {
    assertThat(OutsideAddress.parse("lambda:sluice-1:live"))
        .containsExactly(new Alias("sluice-1", "sluice-1", "live"));
  }

  @Test
  void aRuleIsCalledWhatItsLoadBalancerIs() {
    assertThat(OutsideAddress.parse("alb:" + ARN)).containsExactly(new Rule("web", ARN));
  }

  @Test
  void aFileOfNginxIsCalledWhatTheFileIs() {
    assertThat(OutsideAddress.parse("nginx:/etc/nginx/canary.d/web-1.conf"))
        .containsExactly(new Include("web-1", Path.of("/etc/nginx/canary.d/web-1.conf")));
  }

  @Test
  void oneFileIsOneHoweverItIsWritten() {
    assertThatThrownBy(
            () -> OutsideAddress.parse("a=nginx:/etc/web.conf,b=nginx:/etc/x/../web.conf"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("file /etc/web.conf is there twice");
  }

  @Test
  void eachCanBeCalledOtherwise() {
    assertThat(
            OutsideAddress.parse(
                " api=lambda:sluice:live , sluice-containers=alb:%s".formatted(ARN)))
        .containsExactly(new Alias("api", "sluice", "live"), new Rule("sluice-containers", ARN));
  }

  @Test
  void oneFunctionCanHaveTwoAliases() {
    assertThat(OutsideAddress.parse("lambda:f:a,b=lambda:f:b")).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  "})
  void noTextIsNone(String text) {
    assertThat(OutsideAddress.parse(text)).isEmpty();
  }

  @Test
  void otherPartitionsHaveRulesToo() {
    String there =
        ARN.replace("arn:aws:", "arn:aws-us-gov:").replace("eu-central-1", "us-gov-west-1");

    assertThat(OutsideAddress.parse("alb:" + there)).containsExactly(new Rule("web", there));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ",",
        "lambda:f:live,",
        "lambda:f",
        "lambda:f:",
        "lambda::live",
        "lambda:f:7",
        "lambda:f:$LATEST",
        "lambda:f:live:7",
        "lambda:arn:aws:lambda:eu-central-1:123456789012:function:f:live",
        "=lambda:f:live",
        "-a=lambda:f:live",
        "a=b=lambda:f:live",
        "a b=lambda:f:live",
        "Lambda:f:live",
        "f:live",
        "nginx:",
        "nginx:web.conf",
        "nginx:/",
        "nginx:/etc/nginx/",
        "nginx:/etc/nginx/.hidden",
        "nginx:/etc/nginx/..",
        "alb:",
        "alb:web",
        "alb:arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener-rule/net/web/5/f/9",
        "alb:arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/web/5/f",
        "alb:arn:aws:elasticloadbalancing:eu-central-1:12345:listener-rule/app/web/5/f/9",
        "alb:arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/web/5",
      })
  void refusesWhatIsNoneAndSaysWhatIsOne(String text) {
    assertThatThrownBy(() -> OutsideAddress.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "[NAME=]lambda:FUNCTION:ALIAS, [NAME=]alb:RULE_ARN or [NAME=]nginx:/FILE, by commas,"
                + " each with another name: one is none of these");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"lambda:f:a,lambda:f:b", "lambda:f:a,lambda:f:a", "f=lambda:g:a,lambda:f:a"})
  void refusesANameThatComesTwice(String text) {
    assertThatThrownBy(() -> OutsideAddress.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(OutsideAddress.FORM)
        .hasMessageEndingWith("two are called f, so put another name and = before one");
  }

  @Test
  void refusesToMoveTheSameByTwoNames() {
    assertThatThrownBy(() -> OutsideAddress.parse("a=lambda:f:live,b=lambda:f:live"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("alias live of function f is there twice");
    assertThatThrownBy(() -> OutsideAddress.parse("a=alb:%1$s,b=alb:%1$s".formatted(ARN)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("rule " + ARN + " is there twice");
  }

  /// What is read says the same when it is written out.
  @Property
  void everyTextIsReadOrRefused(@ForAll("texts") String text) {
    List<OutsideAddress> read;
    try {
      read = OutsideAddress.parse(text);
    } catch (IllegalArgumentException refused) {
      assertThat(refused).hasMessageStartingWith(OutsideAddress.FORM);
      return;
    }
    String written = String.join(",", read.stream().map(OutsideAddressTest::written).toList());
    assertThat(OutsideAddress.parse(written)).isEqualTo(read);
    assertThat(read).extracting(OutsideAddress::model).doesNotHaveDuplicates();
  }

  private static String written(OutsideAddress address) {
    return address.model()
        + "="
        + switch (address) {
          case Alias alias -> "lambda:" + alias.function() + ":" + alias.name();
          case Rule rule -> "alb:" + rule.arn();
          case Include include -> "nginx:" + include.file();
        };
  }

  @Provide
  Arbitrary<String> texts() {
    Arbitrary<String> pieces =
        Arbitraries.of(
            "lambda:", "alb:", "f", "f:live", ":", "=", ",", " ", "a=", "7", ARN, "/x", "nginx:",
            "..", "/");
    return Arbitraries.oneOf(pieces, Arbitraries.strings().ofMaxLength(2))
        .list()
        .ofMaxSize(9)
        .map(list -> String.join("", list));
  }
}
