package dev.sluice.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class IpAddressTest {
  @Property(seed = "21", tries = 500)
  void readsWhatTheJdkWrites(@ForAll long high, @ForAll long low) throws UnknownHostException {
    // A group of zeros now and then, so that the compressed form is read too.
    IpAddress address = new IpAddress(high & 0xFFFF_0000_FFFF_FFFFL, low);
    byte[] bytes = ByteBuffer.allocate(16).putLong(address.high()).putLong(address.low()).array();

    assertThat(IpAddress.parse(InetAddress.getByAddress(bytes).getHostAddress())).contains(address);
  }

  @Test
  void readsAllForms() {
    assertThat(IpAddress.parse("192.0.2.1")).contains(new IpAddress(0, 0xFFFF_C000_0201L));
    assertThat(IpAddress.parse("::ffff:192.0.2.1")).isEqualTo(IpAddress.parse("192.0.2.1"));
    assertThat(IpAddress.parse("::FFFF:c000:201")).isEqualTo(IpAddress.parse("192.0.2.1"));
    assertThat(IpAddress.parse("::")).contains(new IpAddress(0, 0));
    assertThat(IpAddress.parse("::1")).contains(new IpAddress(0, 1));
    assertThat(IpAddress.parse("1::")).contains(new IpAddress(0x0001_0000_0000_0000L, 0));
    assertThat(IpAddress.parse("1:2:3:4:5:6:7::"))
        .contains(new IpAddress(0x0001_0002_0003_0004L, 0x0005_0006_0007_0000L));
    assertThat(IpAddress.parse("1:2:3:4:5:6:1.2.3.4"))
        .contains(new IpAddress(0x0001_0002_0003_0004L, 0x0005_0006_0102_0304L));
    assertThat(IpAddress.parse("2001:db8::8:800:200c:417a"))
        .contains(new IpAddress(0x2001_0db8_0000_0000L, 0x0008_0800_200c_417aL));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "localhost",
        "example.com",
        "1",
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.256",
        "01.2.3.4",
        "1.2.3.-4",
        "1.2.3.4 ",
        "1.2..4",
        "0x7f.0.0.1",
        "127.1",
        ":",
        ":::",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1::2::3",
        "12345::",
        "::g",
        "1:2:3:4:5:6:7:8::",
        "::1.2.3",
        "1:",
        ":1",
        "1.2.3.4::",
        "::1.2.3.4:5",
        "fe80::1%eth0",
        "[::1]",
        "1.2.3.4:80",
        "1:2:3:4:5:6:7:1.2.3.4",
        "\u0661.2.3.4",
        "::\uff11"
      })
  void readsNothingElse(String text) {
    assertThat(IpAddress.parse(text)).isEmpty();
  }

  @Property(seed = "22", tries = 1000)
  void neverThrows(@ForAll String text) {
    assertThat(IpAddress.parse("::" + text + ":1.")).isNotNull();
    assertThat(IpAddress.parse(text)).isNotNull();
  }
}
