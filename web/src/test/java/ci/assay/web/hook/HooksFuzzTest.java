package ci.assay.web.hook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.common.CannotRunException;
import ci.assay.testing.fuzz.Bounds;
import ci.assay.testing.fuzz.Seeds;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whoever does not know the secret is nobody, whatever a hook has for its headers and body. */
class HooksFuzzTest {

  private static final Instant NOW = Instant.parse("2026-11-23T01:02:03Z");
  private static final List<String> SECRETS =
      List.of("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", "Its_a_Secret_to_Everybody_");

  private static final Bounds BOUNDS = Bounds.usual().refusedBy(CannotRunException.class);

  @TempDir static Path folder;

  /** Headers, an empty line, the body. */
  static Stream<Arguments> real() {
    String hex = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    return Seeds.of(
        "webhook-id: msg_1\nwebhook-timestamp: 1795395723\n"
            + "webhook-signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= v1a,x\n\n{}",
        "webhook-timestamp: -9223372036854775809\nwebhook-signature: v1, v1,\n\n",
        "webhook-timestamp: 9223372036854775807\nwebhook-signature: v1,AAAA\n\n",
        "x-hub-signature-256: sha256=" + hex + "\n\nHello, World!",
        "x-hub-signature: sha256=\n\nHello, World!",
        "x-gitea-signature: " + hex + "\n\nHello, World!",
        "x-forgejo-signature: \n\n",
        "x-gitlab-token: Its_a_Secret\n\n{}",
        "bottle whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD\n# a comment\n* another_long_secret\n");
  }

  @MethodSource("real")
  @FuzzTest
  void hook(byte[] input) throws Exception {
    String[] parts = new String(input, UTF_8).split("\n\n", 2);
    Map<String, String> headers = new HashMap<>();
    for (String line : parts[0].split("\n", -1)) {
      String[] header = line.split(": ", 2);
      headers.put(header[0].toLowerCase(Locale.ROOT), header.length < 2 ? "" : header[1]);
    }
    byte[] body = parts.length < 2 ? new byte[0] : parts[1].getBytes(UTF_8);
    BOUNDS.hold(
        input,
        () ->
            assertThat(
                    HookSignature.sender(
                        name -> headers.get(name.toLowerCase(Locale.ROOT)), body, SECRETS, NOW))
                .isNull());
    Path file = folder.resolve("hook-secrets");
    Files.write(file, input);
    BOUNDS.hold(
        input,
        () ->
            assertThat(new HookSecrets(file).of("bottle"))
                .allMatch(secret -> secret.length() >= 16));
  }
}
