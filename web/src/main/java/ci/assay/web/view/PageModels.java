package ci.assay.web.view;

import ci.assay.index.BranchLine;
import ci.assay.index.CommitFilter;
import ci.assay.index.CommitLine;
import ci.assay.index.JobLine;
import ci.assay.index.StripLine;
import ci.assay.index.TestFilter;
import ci.assay.index.TestLine;
import ci.assay.index.TestRunLine;
import ci.assay.message.OrderReply;
import ci.assay.message.Presence;
import ci.assay.model.Result;
import ci.assay.model.State;
import ci.assay.model.State.Standing;
import ci.assay.notify.outbox.Entry;
import ci.assay.notify.outbox.RetryState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The data for each template. */
public final class PageModels {

  /** How many lines of a log are on a page, and are loaded at a time. */
  public static final int LOG_LINES = 100;

  private PageModels() {}

  /** All repositories. */
  public record Overview(Frame frame, List<Card> repositories, List<Running> running, long owed) {}

  /**
   * The notifications.
   *
   * @param waiting the lanes that did not go well the last time
   * @param entries those that wait first, then those given up, and the last that were sent
   */
  public record Notifications(Frame frame, List<RetryState> waiting, List<Entry> entries) {}

  /** A repository among others. */
  public record Card(String name, List<Strip> branches) {}

  /**
   * A branch, its state, and its last commits.
   *
   * @param cells the oldest first; empty if no job of the branch's tip has arrived yet
   * @param ofTip the state of the tip
   * @param failing since when it fails; null while it does not
   */
  public record Strip(
      BranchLine branch, List<Cell> cells, State ofTip, @Nullable FailingSince failing) {

    /** The state of the tip or, if that is unknown, of the latest commit. */
    public State state() {
      return branch.tip() != null || cells.isEmpty() ? ofTip : latest().state();
    }

    /** When that commit was queued. */
    public Instant queuedAt() {
      return branch.tip() != null || cells.isEmpty()
          ? branch.latestAt()
          : latest().commit().queuedAt();
    }

    private Cell latest() {
      return cells.get(cells.size() - 1);
    }
  }

  /** A commit among the last ones of its branch. */
  public record Cell(StripLine commit, State state) {}

  /** A commit in a list. */
  public record Row(CommitLine commit, Standing standing) {}

  /** A run that is under way on a worker. */
  public record Running(String worker, Presence.Underway run, @Nullable String subject) {}

  /**
   * The commits of a repository.
   *
   * @param next where the next page begins; null for none
   */
  public record Commits(
      Frame frame,
      CommitFilter filter,
      List<BranchLine> branches,
      List<Row> commits,
      @Nullable String next,
      boolean isFirst) {}

  /**
   * The data about a commit that all its pages show.
   *
   * @param standing the state of the whole commit
   * @param parent its first parent; null if unknown here
   * @param forge the address of the commit at the forge; null if unknown
   * @param compare the address of its changes at the forge; null if unknown
   * @param why the lines that say why it failed; empty if it did not
   */
  public record About(
      CommitLine commit,
      Standing standing,
      @Nullable Row parent,
      @Nullable String forge,
      @Nullable String compare,
      List<String> why) {}

  /** A commit with several variants. */
  public record Commit(Frame frame, About about, List<Variant> variants) {
    public CommitLine commit() {
      return about.commit();
    }

    public boolean isOwed() {
      return variants.stream().anyMatch(each -> each.job().outcome() == null);
    }

    public boolean isJudged() {
      return variants.stream().anyMatch(each -> each.job().outcome() != null);
    }
  }

  /**
   * One variant of a commit.
   *
   * @param job its latest job
   * @param result of the latest job that has one; null for none
   */
  public record Variant(
      JobLine job, Standing standing, @Nullable Result result, CaseChanges changes) {}

  /** A job in the list of those of one variant. */
  public record Rerun(JobLine job, State state) {}

  /**
   * A job and its log. Flat, because the template uses each part separately.
   *
   * @param isOnly whether the commit has no other variant, so that this is also the commit's page
   * @param reruns all jobs of this variant
   * @param lines of the log, from {@code first} on
   * @param total how many lines the log has; empty for a long one that was not read through yet
   */
  public record Job(
      Frame frame,
      About about,
      boolean isOnly,
      JobLine job,
      Standing standing,
      List<Rerun> reruns,
      @Nullable Result result,
      CaseChanges changes,
      List<LogLine> lines,
      long first,
      OptionalLong total,
      long bytes,
      @Nullable ArtifactsView artifacts) {
    public CommitLine commit() {
      return about.commit();
    }

    /** The path of its pages and log. */
    public String path() {
      return Links.commit(commit()) + "/" + job.variant();
    }

    /** The number of the next line of the log; empty if there is none. */
    public OptionalLong next() {
      long after = first + lines.size();
      boolean hasMore = total.isPresent() ? after <= total.getAsLong() : lines.size() == LOG_LINES;
      return hasMore ? OptionalLong.of(after) : OptionalLong.empty();
    }
  }

  /**
   * A line of a log.
   *
   * @param html safe to write as it is
   */
  public record LogLine(long number, String html) {}

  /**
   * All workers.
   *
   * @param lost what those reported last that vanished lately without a word
   */
  public record Workers(
      Frame frame, List<Presence> workers, List<Presence> lost, @Nullable String nothing) {}

  /**
   * The jobs that wait.
   *
   * @param jobs the longest waiting first, up to a limit
   * @param total how many jobs wait
   * @param pools by name
   * @param management the address of RabbitMQ's management page; null when it is not known
   */
  public record Queue(
      Frame frame, List<Waiting> jobs, long total, List<Pool> pools, @Nullable String management) {}

  /** A job without a result. */
  public record Waiting(JobLine job, Standing standing) {}

  /** A pool: its owed jobs, of which some are running, and the slots that serve it. */
  public record Pool(String name, long owed, long running, long slots) {}

  /** A verdict for a README. */
  public record Badge(String text, String style) {
    /** The width of the badge in pixels; a letter is about 6.4 wide. */
    public int width() {
      return 12 + (int) Math.round(6.4 * text.length());
    }

    public String colour() {
      return switch (style) {
        case "passed" -> "#14753a";
        case "failed" -> "#b3201f";
        case "errored" -> "#8a3ab0";
        case "timed_out" -> "#8f5300";
        default -> "#586170";
      };
    }
  }

  /** The verdicts of a repository over time. */
  public record Trends(
      Frame frame,
      String repository,
      @Nullable String ref,
      List<BranchLine> branches,
      DurationChart durations,
      DayChart days) {}

  /** The login page. */
  public record Login(Frame frame, boolean isWrong) {}

  /** The reply to an order. */
  public record Done(Frame frame, OrderReply receipt, String back) {}

  /** A test among others. */
  public record TestRow(TestLine line, List<TestRunLine> runs) {}

  /**
   * The tests of a repository.
   *
   * @param next where the next page begins; null for none
   */
  public record Tests(
      Frame frame,
      String repository,
      TestFilter filter,
      List<TestRow> tests,
      @Nullable String next) {}

  /** A test. */
  public record Test(Frame frame, String repository, TestLine line, List<TestRunLine> runs) {
    public List<TestRunLine> newestFirst() {
      List<TestRunLine> newest = new ArrayList<>(runs);
      Collections.reverse(newest);
      return newest;
    }
  }

  /** The list of documents. */
  public record Docs(Frame frame, List<Documents.Document> documents) {}

  /** A document. */
  public record Doc(Frame frame, Documents.Document document) {}

  /** An error, of the request or of the server. */
  public record Trouble(Frame frame, int status, String message) {}
}
