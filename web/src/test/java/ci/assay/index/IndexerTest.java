package ci.assay.index;

import static ci.assay.index.StoredFiles.commit;
import static ci.assay.index.StoredFiles.job;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ci.assay.model.Job;
import ci.assay.model.Outcome;
import ci.assay.model.Result;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexerTest {

  private static final String MAIN = "refs/heads/main";

  @TempDir Path folder;
  private StoredFiles files;
  private Index index;
  private Indexer indexer;

  @BeforeEach
  void open() {
    files = new StoredFiles(folder.resolve("results"));
    index = Index.open(folder.resolve("assay.db"));
    indexer = newIndexer();
  }

  @AfterEach
  void close() {
    indexer.close();
    index.close();
  }

  private Indexer newIndexer() {
    return new Indexer(index, files.reader(), () -> true, Clock.systemUTC());
  }

  private boolean isIndexed(int n) {
    return index.commits().commit("bottle", commit(n).value()).isPresent();
  }

  @Test
  void findsWhatWasStoredBeforeItListened() {
    files.judge(job("bottle", 1, MAIN, null), Outcome.PASSED, "", "");
    indexer.start();
    await().until(() -> isIndexed(1));
  }

  @Test
  void findsAtItsNextStartWhatWasStoredMeanwhile() {
    indexer.start();
    indexer.close();
    files.judge(job("bottle", 1, MAIN, null), Outcome.PASSED, "", "");
    indexer = newIndexer();
    indexer.start();
    await().until(() -> isIndexed(1));
  }

  @Test
  void isToldOfAJobAndThenOfItsResult() {
    List<Indexer.Changed> told = new CopyOnWriteArrayList<>();
    indexer.whenChanged(told::addAll);
    indexer.start();
    Job job = files.owe(job("bottle", 1, MAIN, null));
    indexer.jobStored(job);
    await().until(() -> index.commits().owed() == 1);
    Result result = files.judge(job, Outcome.FAILED, "no", "");
    indexer.resultStored(result);
    await().until(() -> index.commits().owed() == 0);
    assertThat(told).contains(new Indexer.Changed("bottle", commit(1)));
    assertThat(index.commits().commit("bottle", commit(1).value()).orElseThrow().outcome())
        .isEqualTo(Outcome.FAILED);
  }

  @Test
  void isToldThatRefsMovedAndFindsWhatItWasNotTold() {
    List<Indexer.Changed> told = new CopyOnWriteArrayList<>();
    indexer.whenChanged(told::addAll);
    files.judge(job("bottle", 1, MAIN, null), Outcome.PASSED, "", "");
    files.tips("bottle", 1, Map.of(MAIN, commit(1)), 0);
    indexer.start();
    await().until(() -> isTip(1));
    indexer.tipsStored(files.tips("bottle", 2, Map.of(MAIN, commit(2)), 0));
    await().until(() -> isTip(2));
    assertThat(told).contains(new Indexer.Changed("bottle", null));

    indexer.close();
    files.tips("bottle", 3, Map.of(MAIN, commit(3)), 0);
    indexer = newIndexer();
    indexer.start();
    await().until(() -> isTip(3));
  }

  @Test
  void refsThatItHasAreNotIndexedAgainWhenItLooksThroughTheFiles() {
    files.judge(job("bottle", 1, MAIN, null), Outcome.PASSED, "", "");
    files.tips("bottle", 1, Map.of(MAIN, commit(1)), 0);
    indexer.start();
    await().until(() -> isTip(1));
    indexer.close();
    List<Indexer.Changed> told = new CopyOnWriteArrayList<>();
    indexer = newIndexer();
    indexer.whenChanged(told::addAll);
    files.judge(job("bottle", 2, MAIN, null), Outcome.PASSED, "", "");
    indexer.start();
    await().until(() -> told.contains(new Indexer.Changed("bottle", commit(2))));
    assertThat(told).doesNotContain(new Indexer.Changed("bottle", null));
  }

  private boolean isTip(int n) {
    return index.commits().branches("bottle", 1).stream()
        .anyMatch(branch -> commit(n).value().equals(branch.tip()));
  }
}
