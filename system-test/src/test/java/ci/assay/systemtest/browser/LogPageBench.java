package ci.assay.systemtest.browser;

import ci.assay.model.CommitId;
import ci.assay.testing.TestRepository;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Measures how soon a browser paints the beginning of a 50 MB log that the server has not read yet,
 * against the same page with a log of a few lines, which is the baseline. Both are opened from the
 * commit's page, in a tab that is already open.
 */
@Tag("bench")
class LogPageBench {

  private static final int TIMES = 15;
  private static final Suite SUITE = Suite.of("test_routes_empty");

  @TempDir Path folder;

  @Test
  void firstScreen() throws Exception {
    try (TestRepository bottle = TestRepository.in(folder.resolve("bottle.git"))) {
      CommitId few = bottle.commit("Print a little", SUITE.files(1));
      CommitId many = bottle.commit("Print a lot", SUITE.files(2));
      try (UpWithPages up = UpWithPages.over(folder, bottle);
          Browsing browsing = Browsing.start();
          BrowserContext visitor =
              browsing.visitor(
                  new NewContextOptions().setBaseURL(up.at("")).setViewportSize(1200, 800))) {
        up.awaitJudged("bottle", List.of(few, many));
        LongLog log = LongLog.in(up.log("bottle", many));
        Page page = visitor.newPage();
        painted(page, few); // from here on the browser has style sheet and script in its cache
        List<Double> floor = new ArrayList<>();
        List<Double> ours = new ArrayList<>();
        for (int i = 0; i < TIMES; i++) {
          floor.add(painted(page, few));
          log.forget();
          ours.add(painted(page, many));
        }
        print("a few lines", floor);
        print("50 MB, not read before", ours);
        System.out.printf("log page: ratio of the medians %.2f%n", median(ours) / median(floor));
      }
    }
  }

  /** Milliseconds from the click to the first paint with content. */
  private static double painted(Page page, CommitId commit) {
    page.navigate(UpWithPages.commit("bottle", commit));
    page.navigate(UpWithPages.job("bottle", commit));
    page.locator("#L1").waitFor();
    Object time =
        page.evaluate(
            """
            () => new Promise(done => new PerformanceObserver((list, observer) => {
              for (const paint of list.getEntriesByName('first-contentful-paint')) {
                observer.disconnect();
                done(paint.startTime);
              }
            }).observe({ type: 'paint', buffered: true }))
            """);
    page.waitForTimeout(300); // so that later work of this page is not counted for the next one
    return ((Number) time).doubleValue();
  }

  private static void print(String what, List<Double> millis) {
    System.out.printf(
        "log page, %s: first paint after %.0f ms at least, %.0f median, %.0f at most%n",
        what,
        millis.stream().mapToDouble(each -> each).min().orElseThrow(),
        median(millis),
        millis.stream().mapToDouble(each -> each).max().orElseThrow());
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
  }
}
