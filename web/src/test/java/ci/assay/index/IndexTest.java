package ci.assay.index;

import static ci.assay.index.StoredFiles.START;
import static ci.assay.index.StoredFiles.commit;
import static ci.assay.index.StoredFiles.job;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ci.assay.common.CannotRunException;
import ci.assay.common.InvalidInputException;
import ci.assay.model.Job;
import ci.assay.model.JobId;
import ci.assay.model.Origin;
import ci.assay.model.Outcome;
import ci.assay.model.Revision;
import ci.assay.model.Task;
import ci.assay.testing.ChildJvm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexTest {

  private static final String MAIN = "refs/heads/main";

  @TempDir Path folder;
  private StoredFiles files;
  private Index index;

  @BeforeEach
  void open() {
    files = new StoredFiles(folder.resolve("results"));
    index = Index.open(folder.resolve("index/assay.db"));
  }

  @AfterEach
  void close() {
    index.close();
  }

  private long rebuild() {
    return new IndexRebuild(index, files.reader(), Clock.systemUTC()).run();
  }

  private static List<String> hashes(List<CommitLine> commits) {
    return commits.stream().map(CommitLine::commit).toList();
  }

  @Test
  void listsCommitsNewestFirstPageByPage() {
    for (int n = 0; n < 7; n++) {
      files.judge(job("bottle", n, MAIN, "Commit " + n), Outcome.PASSED, "3 tests", "");
    }
    assertThat(rebuild()).isEqualTo(7);
    CommitFilter all = CommitFilter.of("bottle");
    List<CommitLine> first = index.commits().newest(all, PageCursor.START, 4);
    List<CommitLine> rest = index.commits().newest(all, PageCursor.after(first.get(3)), 4);
    assertThat(hashes(first))
        .containsExactly(
            commit(6).value(), commit(5).value(), commit(4).value(), commit(3).value());
    assertThat(hashes(rest))
        .containsExactly(commit(2).value(), commit(1).value(), commit(0).value());
    assertThat(first.get(0).subject()).isEqualTo("Commit 6");
    assertThat(first.get(0).author()).isEqualTo("A U Thor");
    assertThat(first.get(0).parent()).isEqualTo(commit(5).value());
    assertThat(first.get(0).durationMillis()).isEqualTo(1500);
  }

  @Test
  @Tag("long")
  void severalProcessesMayMakeItAtTheSameTime() throws Exception {
    Path file = folder.resolve("shared/assay.db");
    List<Process> processes = new ArrayList<>();
    for (int n = 0; n < 4; n++) {
      processes.add(opening(file));
    }
    for (Process process : processes) {
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(said).isZero();
    }
  }

  private static Process opening(Path file) throws IOException {
    return new ProcessBuilder(
            ChildJvm.command(
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                IndexOpener.class.getName(),
                file.toString()))
        .redirectErrorStream(true)
        .start();
  }

  @Test
  void filtersByBranchAndOutcome() {
    files.judge(job("bottle", 0, MAIN, null), Outcome.PASSED, "", "");
    files.judge(job("bottle", 1, MAIN, null), Outcome.FAILED, "", "");
    files.judge(job("bottle", 2, "refs/heads/next", null), Outcome.FAILED, "", "");
    files.judge(job("other", 3, MAIN, null), Outcome.FAILED, "", "");
    rebuild();
    CommitQueries commits = index.commits();
    assertThat(
            hashes(
                commits.newest(
                    new CommitFilter("bottle", null, Outcome.FAILED), PageCursor.START, 9)))
        .containsExactly(commit(2).value(), commit(1).value());
    assertThat(
            hashes(
                commits.newest(
                    new CommitFilter("bottle", MAIN, Outcome.FAILED), PageCursor.START, 9)))
        .containsExactly(commit(1).value());
    assertThat(commits.branches("bottle", 9))
        .extracting(BranchLine::ref)
        .containsExactly("refs/heads/next", MAIN);
    assertThat(commits.repositories()).containsExactly("bottle", "other");
  }

  @Test
  void knowsWhatIsOwedUntilItsResultComes() {
    Job job = files.owe(job("bottle", 1, MAIN, "Wait"));
    rebuild();
    assertThat(index.commits().owed(9)).extracting(JobLine::id).containsExactly(job.id() + "");
    assertThat(index.commits().owed()).isEqualTo(1);
    files.judge(job, Outcome.PASSED, "", "");
    rebuild();
    assertThat(index.commits().owed(9)).isEmpty();
    assertThat(index.commits().jobs("bottle", commit(1).value()))
        .singleElement()
        .satisfies(line -> assertThat(line.worker()).isEqualTo("host-1"));
  }

  @Test
  void theSameFilesTwiceMakeOneEntryInTheFeedAndOneInTheDay() {
    files.judge(job("bottle", 1, MAIN, null), Outcome.FAILED, "", "");
    noteAll();
    noteAll();
    assertThat(index.feed().after(0, 9))
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.outcome()).isEqualTo(Outcome.FAILED);
              assertThat(line.commit()).isEqualTo(commit(1).value());
            });
    assertThat(index.trends().days("bottle", START))
        .singleElement()
        .satisfies(day -> assertThat(day.verdicts()).isEqualTo(1));
  }

  @Test
  void aRerunChangesTheVerdictAndTheDayAndIsFed() {
    Job job = job("bottle", 1, MAIN, null);
    files.judge(job, Outcome.FAILED, "", "");
    noteAll();
    files.judge(again(job), Outcome.PASSED, "", "");
    noteAll();
    assertThat(index.commits().commit("bottle", commit(1).value()).orElseThrow().outcome())
        .isEqualTo(Outcome.PASSED);
    assertThat(index.feed().after(0, 9))
        .extracting(FeedLine::outcome)
        .containsExactly(Outcome.FAILED, Outcome.PASSED);
    assertThat(index.feed().after(index.feed().latest(), 9)).isEmpty();
    assertThat(index.trends().days("bottle", START))
        .extracting(DayLine::outcome, DayLine::verdicts)
        .containsExactly(org.assertj.core.api.Assertions.tuple(Outcome.PASSED, 1L));
    assertThat(index.commits().jobs("bottle", commit(1).value()))
        .extracting(JobLine::rerun)
        .containsExactly(1, 2);
  }

  @Test
  void findsCommitsByTheBeginningOfTheirIds() {
    files.judge(job("bottle", 0x1a, MAIN, null), Outcome.PASSED, "", "");
    files.judge(job("bottle", 0x2b, MAIN, null), Outcome.PASSED, "", "");
    rebuild();
    String beginning = commit(0x1a).value().substring(0, 39);
    assertThat(hashes(index.commits().beginning(beginning, 9)))
        .containsExactly(commit(0x1a).value());
  }

  @Test
  void aFileThatIsNoIndexIsNamed() throws IOException {
    Path file =
        Files.writeString(folder.resolve("text.db"), "this is no database, is it? ".repeat(99));
    assertThatThrownBy(() -> Index.open(file))
        .isInstanceOf(CannotRunException.class)
        .hasMessageContaining("text.db")
        .hasMessageContaining("delete it, and it will be rebuilt");
  }

  @Test
  void aFileThatIsNoResultIsLeftOut() throws IOException {
    files.judge(job("bottle", 1, MAIN, null), Outcome.PASSED, "", "");
    files.judge(job("bottle", 2, MAIN, null), Outcome.PASSED, "", "");
    Path bad = files.root().resolve("bottle/" + commit(1) + "/default/result.json");
    Files.writeString(bad, "{\"type\":");
    assertThat(rebuild()).isEqualTo(2);
    assertThat(index.commits().commit("bottle", commit(2).value())).isPresent();
  }

  @Test
  void aCursorThatSomebodyMadeUpIsRefused() {
    assertThatThrownBy(() -> PageCursor.parse("1; DROP TABLE revision"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("DROP");
    assertThat(PageCursor.parse(PageCursor.START.toString().replaceAll("[0-9]{19}", "5")))
        .isEqualTo(new PageCursor(5, 5));
  }

  private void noteAll() {
    index
        .writer()
        .inTransaction(
            notes ->
                notes.commit(files.reader().stored("bottle", commit(1)), files.reader()::cases));
  }

  private static Job again(Job job) {
    JobId id = new JobId(job.id().repository(), job.id().commit(), job.id().variant(), 2);
    return new Job(
        id,
        new Revision(job.repository(), job.commit(), job.tree(), job.parents(), job.ref()),
        new Task(job.variant(), 1, null, job.pool(), 60),
        new Origin(job.queuedAt().plusSeconds(60), "rerun", null));
  }

  @Test
  void branchIsJudgedByItsTipWhoeversCommitThatWasFirst() {
    String topic = "refs/heads/topic";
    files.judge(job("bottle", 1, MAIN, null), Outcome.PASSED, "", "");
    files.judge(job("bottle", 2, topic, null), Outcome.FAILED, "", "");
    rebuild();
    assertThat(outcomes())
        .as("nobody said where they point")
        .containsOnly("main none", "topic none");

    files.tips("bottle", 1, Map.of(MAIN, commit(2), topic, commit(2)), 0);
    rebuild();
    assertThat(outcomes()).containsExactly("main failed", "topic failed");
    assertThat(strip(MAIN)).containsExactly(commit(1).value(), commit(2).value());
    assertThat(hashes(index.commits().newest(on(MAIN), PageCursor.START, 9)))
        .containsExactly(commit(2).value(), commit(1).value());

    files.tips("bottle", 2, Map.of(MAIN, commit(1)), 0);
    rebuild();
    assertThat(outcomes()).as("moved back, and deleted").containsExactly("main passed");
    assertThat(strip(MAIN)).containsExactly(commit(1).value());

    files.tips("bottle", 3, Map.of(MAIN, commit(9)), 0);
    rebuild();
    assertThat(outcomes()).as("not the former verdict").containsExactly("main none");
    assertThat(index.commits().branch("bottle", topic)).isEmpty();
  }

  @Test
  void branchWhoseTipWasSkippedStandsAsWhatWasTestedBeforeIt() {
    files.judge(job("bottle", 1, MAIN, null), Outcome.FAILED, "", "");
    files.judge(job("bottle", 2, MAIN, null), Outcome.SKIPPED, "", "");
    files.judge(job("bottle", 3, MAIN, null), Outcome.SKIPPED, "", "");
    files.tips("bottle", 1, Map.of(MAIN, commit(3)), 0);
    rebuild();
    assertThat(outcomes()).containsExactly("main failed");

    files.owe(job("bottle", 4, MAIN, null));
    files.judge(job("bottle", 5, MAIN, null), Outcome.SKIPPED, "", "");
    files.tips("bottle", 2, Map.of(MAIN, commit(5)), 0);
    rebuild();
    assertThat(outcomes()).as("nothing is known yet").containsExactly("main none");

    files.judge(job("other", 9, MAIN, null), Outcome.SKIPPED, "", "");
    files.tips("other", 1, Map.of(MAIN, commit(9)), 0);
    rebuild();
    assertThat(index.commits().branch("other", MAIN).orElseThrow().outcome())
        .as("nothing was ever tested")
        .isEqualTo(Outcome.SKIPPED);
  }

  @Test
  void branchThatACutListDoesNotHaveIsAsWithoutAList() {
    files.judge(job("bottle", 1, MAIN, null), Outcome.PASSED, "", "");
    files.judge(job("bottle", 2, "refs/heads/zoo", null), Outcome.FAILED, "", "");
    files.tips("bottle", 1, Map.of(MAIN, commit(1)), 7);
    rebuild();
    assertThat(outcomes()).containsExactlyInAnyOrder("main passed", "zoo none");
    assertThat(index.commits().branch("bottle", "refs/heads/zoo"))
        .get()
        .matches(branch -> branch.tip() == null);
  }

  @Test
  void lastCommitsOfABranchAreItsFirstParentsAndBeforeThemWhatWasSeenOnIt() {
    for (int n = 1; n <= 6; n++) {
      String ref = n == 4 || n == 5 ? "refs/heads/topic" : MAIN;
      files.judge(job("bottle", n, ref, null), Outcome.PASSED, "", "");
    }
    files.tips("bottle", 1, Map.of(MAIN, commit(5)), 0);
    rebuild();
    assertThat(strip(MAIN))
        .containsExactly(
            commit(1).value(),
            commit(2).value(),
            commit(3).value(),
            commit(4).value(),
            commit(5).value());
    List<BranchLine> branches = index.commits().branches("bottle", 9);
    assertThat(index.commits().lastOf(branches, 2).get(branches.get(0).id()))
        .extracting(StripLine::commit)
        .containsExactly(commit(4).value(), commit(5).value());
  }

  private static CommitFilter on(String ref) {
    return new CommitFilter("bottle", ref, null);
  }

  private List<String> outcomes() {
    return index.commits().branches("bottle", 9).stream()
        .map(
            branch ->
                branch.ref().replace("refs/heads/", "")
                    + " "
                    + (branch.outcome() == null ? "none" : branch.outcome().word()))
        .toList();
  }

  private List<String> strip(String ref) {
    List<BranchLine> branches = List.of(index.commits().branch("bottle", ref).orElseThrow());
    return index
        .commits()
        .lastOf(branches, 40)
        .getOrDefault(branches.get(0).id(), List.of())
        .stream()
        .map(StripLine::commit)
        .toList();
  }
}
