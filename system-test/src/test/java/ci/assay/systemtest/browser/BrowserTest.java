package ci.assay.systemtest.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.model.CommitId;
import ci.assay.testing.TestRepository;
import com.deque.html.axecore.args.AxeRunOptions;
import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.AxeResults;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.GetByRoleOptions;
import com.microsoft.playwright.assertions.LocatorAssertions.HasCountOptions;
import com.microsoft.playwright.assertions.LocatorAssertions.HasTextOptions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people do with the pages, done in a browser. */
class BrowserTest {

  private static final String BROKEN = "test_headers_ignore_case";
  private static final Suite SUITE =
      Suite.of("test_cookies_signed", "test_cookies_with_commas", BROKEN, "test_routes_empty");
  private static final String RIGHT_TO_LEFT = "\u202E";
  private static final String SCRIPT =
      "<script>window.hacked=1</script><img src=x onerror=\"window.hacked=1;alert(1)\">";

  /** Without angle brackets, which git takes out of names. */
  private static final String AUTHOR =
      "\"'onmouseover=\"window.hacked=1;alert(1)\" style=\"position:fixed;inset:0\" x=\"";

  private static final String HOSTILE_BRANCH =
      "refs/heads/\"'><script>window.hacked=1;alert(1)</script>";

  @TempDir static Path folder;
  private static Browsing browsing;
  private static TestRepository bottle;
  private static TestRepository hostile;
  private static UpWithPages up;
  private static CommitId broken;
  private static CommitId attack;

  @BeforeAll
  static void start() {
    bottle = TestRepository.in(folder.resolve("bottle.git"));
    hostile = TestRepository.in(folder.resolve("hostile.git"));
    List<CommitId> commits = new ArrayList<>();
    commits.add(bottle.commit("Sign cookies", SUITE.files(1)));
    broken = bottle.commit("Cache parsed headers", SUITE.failing(BROKEN).files(2));
    commits.add(broken);
    attack = hostileCommit();
    up = UpWithPages.over(folder, bottle, hostile);
    browsing = Browsing.start();
    up.awaitJudged("bottle", commits);
    up.awaitJudged("hostile", attack);
  }

  private static CommitId hostileCommit() {
    Map<String, String> files =
        Suite.of(SCRIPT, "test_\u001b]0;title\u0007".replaceAll("\\p{Cntrl}", "") + RIGHT_TO_LEFT)
            .failing(SCRIPT)
            .files(1);
    files.put("<script>alert(1)</script>.txt", "a file name");
    files.put(
        "check.sh",
        """
        cat output.txt
        printf '\\033]0;title\\007\\033]8;;javascript:alert(1)\\033\\\\a link\\033]8;;\\033\\\\\\n'
        printf '\\033[31;<script>alert(1)</script>m\\033[2J\\033[999;999Hmoved\\n'
        printf 'nul \\000 here, bell \\007, \\342\\200\\256 turned\\n'
        printf '</span></div></body><script>window.hacked=1</script>\\n'
        head -c 10000000 /dev/zero | tr '\\000' '<'
        echo
        echo '%s'
        { cat report.xml; echo '<!-- of this run -->'; } >TEST-report.xml
        exit 1
        """
            .formatted(SCRIPT));
    hostile.setAuthor(AUTHOR + RIGHT_TO_LEFT);
    return hostile.commitOn(HOSTILE_BRANCH, SCRIPT + RIGHT_TO_LEFT + "gnp.exe", files);
  }

