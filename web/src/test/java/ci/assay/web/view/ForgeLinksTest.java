package ci.assay.web.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ci.assay.common.InvalidInputException;
import ci.assay.model.CommitId;
import ci.assay.model.Repository;
import ci.assay.web.view.ForgeLinks.Compare;
import ci.assay.web.view.ForgeLinks.Forge;
import java.util.List;
import org.junit.jupiter.api.Test;

class ForgeLinksTest {

  private static final CommitId ONE = new CommitId("1".repeat(40));
  private static final CommitId TWO = new CommitId("2".repeat(40));

  private static String commit(ForgeLinks links, String url) {
    return links.commit(new Repository("bottle", url), TWO).orElse("");
  }

  private static String compare(ForgeLinks links, String url) {
    return links.compare(new Repository("bottle", url), ONE, TWO).orElse("");
  }

  @Test
  void forgesWhoseNamesSayItAreKnown() {
    ForgeLinks none = ForgeLinks.NONE;
    assertThat(commit(none, "https://github.com/bottlepy/bottle.git"))
        .isEqualTo("https://github.com/bottlepy/bottle/commit/" + TWO);
    assertThat(commit(none, "git@github.com:bottlepy/bottle.git"))
        .isEqualTo("https://github.com/bottlepy/bottle/commit/" + TWO);
    assertThat(compare(none, "ssh://git@github.com:22/bottlepy/bottle"))
        .isEqualTo("https://github.com/bottlepy/bottle/compare/" + ONE + "..." + TWO);
    assertThat(commit(none, "https://me:secret@gitlab.example.org:8443/a/b/c.git"))
        .isEqualTo("https://gitlab.example.org:8443/a/b/c/-/commit/" + TWO);
    assertThat(compare(none, "https://gitlab.com/a/b"))
        .isEqualTo("https://gitlab.com/a/b/-/compare/" + ONE + "..." + TWO);
    assertThat(commit(none, "https://codeberg.org/a/b.git"))
        .isEqualTo("https://codeberg.org/a/b/commit/" + TWO);
    assertThat(commit(none, "https://bitbucket.org/a/b.git"))
        .isEqualTo("https://bitbucket.org/a/b/commits/" + TWO);
    assertThat(compare(none, "https://bitbucket.org/a/b.git"))
        .isEqualTo("https://bitbucket.org/a/b/branches/compare/" + TWO + "%0D" + ONE);
  }

  @Test
  void whatIsNoForgeOrCannotBeWrittenSafelyHasNoLink() {
    for (String url :
        new String[] {
          "/srv/git/bottle.git",
          "https://git.example.org/a/b",
          "http://gitea.example.org:3000/a/b",
          "https://github.com/a/../b",
          "https://github.com/a/b\"onclick=x",
          "https://github.com/a b",
          "https://github.com/",
          "javascript:alert(1)",
          "https://github.com@evil.example.org/a/b",
        }) {
      assertThat(commit(ForgeLinks.NONE, url)).as(url).isEmpty();
      assertThat(compare(ForgeLinks.NONE, url)).as(url).isEmpty();
    }
  }

  @Test
  void othersAreTold() {
    ForgeLinks links =
        new ForgeLinks(
            List.of(
                Forge.parse("git.example.org=gitlab"),
                Forge.parse("cgit.example.org=https://cgit.example.org/{path}/commit/?id={commit}"),
                Forge.parse("bottle=https://code.example.org/{repository}/{commit}")),
            List.of(
                Compare.parse(
                    "cgit.example.org=https://cgit.example.org/{path}/diff/?id={to}&id2={from}")));
    assertThat(links.commit(new Repository("shop", "git@git.example.org:a/b.git"), TWO))
        .hasValue("https://git.example.org/a/b/-/commit/" + TWO);
    assertThat(links.commit(new Repository("shop", "https://cgit.example.org/a/b.git"), TWO))
        .hasValue("https://cgit.example.org/a/b/commit/?id=" + TWO);
    assertThat(links.compare(new Repository("shop", "https://cgit.example.org/a/b.git"), ONE, TWO))
        .hasValue("https://cgit.example.org/a/b/diff/?id=" + TWO + "&id2=" + ONE);
    assertThat(commit(links, "/srv/git/bottle.git"))
        .isEqualTo("https://code.example.org/bottle/" + TWO);
    assertThat(compare(links, "/srv/git/bottle.git")).isEmpty();
  }

  @Test
  void whatIsWrongIsSaidInOneLine() {
    for (String wrong :
        new String[] {
          "gitlab",
          "git.example.org=gutlab",
          "git.example.org=http://git.example.org/{commit}",
          "git.example.org=https://git.example.org/",
          "git.example.org=https://git.example.org/{commit}/{subject}",
          "git.example.org=https:///{commit}",
        }) {
      assertThatThrownBy(() -> Forge.parse(wrong))
          .as(wrong)
          .isInstanceOf(InvalidInputException.class)
          .message()
          .hasLineCount(1);
    }
    assertThatThrownBy(() -> Compare.parse("git.example.org=https://git.example.org/{from}"))
        .hasMessageContaining("{from} and {to}");
  }
}
