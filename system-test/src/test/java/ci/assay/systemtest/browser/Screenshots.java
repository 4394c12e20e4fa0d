package ci.assay.systemtest.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.cli.embedded.EmbeddedBroker;
import ci.assay.model.CommitId;
import ci.assay.systemtest.AssayProcess;
import ci.assay.systemtest.Installation;
import ci.assay.testing.TestRepository;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Takes the screenshots of the documentation: {@code ./dev screenshots} writes them to docs/images.
 */
@Tag("screenshots")
class Screenshots {

  private static final Path IMAGES = AssayProcess.checkout().resolve("docs").resolve("images");
  private static final int MOST_BYTES = 150_000;
  private static final String CASE = "test_headers_ignore_case";
  private static final String FLAKY = "test_server_stops_in_time";
  private static final Suite SUITE =
      Suite.of(
          "test_cookies_signed",
          "test_cookies_with_commas",
          "test_forms_upload",
          "test_headers_are_ascii",
          CASE,
          "test_json_unicode",
          "test_routes_empty",
          "test_routes_wildcard",
          FLAKY,
          "test_templates_escape");
  private static final List<String> SUBJECTS =
      List.of(
          "Route by method and path",
          "Parse query strings lazily",
          "Sign cookies with SHA-256",
          "Read JSON of any encoding",
          "Cache parsed headers",
          "Send files in pieces",
          "Ignore the case of cached headers",
          "Answer HEAD like GET",
          "Let templates escape by default",
          "Stop the server within a second",
          "Keep uploads off the disk when they are small",
          "Wait for the last request before stopping",
          "Name the route in error pages",
          "Drop Python 3.8");

  @TempDir Path folder;

  @Test
  void takePictures() throws IOException {
    try (TestRepository bottle = TestRepository.in(folder.resolve("bottle.git"));
        TestRepository shop = TestRepository.in(folder.resolve("shop.git"))) {
      List<CommitId> main = new ArrayList<>();
      for (String subject : SUBJECTS) {
        int number = main.size();
        main.add(bottle.commit(subject, keeping(suiteOf(number).files(number))));
      }
      CommitId bad = main.get(4);
      for (int number = 1; number < 9; number++) {
        shop.commit(
            List.of("Sell %d things", "Count %d coupons").get(number % 2).formatted(number),
            number == 6 ? Suite.command("no-such-tool --all") : SUITE.files(number));
      }
      try (EmbeddedBroker broker = EmbeddedBroker.inMemory();
          UpWithPages up = UpWithPages.over(folder, brokerOption(broker), bottle, shop);
          Browsing browsing = Browsing.start()) {
        up.awaitJudged("bottle", main);
        bottle.branch("async", main.get(9));
        for (String subject :
            List.of("Handlers that wait", "Close idle ones", "Hang in the event loop")) {
          boolean hangs = subject.startsWith("Hang");
          bottle.commitOn(
              "refs/heads/async", subject, hangs ? stuck() : SUITE.files(100 + subject.length()));
        }
        up.awaitJudged("bottle", tip(bottle, "refs/heads/async"));
        up.awaitJudged("shop", tip(shop, TestRepository.MAIN));
        Path go = folder.resolve("go");
        CommitId slow = shop.commit("Rehearse the big sale", running(go));
        up.awaitText(UpWithPages.commit("shop", slow), "Running on");
        shop.commit("Ship to the islands", running(go));
        shop.commit("Thank whoever buys", running(go));
        up.awaitText("/queue", "Thank whoever buys");
        loseWorker(up, broker);
        photograph(up, browsing, main.get(3), bad, slow);
        Files.createFile(go);
      }
    }
  }

  private static List<String> brokerOption(EmbeddedBroker broker) {
    return List.of("--broker", Installation.uri(broker.address()));
  }

  /** Starts a worker of another process, and kills it while it runs what the others have left. */
  private void loseWorker(UpWithPages up, EmbeddedBroker broker) {
    List<String> arguments = new ArrayList<>(List.of("worker", "--name", "attic", "--work"));
    arguments.add(folder.resolve("attic").toString());
    arguments.addAll(brokerOption(broker));
    try (AssayProcess worker = AssayProcess.start(folder, arguments.toArray(String[]::new))) {
      up.awaitText("/queue", "attic");
      worker.kill();
    }
    up.awaitText("/workers", "killed, frozen or cut off");
    up.awaitText("/queue", "outcome waiting");
  }

