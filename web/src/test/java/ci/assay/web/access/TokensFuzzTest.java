package ci.assay.web.access;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.common.CannotRunException;
import ci.assay.testing.fuzz.Bounds;
import ci.assay.testing.fuzz.Seeds;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A file of tokens is read or refused with a message, and no invalid line grants access. */
class TokensFuzzTest {

  private static final String HASH =
      "4b9cd0a1f5a1c3c1a4d7bb7b2b1ad0b1bd6f3b4e8d6a6f0d1c2b3a4958677685";

  private static final Bounds BOUNDS = Bounds.usual().refusedBy(CannotRunException.class);

  @TempDir static Path folder;

  static Stream<Arguments> real() {
    return Stream.concat(
        Seeds.words(
            " admin ", " nothing ", "\r\n", "9999-12-31T23:59:59Z", "+1000000000-12-31T23:59:59Z"),
        Seeds.of(
            "ann admin " + HASH + " 2026-11-23T01:02:03Z\n",
            "bob read "
                + HASH
                + " 2026-11-23T01:02:03.456Z\nci act "
                + HASH
                + " 2026-11-23T01:02:03Z\n"));
  }

  @MethodSource("real")
  @FuzzTest
  void tokenFile(byte[] input) throws Exception {
    Path file = folder.resolve("tokens");
    Files.write(file, input);
    BOUNDS.hold(
        input,
        () -> {
          Tokens tokens = new Tokens(file);
          tokens.entries().forEach(each -> assertThat(each.role()).isNotNull());
          assertThat(tokens.find("assay_guess")).isEmpty();
          assertThat(tokens.find("")).isEmpty();
        });
  }
}