  @AfterAll
  static void stop() {
    for (AutoCloseable each : new AutoCloseable[] {browsing, up, bottle, hostile}) {
      try {
        if (each != null) {
          each.close();
        }
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static NewContextOptions options() {
    return new NewContextOptions().setBaseURL(up.at("")).setViewportSize(1200, 800);
  }

  /** Every kind of page, of a repository with a commit whose tests fail. */
  private static List<String> pages(String repository, CommitId commit) {
    String tests = "/r/" + repository + "/tests";
    Matcher test =
        Pattern.compile(Pattern.quote(tests) + "/\\d+").matcher(up.get(tests + "?which=all"));
    assertThat(test.find()).as("a test of %s", repository).isTrue();
    return List.of(
        "/",
        "/r/" + repository,
        UpWithPages.commit(repository, commit),
        UpWithPages.job(repository, commit),
        tests + "?which=all",
        test.group(),
        "/r/" + repository + "/trends",
        "/workers",
        "/queue",
        "/login",
        "/r/nothing");
  }

  @Test
  void theOverviewLeadsToTheLineOfTheFailingTest() {
    try (BrowserContext visitor = browsing.visitor(options())) {
      Page page = visitor.newPage();
      page.navigate("/");
      page.locator(".cell.failed[href*=bottle]").first().click();
      assertThat(page.locator("h1")).containsText("Cache parsed headers");
      assertThat(page.locator(".delta")).containsText("1 newly broken");
      page.locator("details.case summary").first().click();
      assertThat(page.locator("details.case .stack").first()).containsText("expected 200, was 500");
      page.getByText("Find it in the log").first().click();
      Locator line = page.locator(".line.target");
      assertThat(line).containsText(BROKEN);
      assertThat(line).isInViewport();
      assertThat(page.locator(".find output")).hasText(Pattern.compile("1 of \\d"));
    }
  }

  @Test
  void aLogIsSeenWhileItIsPrintedAndThePageBecomesTheFinishedOne() throws IOException {
    Path go = folder.resolve("go");
    CommitId slow =
        bottle.commitOn(
            "refs/heads/slow",
            "Take some time",
            Suite.command(
                "echo it begins\nuntil [ -e '%s' ]; do sleep 0.1; done\necho it ends"
                    .formatted(go)));
    String job = UpWithPages.job("bottle", slow);
    up.awaitText(job, "Running on");
    try (BrowserContext visitor = browsing.visitor(options())) {
      Page page = visitor.newPage();
      page.navigate(job);
      assertThat(page.locator(".lines.live")).containsText("it begins");
      assertThat(page.locator(".lines")).not().containsText("it ends");
      assertThat(page.locator("h1 .outcome")).hasText(Pattern.compile("running"));
      Files.createFile(go);
      assertThat(page.locator("h1 .outcome"))
          .hasText(Pattern.compile("passed"), new HasTextOptions().setTimeout(20_000));
      assertThat(page.locator("[data-lines]")).containsText("it ends");
      assertThat(page.locator(".lines.live")).hasCount(0);
    }
  }

  @Test
  void whoLogsInRunsACommitAgain() {
    CommitId commit = bottle.commitOn("refs/heads/again", "Once more", SUITE.files(3));
    up.awaitJudged("bottle", commit);
    try (BrowserContext visitor = browsing.visitor(options())) {
      Page page = visitor.newPage();
      logIn(page, up.token("reruns"));
      page.navigate(UpWithPages.commit("bottle", commit));
      page.waitForResponse( // leaving the page before it came would take the order back
          answer -> answer.request().method().equals("POST"),
          () ->
              page.getByRole(AriaRole.BUTTON, new GetByRoleOptions().setName("Run again")).click());
      page.navigate(UpWithPages.job("bottle", commit));
      assertThat(page.locator(".reruns a .outcome.passed"))
          .hasCount(2, new HasCountOptions().setTimeout(30_000));
      page.getByRole(AriaRole.BUTTON, new GetByRoleOptions().setName("Log out")).click();
      assertThat(page.getByText("Log in").first()).isVisible();
    }
  }

  @Test
  void whoLogsInCancelsARunningJob() {
    CommitId endless = bottle.commitOn("refs/heads/endless", "Hang", Suite.command("sleep 600"));
    up.awaitText(UpWithPages.commit("bottle", endless), "Running on");
    try (BrowserContext visitor = browsing.visitor(options())) {
      Page page = visitor.newPage();
      logIn(page, up.token("cancels"));
      page.navigate(UpWithPages.job("bottle", endless));
      page.getByRole(AriaRole.BUTTON, new GetByRoleOptions().setName("Cancel")).click();
      assertThat(page.locator("h1 .outcome"))
          .hasText(Pattern.compile("cancelled"), new HasTextOptions().setTimeout(20_000));
    }
  }

  private static void logIn(Page page, String token) {
    page.navigate("/login");
    page.getByLabel("Token").fill("assay_wrong");
    page.getByRole(AriaRole.BUTTON, new GetByRoleOptions().setName("Log in")).click();
    assertThat(page.getByRole(AriaRole.ALERT)).hasText("This server does not know that token.");
    page.getByLabel("Token").fill(token);
    page.getByRole(AriaRole.BUTTON, new GetByRoleOptions().setName("Log in")).click();
    assertThat(page.getByRole(AriaRole.BUTTON, new GetByRoleOptions().setName("Log out")))
        .isVisible();
  }

  @Test
  void pagesAreDarkForThoseWhoWantThemSo() {
    assertThat(brightness(ColorScheme.DARK)).isLessThan(60);
    assertThat(brightness(ColorScheme.LIGHT)).isGreaterThan(200);
  }

  private static int brightness(ColorScheme scheme) {
    try (BrowserContext visitor = browsing.visitor(options().setColorScheme(scheme))) {
      Page page = visitor.newPage();
      page.navigate("/");
      Object brightest =
          page.evaluate(
              "Math.max(...getComputedStyle(document.body).backgroundColor.match(/\\d+/g))");
      return ((Number) brightest).intValue();
    }
  }

  @Test
  void nothingIsWiderThanAPhone() {
    List<String> pages = new ArrayList<>(pages("bottle", broken));
    pages.addAll(pages("hostile", attack));
    try (BrowserContext visitor = browsing.visitor(options().setViewportSize(390, 844))) {
      Page page = visitor.newPage();
      for (String path : pages) {
        page.navigate(path);
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)");
        assertThat(((Number) page.evaluate("document.documentElement.scrollWidth")).intValue())
            .as("width of %s", path)
            .isLessThanOrEqualTo(390);
        assertThat(
                page.evaluate(
                    "[...document.querySelectorAll('.why .stack')].every(each => each.scrollWidth <= each.clientWidth)"))
            .as("why it failed can be read on %s without scrolling", path)
            .isEqualTo(true);
      }
    }
  }

  @Test
  void pagesAreReadWithoutJavaScript() {
    try (BrowserContext visitor = browsing.visitor(options().setJavaScriptEnabled(false))) {
      Page page = visitor.newPage();
      page.navigate("/r/bottle");
      assertThat(page.locator("table.list")).containsText("Cache parsed headers");
      page.navigate("/r/bottle/tests?which=all");
      assertThat(page.locator("table.list")).containsText(BROKEN);
      page.navigate(UpWithPages.job("bottle", broken));
      assertThat(page.locator(".line").last()).containsText("3 passed, 1 failed");
      assertThat(page.locator("details.case")).hasCount(1);
    }
  }

  @Test
  void whatARepositorySaysIsNeverRun() {
    for (String path : pages("hostile", attack)) {
      List<String> trouble = new ArrayList<>();
      try (BrowserContext visitor = browsing.visitor(options())) {
        Page page = visitor.newPage();
        page.onDialog(
            dialog -> {
              trouble.add("dialog: " + dialog.message());
              dialog.dismiss();
            });
        page.onConsoleMessage(
            message -> {
              if (Set.of("error", "warning").contains(message.type())) {
                trouble.add(message.text());
              }
            });
        page.onPageError(trouble::add);
        page.navigate(path);
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)");
        if (path.equals(UpWithPages.job("hostile", attack))) {
          assertThat(page.locator(".lines")).containsText("nul ␀ here");
          assertThat(page.locator(".lines")).not().containsText(RIGHT_TO_LEFT);
          page.locator(".lines").focus();
          page.keyboard().press("End");
          assertThat(page.locator(".lines")).containsText("more bytes");
          assertThat(page.locator(".line").last()).isInViewport();
        }
        assertThat(page.evaluate("typeof window.hacked")).as(path).isEqualTo("undefined");
        assertThat(page.locator("img[src=x]").count()).as(path).isZero();
        assertThat(page.locator("body script").count()).as(path).isZero();
        assertThat(page.locator("[onmouseover]").count()).as(path).isZero();
        assertThat(page.title()).as(path).doesNotContain(RIGHT_TO_LEFT);
      }
      trouble.removeIf(each -> path.equals("/r/nothing") && each.contains("404"));
      assertThat(trouble).as(path).isEmpty();
    }
    assertThat(up.get(UpWithPages.commit("hostile", attack)))
        .contains("&lt;script&gt;window.hacked=1", "onmouseover=")
        .doesNotContain(SCRIPT);
  }

  @Test
  void axeFindsNothingSerious() {
    List<String> found = new ArrayList<>();
    for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
      try (BrowserContext visitor = browsing.visitor(options().setColorScheme(scheme))) {
        for (String path : pages("bottle", broken)) {
          Page page = visitor.newPage();
          page.navigate(path);
          page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)");
          AxeResults results = axe(page, scheme).analyze();
          assertThat(results.getPasses()).as("rules that were tried on %s", path).isNotEmpty();
          for (Rule rule : results.getViolations()) {
            String line = "%s %s %s %s".formatted(scheme, path, rule.getImpact(), rule.getHelp());
            if (Set.of("serious", "critical").contains(rule.getImpact())) {
              rule.getNodes()
                  .forEach(
                      node ->
                          found.add(line + ": " + node.getHtml() + " " + node.getFailureSummary()));
            }
          }
          page.close();
        }
      }
    }
    assertThat(found).isEmpty();
  }

  /**
   * Of what is right it describes only the first element of each rule, which is most of its work.
   */
  private static AxeBuilder axe(Page page, ColorScheme scheme) {
    AxeRunOptions options = new AxeRunOptions();
    options.setResultTypes(List.of("violations"));
    // nothing is in a frame
    AxeBuilder axe = new AxeBuilder(page).options(options).setLegacyMode(true);
    // nothing else differs
    return scheme == ColorScheme.DARK ? axe.withRules(List.of("color-contrast")) : axe;
  }

  @Test
  void aLogOfFiftyMegabytesOpensAndScrollsToItsEnd() throws IOException {
    CommitId commit = bottle.commitOn("refs/heads/long", "Print a lot", SUITE.files(4));
    up.awaitJudged("bottle", commit);
    LongLog log = LongLog.in(up.log("bottle", commit));
    try (BrowserContext visitor = browsing.visitor(options())) {
      Page page = visitor.newPage();
      for (int time = 1; time <= 2; time++) {
        page.navigate(UpWithPages.job("bottle", commit));
        assertThat(page.locator("#L1")).containsText("line 1 ");
        assertThat(page.locator(".log .meta")).containsText("500,000 lines, ");
      }
      page.locator(".lines").focus();
      page.keyboard().press("End");
      assertThat(page.locator("#L500000")).containsText("the very last line");
      assertThat(page.locator("#L500000")).isInViewport();
      page.keyboard().press("Home");
      assertThat(page.locator("#L1")).isInViewport();
      page.close();
      log.forget();
      Page linked = visitor.newPage();
      linked.navigate(UpWithPages.job("bottle", commit) + "#L400000");
      assertThat(linked.locator("#L400000")).containsText("line 400000 ");
      assertThat(linked.locator("#L400000")).isInViewport();
    }
  }
}
