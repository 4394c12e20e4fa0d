package ci.assay.notify;

import ci.assay.coordinator.store.ResultReader;
import ci.assay.coordinator.store.StoredCommit;
import ci.assay.model.CommitId;
import ci.assay.model.Job;
import ci.assay.model.Outcome;
import ci.assay.model.Verdict;
import ci.assay.notify.outbox.BrokenBranch;
import ci.assay.notify.outbox.Entry;
import ci.assay.notify.outbox.NewEntry;
import ci.assay.notify.outbox.OutboxTransaction;
import ci.assay.notify.outbox.RecordedVerdict;
import ci.assay.notify.receiver.Notice;
import ci.assay.notify.rule.Rule;
import ci.assay.notify.rule.Rule.When;
import ci.assay.wire.Codec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Decides which notifications are due for a commit, from its stored files, and adds them to the
 * outbox. Idempotent: planning the same commit again adds nothing. For use by one thread.
 */
final class NotificationPlanner {

  private static final int MAX_UNDECIDED = 200;
  private static final int ID_DIGITS = 32;

  private final ResultReader files;
  private final BranchHistory history;
  private final NoticeFactory notices;
  private final List<Rule> rules;

  NotificationPlanner(ResultReader files, NoticeFactory notices, List<Rule> rules) {
    this.files = files;
    this.history = new BranchHistory(files);
    this.notices = notices;
    this.rules = rules;
  }

  /** Plans the notifications of a commit whose stored data changed. */
  void plan(OutboxTransaction outbox, ChangeQueue.Commit commit, Instant now) {
    StoredCommit stored = files.stored(commit.repository(), commit.id());
    Optional<Job> job = BranchHistory.firstJob(stored);
    if (job.isEmpty()) {
      return;
    }
    if (stored.verdict().isEmpty()) {
      planPending(outbox, job.get(), now);
    } else {
      planVerdict(outbox, job.get(), stored.verdict().get(), now);
    }
  }

  private void planPending(OutboxTransaction outbox, Job job, Instant now) {
    for (Rule rule : rules) {
      if (rule.when() == When.STATE && matches(rule, job)) {
        add(outbox, rule, notices.pending(job), "", now);
      }
    }
  }

  private void planVerdict(OutboxTransaction outbox, Job job, Verdict verdict, Instant now) {
    String repository = verdict.repository();
    String commit = verdict.commit().value();
    String fingerprint = fingerprint(verdict);
    Optional<RecordedVerdict> known = outbox.recordedVerdict(repository, commit);
    if (known.isPresent() && known.get().fingerprint().equals(fingerprint)) {
      return;
    }
    outbox.recordVerdict(
        new RecordedVerdict(
            repository, commit, job.ref(), job.queuedAt(), verdict.outcome(), fingerprint),
        now);
    if (known.isEmpty() && verdict.finishedAt().isBefore(outbox.startedAt(now))) {
      return; // it was stored before notifications were first set up
    }
    addVerdict(outbox, job, verdict, now);
    planBranchChange(outbox, job, verdict, now);
    for (String waiting : outbox.undecided(repository, MAX_UNDECIDED)) {
      replan(outbox, new ChangeQueue.Commit(repository, new CommitId(waiting)), now);
    }
  }

  private void replan(OutboxTransaction outbox, ChangeQueue.Commit commit, Instant now) {
    StoredCommit stored = files.stored(commit.repository(), commit.id());
    Optional<Job> job = BranchHistory.firstJob(stored);
    if (job.isPresent() && stored.verdict().isPresent()) {
      planBranchChange(outbox, job.get(), stored.verdict().get(), now);
    } else {
      outbox.clearUndecided(commit.repository(), commit.id().value()); // its files were deleted
    }
  }

  private void addVerdict(OutboxTransaction outbox, Job job, Verdict verdict, Instant now) {
    for (Rule rule : rules) {
      if (!matches(rule, job)) {
        continue;
      }
      if (rule.when() == When.STATE) {
        add(outbox, rule, notices.status(job, verdict), fingerprint(verdict), now);
      } else if (rule.when() == When.EVERY && rule.scope().includes(verdict.outcome())) {
        Notice notice = notices.verdict(Notice.Kind.VERDICT, job, verdict, null);
        add(outbox, rule, notice, fingerprint(verdict), now);
      }
    }
  }

