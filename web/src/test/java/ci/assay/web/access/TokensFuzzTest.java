package ci.assay.web.access;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.common.CannotRunException;
import ci.assay.testing.fuzz.Fuzz;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A file of tokens is read or refused with a message, and no invalid line grants access. */
@Timeout(300)
class TokensFuzzTest {

  private static final String HASH =
      "4b9cd0a1f5a1c3c1a4d7bb7b2b1ad0b1bd6f3b4e8d6a6f0d1c2b3a4958677685";

  @TempDir Path folder;

  @Test
  void tokens() throws Exception {
    Path file = folder.resolve("tokens");
    Fuzz.of("tokens")
        .refusedBy(CannotRunException.class)
        .inputs(
            "ann admin " + HASH + " 2026-11-23T01:02:03Z\n",
            "bob read "
                + HASH
                + " 2026-11-23T01:02:03.456Z\nci act "
                + HASH
                + " 2026-11-23T01:02:03Z\n")
        .words(
            " admin ", " nothing ", "\r\n", "9999-12-31T23:59:59Z", "+1000000000-12-31T23:59:59Z")
        .run(
            input -> {
              Files.write(file, input);
              Tokens tokens = new Tokens(file);
              tokens.entries().forEach(each -> assertThat(each.role()).isNotNull());
              assertThat(tokens.find("assay_guess")).isEmpty();
              assertThat(tokens.find("")).isEmpty();
            });
  }
}
