package ci.assay.web;

import static ci.assay.index.StoredFiles.job;
import static ci.assay.index.StoredFiles.test;

import ci.assay.index.Index;
import ci.assay.index.IndexFiller;
import ci.assay.index.StoredFiles;
import ci.assay.model.Job;
import ci.assay.model.Outcome;
import ci.assay.model.report.CaseOutcome;
import ci.assay.model.report.TestCase;
import ci.assay.web.access.WebRig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Measures how long each page takes with a million verdicts in the index, and how long a rebuild of
 * the index from files takes. {@code -Dverdicts=N} and {@code -Dfiles=N} set the numbers.
 */
@Tag("bench")
class IndexBench {

  private static final int REPOSITORIES = 10;
  private static final int REQUESTS = 200;

  @TempDir Path folder;

  @Test
  void pagesOverAMillionVerdicts() throws Exception {
    int verdicts = Integer.getInteger("verdicts", 1_000_000);
    Path file = folder.resolve("assay.db");
    try (Index index = Index.open(file)) {
      long began = System.nanoTime();
      IndexFiller.fill(index, verdicts, REPOSITORIES);
      System.out.printf(
          "index: %,d verdicts noted in %.0f s, %d MB%n",
          verdicts, seconds(began), Files.size(file) / 1_000_000);
    }
    try (WebRig rig = new WebRig(folder)) {
      Job latest = job("repository-0", verdicts + 1, "refs/heads/main", "Break it");
      rig.judge(latest, Outcome.FAILED, cases());
      for (Map.Entry<String, String> page : pages(latest).entrySet()) {
        measure(rig, page.getKey(), page.getValue());
      }
    }
  }

  @Test
  void rebuildFromFiles() throws Exception {
    int count = Integer.getInteger("files", 50_000);
    StoredFiles files = new StoredFiles(folder.resolve("results"));
    for (int n = 0; n < count; n++) {
      files.judge(
          job("repository-" + n % REPOSITORIES, n, "refs/heads/main", "Commit " + n),
          n % 7 == 0 ? Outcome.FAILED : Outcome.PASSED,
          "3 tests",
          "");
    }
    try (Index index = Index.open(folder.resolve("assay.db"))) {
      long began = System.nanoTime();
      long found = IndexFiller.rebuild(index, files);
      double took = seconds(began);
      System.out.printf(
          "index: %,d commits rebuilt from their files in %.1f s, %.0f a second%n",
          found, took, found / took);
    }
  }

  private static Map<String, String> pages(Job latest) {
    String repository = "/r/repository-0";
    String commit = repository + "/" + latest.commit();
    Map<String, String> pages = new LinkedHashMap<>();
    pages.put("overview", "/");
    pages.put("commits", repository);
    pages.put("commits, failed", repository + "?outcome=failed");
    pages.put("commits, one branch", repository + "?ref=refs/heads/branch-3");
    pages.put(
        "commits, cancelled on a branch", repository + "?ref=refs/heads/main&outcome=cancelled");
    pages.put(
        "commits, deep",
        repository + "?after=" + StoredFiles.START.plus(Duration.ofDays(1)).toEpochMilli() + "-0");
    pages.put("commit", commit);
    pages.put("job", commit + "/default");
    pages.put("tests", repository + "/tests?which=all");
    pages.put("tests by name", repository + "/tests?which=all&name=test_4321");
    pages.put("trends", repository + "/trends");
    pages.put("queue", "/queue");
    pages.put("workers", "/workers");
    pages.put("api commits", "/api/v1/repositories/repository-0/commits");
    return pages;
  }

  private static List<TestCase> cases() {
    List<TestCase> cases = new ArrayList<>();
    for (int n = 0; n < 5000; n++) {
      cases.add(test("test_" + n, n % 100 == 0 ? CaseOutcome.FAILED : CaseOutcome.PASSED));
    }
    return cases;
  }

  private static void measure(WebRig rig, String name, String path) throws Exception {
    double[] millis = new double[REQUESTS];
    for (int at = -20; at < REQUESTS; at++) {
      long began = System.nanoTime();
      int status = rig.get(path).statusCode();
      if (status != 200) {
        throw new AssertionError(path + " answered " + status);
      }
      if (at >= 0) {
        millis[at] = seconds(began) * 1000;
      }
    }
    Arrays.sort(millis);
    System.out.printf(
        "index: %-32s median %6.1f ms, p95 %6.1f ms%n",
        name, millis[REQUESTS / 2], millis[REQUESTS * 95 / 100]);
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }
}