  /** Adds notifications if this verdict breaks or mends its branch. */
  private void planBranchChange(OutboxTransaction outbox, Job job, Verdict verdict, Instant now) {
    String repository = verdict.repository();
    String commit = verdict.commit().value();
    Outcome outcome = verdict.outcome();
    BranchHistory.Previous before =
        BranchHistory.isConclusive(outcome)
            ? history.before(job, outbox)
            : new BranchHistory.Previous(true, null, null);
    if (!before.isJudged() || outbox.hasUndecidedBefore(repository, job.ref(), job.queuedAt())) {
      outbox.markUndecided(repository, commit);
      return;
    }
    outbox.clearUndecided(repository, commit);
    Optional<BrokenBranch> broken = outbox.brokenBranch(repository, job.ref());
    if (!outcome.isGood() && BranchHistory.isConclusive(outcome) && broken.isEmpty()) {
      outbox.markBroken(
          new BrokenBranch(repository, job.ref(), commit, job.queuedAt(), verdict.finishedAt()));
      if (!before.isFailing()) {
        Notice.Before passed = new Notice.Before(before.commit(), null);
        addBranchChange(outbox, Notice.Kind.BROKE, job, verdict, passed, now);
      }
    } else if (outcome == Outcome.PASSED && broken.isPresent() && isLater(job, broken.get())) {
      outbox.clearBroken(repository, job.ref());
      Notice.Before failed = new Notice.Before(broken.get().commit(), broken.get().since());
      addBranchChange(outbox, Notice.Kind.MENDED, job, verdict, failed, now);
    }
  }

  /**
   * Whether the job is not older than the one that broke the branch: an older one mends nothing.
   */
  private static boolean isLater(Job job, BrokenBranch broken) {
    return !job.queuedAt().isBefore(broken.queuedAt());
  }

  /** Adds the reminder that a branch is still broken. */
  void planReminder(OutboxTransaction outbox, BrokenBranch broken, Instant now) {
    outbox.markReminded(broken);
    CommitId id = new CommitId(broken.commit());
    StoredCommit stored = files.stored(broken.repository(), id);
    Optional<Job> job = BranchHistory.firstJob(stored);
    boolean refExists =
        files
            .tips(broken.repository())
            .map(tips -> !tips.hasAll() || tips.refs().containsKey(broken.ref()))
            .orElse(true);
    if (job.isEmpty() || stored.verdict().isEmpty() || !refExists) {
      outbox.clearBroken(broken.repository(), broken.ref()); // the commit or the ref was deleted
      return;
    }
    Notice.Before since = new Notice.Before(null, broken.since());
    addBranchChange(
        outbox, Notice.Kind.STILL_BROKEN, job.get(), stored.verdict().get(), since, now);
  }

  private void addBranchChange(
      OutboxTransaction outbox,
      Notice.Kind kind,
      Job job,
      Verdict verdict,
      Notice.Before before,
      Instant now) {
    for (Rule rule : rules) {
      if (rule.when() == When.CHANGE
          && matches(rule, job)
          && (verdict.outcome().isGood() || rule.scope().includes(verdict.outcome()))) {
        add(outbox, rule, notices.verdict(kind, job, verdict, before), fingerprint(verdict), now);
      }
    }
  }

  private static boolean matches(Rule rule, Job job) {
    return rule.scope().includes(job.repository().name(), job.ref());
  }

  private static void add(
      OutboxTransaction outbox, Rule rule, Notice notice, String fingerprint, Instant now) {
    Notice.About about = notice.about();
    String event =
        String.join(
            "\n",
            rule.name(),
            notice.kind().word(),
            about.repository(),
            about.commit(),
            fingerprint);
    boolean unused =
        outbox.add(
            new NewEntry(
                "msg_" + digest(event),
                new Entry.Address(rule.name(), rule.queue(about.repository())),
                new Entry.Subject(about.repository(), about.commit(), notice.kind().word()),
                rule.when() == When.STATE,
                Codec.line(notice)),
            now);
  }

  /**
   * Identifies the outcome and the runs of a verdict, so that a rerun's verdict has another one.
   */
  static String fingerprint(Verdict verdict) {
    return digest(
        verdict.outcome().word()
            + verdict.variants().entrySet().stream()
                .map(each -> "\n" + each.getKey() + "\n" + each.getValue().run())
                .collect(Collectors.joining()));
  }

  private static String digest(String text) {
    try {
      byte[] all =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(all).substring(0, ID_DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("each Java has SHA-256", e);
    }
  }
}
