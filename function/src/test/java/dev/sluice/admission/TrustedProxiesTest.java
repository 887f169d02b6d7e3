package dev.sluice.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class TrustedProxiesTest {
  private final TrustedProxies proxies = TrustedProxies.parse("10.0.0.0/8, fd00::/8, ::1");

  private static Caller at(String address) {
    return Caller.at(IpAddress.parse(address).orElseThrow());
  }

  private Caller caller(String peer, String... forwardedFor) {
    return proxies.caller(peer, List.of(forwardedFor));
  }

  @Test
  void takesThePeerWhenItIsNotTrusted() {
    assertThat(caller("203.0.113.9", "198.51.100.1")).isEqualTo(at("203.0.113.9"));
    assertThat(TrustedProxies.parse("").caller("10.0.0.1", List.of("198.51.100.1")))
        .isEqualTo(at("10.0.0.1"));
  }

  @Test
  void takesTheRightMostAddressThatIsNotTrusted() {
    assertThat(caller("10.0.0.1", "1.1.1.1, 198.51.100.1")).isEqualTo(at("198.51.100.1"));
    assertThat(caller("10.0.0.1", "1.1.1.1, 198.51.100.1 ,10.9.9.9")).isEqualTo(at("198.51.100.1"));
    assertThat(caller("10.0.0.1", "1.1.1.1", "198.51.100.1", "10.2.2.2, fd00::7"))
        .isEqualTo(at("198.51.100.1"));
    assertThat(caller("::1", "2001:db8::5")).isEqualTo(at("2001:db8::5"));
    assertThat(caller("::ffff:10.0.0.1", "::ffff:198.51.100.1")).isEqualTo(at("198.51.100.1"));
  }

  @Test
  void staysWithTheLastHopThatIsKnownWhenAnEntryIsNoAddress() {
    assertThat(caller("10.0.0.1")).isEqualTo(at("10.0.0.1"));
    assertThat(caller("10.0.0.1", "")).isEqualTo(at("10.0.0.1"));
    assertThat(caller("10.0.0.1", "198.51.100.1, unknown")).isEqualTo(at("10.0.0.1"));
    assertThat(caller("10.0.0.1", "198.51.100.1, evil.example, 10.3.3.3"))
        .isEqualTo(at("10.3.3.3"));
    assertThat(caller("10.0.0.1", "198.51.100.1,")).isEqualTo(at("10.0.0.1"));
    assertThat(caller("10.0.0.1", "10.4.4.4, 10.5.5.5")).isEqualTo(at("10.4.4.4"));
  }

  @Test
  void readsNoFurtherThanItsBounds() {
    assertThat(caller("10.0.0.1", "1".repeat(100_000))).isEqualTo(at("10.0.0.1"));
    assertThat(caller("10.0.0.1", "198.51.100.1, " + "10.7.7.7, ".repeat(20) + "10.8.8.8"))
        .isEqualTo(at("10.7.7.7"));
    // A cut through the entry would leave an address: 112.34.56.78 must not become 12.34.56.78.
    assertThat(caller("10.0.0.1", "112.34.56.78" + " ".repeat(42))).isEqualTo(at("10.0.0.1"));
  }

  @Test
  void aSingleIpv6NetworkIsOneCaller() {
    assertThat(at("2001:db8:1:2::1")).isEqualTo(at("2001:db8:1:2:ffff::9"));
    assertThat(at("2001:db8:1:2::1")).isNotEqualTo(at("2001:db8:1:3::1"));
    assertThat(at("192.0.2.1")).isNotEqualTo(at("192.0.2.2"));
  }

  @Test
  void ignoresTheZoneOfAPeerAndKnowsNothingOfOneWithoutAddress() {
    assertThat(caller("fe80::1%eth0")).isEqualTo(at("fe80::1"));
    assertThat(caller("/tmp/socket", "198.51.100.1")).isEqualTo(new Caller.Unknown());
  }

  @Test
  void prefixesCountBits() {
    TrustedProxies some = TrustedProxies.parse("192.0.2.128/25,2001:db8:8000::/33,0.0.0.0/0");
    assertThat(some.networks().get(0).contains(IpAddress.parse("192.0.2.129").orElseThrow()))
        .isTrue();
    assertThat(some.networks().get(0).contains(IpAddress.parse("192.0.2.127").orElseThrow()))
        .isFalse();
    assertThat(some.networks().get(1).contains(IpAddress.parse("2001:db8:ffff::").orElseThrow()))
        .isTrue();
    assertThat(some.networks().get(1).contains(IpAddress.parse("2001:db8:7fff::").orElseThrow()))
        .isFalse();
    assertThat(some.networks().get(2).contains(IpAddress.parse("255.1.2.3").orElseThrow()))
        .isTrue();
    assertThat(some.networks().get(2).contains(IpAddress.parse("2001::").orElseThrow())).isFalse();
  }

  @Test
  void saysWhatIsWrongWithASetting() {
    assertThatThrownBy(() -> TrustedProxies.parse("proxy.internal"))
        .hasMessage("trusted proxy must be an address or a CIDR: proxy.internal");
    assertThatThrownBy(() -> TrustedProxies.parse("10.0.0.0/33"))
        .hasMessage("prefix of a trusted proxy must be 0..32: 10.0.0.0/33");
    assertThatThrownBy(() -> TrustedProxies.parse("::1/129")).hasMessageContaining("0..128");
    assertThatThrownBy(() -> TrustedProxies.parse("10.0.0.0/8,,")).hasMessageContaining("CIDR");
  }
}
