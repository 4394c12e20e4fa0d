package ci.assay.git;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.broker.BrokerAddress;
import ci.assay.common.Durations;
import ci.assay.common.Sizes;
import ci.assay.model.JobId;
import ci.assay.testing.fuzz.Fuzz;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Single values from people and messages. */
@Timeout(300)
class ValuesFuzzTest {

  private static final int LONGEST = 20_000;

  @Test
  void addresses() throws Exception {
    Fuzz.of("addresses")
        .longest(LONGEST)
        .inputs(
            "/srv/git/bottle.git",
            "file:///srv/git/bottle.git",
            "https://git.example.org:8443/team/bottle.git",
            "git@example.org:team/bottle.git",
            "ssh://git@example.org/~/bottle",
            "amqps://user:pa%20ss@broker.example.org:5671/a%2Fb")
        .words("://", "@", ":", "//", "%2F", "[::1]", "~")
        .run(
            input -> {
              String text = new String(input, UTF_8);
              if (text.startsWith("amqp")) {
                BrokerAddress address = BrokerAddress.parse(text);
                assertThat(BrokerAddress.parse(address.withPassword())).isEqualTo(address);
              } else {
                assertThat(GitUrl.parse(text).lastElement()).isNotEmpty();
              }
            });
  }

  @Test
  void words() throws Exception {
    Fuzz.of("words")
        .longest(LONGEST)
        .inputs(
            "1h30m",
            "500ms",
            "20G",
            "bottle/4f1c3a0d5be2f9b4d1c7a68e0f23b5c9d8e7a610/default#2",
            "refs/heads/release/*")
        .words("ms", "d", "KiB", "#", "refs/", "**")
        .run(
            input -> {
              String text = new String(input, UTF_8);
              switch (input.length == 0 ? 0 : input[0] % 4) {
                case 0 -> assertThat(Durations.parse(text).isNegative()).isFalse();
                case 1 -> assertThat(Sizes.parse(text)).isNotNegative();
                case 2 -> assertThat(JobId.parse(text).toString()).isEqualTo(text);
                default -> assertThat(new RefGlobs(List.of(text)).prefixes()).hasSize(1);
              }
            });
  }
}