  private static Map<String, String> keeping(Map<String, String> files) {
    files.put(
        ".assay.yml",
        "test: sh check.sh\nartifacts: {paths: [output.txt, TEST-report.xml], keep: 90d}\n");
    return files;
  }

  private static Suite suiteOf(int number) {
    return switch (number) {
      case 4, 5 -> SUITE.failing(CASE);
      case 9, 11 -> SUITE.failing(FLAKY);
      default -> SUITE;
    };
  }

  private static CommitId tip(TestRepository repository, String ref) {
    return Objects.requireNonNull(repository.tip(ref));
  }

  private static Map<String, String> stuck() {
    return Map.of(".assay.yml", "test: sleep 60\ntimeout: 1s\n");
  }

  private static Map<String, String> running(Path go) {
    return Suite.command(
        """
        printf '\\033[1mrehearsing with 200 customers\\033[0m\\n'
        for n in 1 2 3 4 5 6 7 8 9 10 11 12
        do printf '\\033[36mcustomer %%s\\033[0m buys and pays: \\033[32mok\\033[0m\\n' "$n"
        done
        until [ -e '%s' ]; do sleep 0.1; done"""
            .formatted(go));
  }

  /** The paths of the pages, by the names of their pictures. */
  private static Map<String, String> pages(
      UpWithPages up, CommitId good, CommitId bad, CommitId slow) {
    Map<String, String> pages = new LinkedHashMap<>();
    pages.put("overview", "/");
    pages.put("commits", "/r/bottle");
    pages.put("job", UpWithPages.commit("bottle", bad));
    pages.put("artifacts", UpWithPages.commit("bottle", good) + "#artifacts");
    pages.put("live-log", UpWithPages.commit("shop", slow));
    pages.put("tests", "/r/bottle/tests?which=all");
    pages.put("test", up.test("bottle", CASE));
    pages.put("trends", "/r/bottle/trends");
    pages.put("workers", "/workers");
    pages.put("queue", "/queue");
    pages.put("login", "/login");
    return pages;
  }

  private static void photograph(
      UpWithPages up, Browsing browsing, CommitId good, CommitId bad, CommitId slow)
      throws IOException {
    Map<String, String> pages = pages(up, good, bad, slow);
    NewContextOptions wide =
        new NewContextOptions().setBaseURL(up.at("")).setViewportSize(1280, 800);
    NewContextOptions phone =
        new NewContextOptions().setBaseURL(up.at("")).setViewportSize(390, 844);
    try (BrowserContext visitor = browsing.visitor(wide);
        BrowserContext small = browsing.visitor(phone)) {
      Page page =
          visitor.newPage(); // each listens to events, and a browser opens at most six connections
      Page smallPage = small.newPage();
      for (Map.Entry<String, String> each : pages.entrySet()) {
        photograph(page, each.getValue(), each.getKey());
        photograph(smallPage, each.getValue(), each.getKey() + "-phone");
      }
    }
    try (BrowserContext visitor = browsing.visitor(wide.setColorScheme(ColorScheme.DARK))) {
      Page page = visitor.newPage();
      photograph(page, "/", "overview-dark");
      photograph(page, UpWithPages.commit("bottle", bad), "job-dark");
    }
  }

  private static void photograph(Page page, String path, String name) throws IOException {
    page.navigate(path);
    assertThat(page.locator("main")).isVisible();
    if (page.locator("details.case").count() > 0) {
      page.locator("details.case summary").first().click();
    }
    if (page.locator(".lines.live").count() > 0) {
      assertThat(page.locator(".lines.live")).containsText("customer 12");
    }
    hideTemporaryFolder(page);
    Path file = IMAGES.resolve(name + ".png");
    page.screenshot(new Page.ScreenshotOptions().setPath(file));
    assertThat(Files.size(file)).as("bytes of %s", file).isLessThan(MOST_BYTES);
  }

  /** The repositories are in a temporary folder, whose name is of no interest to readers. */
  private static void hideTemporaryFolder(Page page) {
    page.evaluate(
        """
        const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (texts.nextNode()) {
          const text = texts.currentNode;
          text.data = text.data.replace(/\\/tmp\\/junit-\\d+/g, '/srv/git');
        }
        """);
  }
}
