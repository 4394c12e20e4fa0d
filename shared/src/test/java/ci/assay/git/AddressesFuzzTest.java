package ci.assay.git;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.broker.BrokerAddress;
import ci.assay.testing.fuzz.Bounds;
import ci.assay.testing.fuzz.Seeds;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Addresses of repositories and brokers. */
class AddressesFuzzTest {

  private static final Bounds BOUNDS = Bounds.usual().longest(20_000);

  static Stream<Arguments> real() {
    return Stream.concat(
        Seeds.words("://", "@", ":", "//", "%2F", "[::1]", "~", "amqp", "amqps", "ssh", "file"),
        Seeds.of(
            "/srv/git/bottle.git",
            "file:///srv/git/bottle.git",
            "https://git.example.org:8443/team/bottle.git",
            "git@example.org:team/bottle.git",
            "ssh://git@example.org/~/bottle",
            "amqps://user:pa%20ss@broker.example.org:5671/a%2Fb",
            "https://" + "a/".repeat(9_000),
            "ssh://" + "a@".repeat(9_900) + ":1\n",
            "amqp://" + "%2F".repeat(6_000)));
  }

  @MethodSource("real")
  @FuzzTest
  void address(byte[] input) throws Exception {
    String text = new String(input, UTF_8);
    BOUNDS.hold(
        input,
        () -> {
          if (text.startsWith("amqp")) {
            BrokerAddress address = BrokerAddress.parse(text);
            assertThat(BrokerAddress.parse(address.withPassword())).isEqualTo(address);
          } else {
            assertThat(GitUrl.parse(text).lastElement()).isNotEmpty();
          }
        });
  }
}
