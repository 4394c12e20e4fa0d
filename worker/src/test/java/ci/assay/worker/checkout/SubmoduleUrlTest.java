package ci.assay.worker.checkout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ci.assay.git.GitUrl;
import ci.assay.git.MirrorStore;
import ci.assay.model.CommitId;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubmoduleUrlTest {

  private static final String HTTPS = "https://git.example.org/team/app.git";
  private static final String LOCAL = "/srv/git/app.git";

  @ParameterizedTest
  @CsvSource({
    HTTPS + ", ../lib.git, https://git.example.org/team/lib.git, true",
    HTTPS + "/, ../../other/lib.git, https://git.example.org/other/lib.git, true",
    HTTPS + ", ./lib.git, https://git.example.org/team/app.git/lib.git, true",
    HTTPS + ", ./../lib, https://git.example.org/team/lib, true",
    HTTPS + ", https://GIT.example.org/x.git, https://GIT.example.org/x.git, true",
    HTTPS + ", https://other.example.org/x.git, https://other.example.org/x.git, false",
    HTTPS + ", http://git.example.org/x.git, http://git.example.org/x.git, false",
    HTTPS + ", git@git.example.org:x.git, git@git.example.org:x.git, false",
    "git@git.example.org:team/app.git, ../lib.git, git@git.example.org:team/lib.git, true",
    "git@git.example.org:app.git, ../lib.git, git@git.example.org:lib.git, true",
    "ssh://git@git.example.org/app.git, ssh://me@git.example.org/x, ssh://me@git.example.org/x, false",
    "http://127.0.0.1:8080/app.git, ../lib.git, http://127.0.0.1:8080/lib.git, true",
    LOCAL + ", ../lib.git, /srv/git/lib.git, true",
    LOCAL + ", file:///srv/git/lib.git, /srv/git/lib.git, true",
    LOCAL + ", /srv/git/deep/lib.git, /srv/git/deep/lib.git, true",
    LOCAL + ", https://git.example.org/x.git, https://git.example.org/x.git, false",
    "/app, ../lib, /lib, true",
  })
  void isFoundFromTheRepositoryThatHasIt(
      String superproject, String url, String whole, boolean isNear) throws Exception {
    SubmoduleUrl found = SubmoduleUrl.parse(url, GitUrl.parse(superproject));

    assertThat(found.url().text()).isEqualTo(whole);
    assertThat(found.isNear()).isEqualTo(isNear);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ext::sh -c 'touch /tmp/x'",
        "fd::17",
        "::x",
        "--upload-pack=touch /tmp/x",
        "-u./payload",
        "ssh://-oProxyCommand=touch/x",
        "-oProxyCommand=x:y",
        "https://git.example.org/a\nb",
        "https://user:password@git.example.org/x.git",
        "ftp://git.example.org/x.git",
        "",
        "   ",
        "file:///etc",
        "/srv/git/lib.git",
        "../../../../../lib.git",
        "../../../evil.example.org/lib.git",
        "http://localhost/x.git",
        "http://LOCALHOST./x.git",
        "http://127.1/x.git",
        "http://2130706433/x.git",
        "http://0x7f000001/x.git",
        "http://0/x.git",
        "http://[::1]/x.git",
        "http://[::ffff:127.0.0.1]/x.git",
        "http://169.254.169.254/latest",
      })
  void whatACommitMayNotHaveFetchedIsRefusedFromAfar(String url) {
    assertThatThrownBy(() -> SubmoduleUrl.parse(url, GitUrl.parse(HTTPS)))
        .isInstanceOf(RefusedCommitException.class)
        .hasMessageStartingWith("a submodule's URL '")
        .hasMessageNotContaining("password@")
        .hasMessageNotContaining("\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:///etc",
        "/etc",
        "../../secret.git",
        "/srv/git/../secret.git",
        "..",
        "../",
        "file:///srv/git",
        "/srv/gitother/lib.git",
        "-/lib.git",
        "ext::x",
      })
  void whatACommitMayNotHaveFetchedIsRefusedOnThisMachine(String url) {
    assertThatThrownBy(() -> SubmoduleUrl.parse(url, GitUrl.parse(LOCAL)))
        .isInstanceOf(RefusedCommitException.class);
    assertThatThrownBy(() -> SubmoduleUrl.parse("../etc/lib", GitUrl.parse("/app")))
        .isInstanceOf(RefusedCommitException.class);
  }

  @Test
  void whoeverPushedAPullRequestGetsOnlyWhatEverybodyMayRead() {
    CommitId commit = new CommitId("0123456789".repeat(4));
    MirrorStore store = new MirrorStore(Path.of("never made"));
    SubmoduleMirrors untrusted = new SubmoduleMirrors(store, store, "refs/pull/1/head");

    assertThatThrownBy(
            () ->
                untrusted.fetch(
                    "sub", "../lib.git", GitUrl.parse(LOCAL), commit, Duration.ofMinutes(1)))
        .isInstanceOf(RefusedCommitException.class)
        .hasMessageStartingWith("submodule 'sub': /srv/git/lib.git is fetched only for commits of");
  }
}
