package ci.assay.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ci.assay.common.InvalidInputException;
import ci.assay.model.Repository;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GitUrlTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://git.example.org/bottle.git",
        "https://robot@git.example.org/bottle.git",
        "ssh://git@git.example.org:2222/bottle.git",
        "git@git.example.org:bottle.git",
        "git.example.org:bottle.git"
      })
  void whatIsOnAnotherMachineStaysAsItIs(String url) {
    assertThat(GitUrl.parse(url)).isEqualTo(new GitUrl(url, null));
  }

  @Test
  void aPathIsMadeAbsolute() {
    Path here = Path.of("").toAbsolutePath();

    assertThat(GitUrl.parse(".").local()).isEqualTo(here);
    assertThat(GitUrl.parse("a/../b").text()).isEqualTo(here.resolve("b").toString());
    assertThat(GitUrl.parse("file:///srv/git/bottle.git").text()).isEqualTo("/srv/git/bottle.git");
    assertThat(GitUrl.absolute(new Repository("b", "b")).url())
        .isEqualTo(here.resolve("b").toString());
  }

  @Test
  void aPasswordIsRefusedAndNotRepeated() {
    assertThatThrownBy(() -> GitUrl.parse("https://robot:secret@git.example.org/bottle.git"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("has a password in its URL; give it in ASSAY_GIT_PASSWORD")
        .hasMessageNotContaining("secret");
  }

  @ParameterizedTest
  @CsvSource({
    "https://git.example.org/a/b.git, https://git.example.org/a/b.git",
    "https://ghp_token@git.example.org/a/b.git, https://git.example.org/a/b.git",
    "https://x%40y@git.example.org:8443/a@b, https://git.example.org:8443/a@b",
    "https://git.example.org/b.git?private_token=x#y, https://git.example.org/b.git",
    "ssh://git@git.example.org:22/b.git, ssh://git@git.example.org:22/b.git",
    "git@git.example.org:b.git, git@git.example.org:b.git",
    "/srv/git/a?b@c.git, /srv/git/a?b@c.git"
  })
  void whatMayBeASecretIsLeftOutWhereAllCanSeeIt(String url, String shown) {
    assertThat(GitUrl.parse(url).withoutLogin()).isEqualTo(shown);
    assertThat(new GitUrl("ssh://git:pw@h/b", null).withoutLogin()).isEqualTo("ssh://git@h/b");
    assertThat(new GitUrl("https://git:p@w@h/b", null).withoutLogin()).isEqualTo("https://h/b");
  }

  @Test
  void anUnsupportedSchemeIsRefused() {
    assertThatThrownBy(() -> GitUrl.parse("ftp://git.example.org/bottle.git"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("is neither a path nor file:, https:, ssh: or user@host:path");
  }
}
