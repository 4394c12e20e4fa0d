package ci.assay.notify;

import ci.assay.coordinator.store.ResultReader;
import ci.assay.coordinator.store.StoredCommit;
import ci.assay.model.CommitId;
import ci.assay.model.Job;
import ci.assay.model.Outcome;
import ci.assay.model.Verdict;
import ci.assay.notify.outbox.Broken;
import ci.assay.notify.outbox.Entry;
import ci.assay.notify.outbox.NewEntry;
import ci.assay.notify.outbox.Notes;
import ci.assay.notify.outbox.Seen;
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
 * Decides what is to be told of a commit, from what is stored of it now, and notes that. To look at
 * the same again notes nothing twice. For use by one thread.
 */
final class Noting {

  private static final int MOST_UNDECIDED = 200;
  private static final int ID_DIGITS = 32;

  private final ResultReader files;
  private final Lineage lineage;
  private final Notices notices;
  private final List<Rule> rules;

  Noting(ResultReader files, Notices notices, List<Rule> rules) {
    this.files = files;
    this.lineage = new Lineage(files);
    this.notices = notices;
    this.rules = rules;
  }

  /** Looks at a commit of which something was stored. */
  void look(Notes notes, Intake.Commit commit, Instant now) {
    StoredCommit stored = files.stored(commit.repository(), commit.id());
    Optional<Job> job = Lineage.firstJob(stored);
    if (job.isEmpty()) {
      return;
    }
    if (stored.verdict().isEmpty()) {
      waits(notes, job.get(), now);
    } else {
      isJudged(notes, job.get(), stored.verdict().get(), now);
    }
  }

  private void waits(Notes notes, Job job, Instant now) {
    for (Rule rule : rules) {
      if (rule.when() == When.STATE && isAbout(rule, job)) {
        add(notes, rule, notices.waiting(job), "", now);
      }
    }
  }

  private void isJudged(Notes notes, Job job, Verdict verdict, Instant now) {
    String repository = verdict.repository();
    String commit = verdict.commit().value();
    String mark = mark(verdict);
    Optional<Seen> known = notes.seen(repository, commit);
    if (known.isPresent() && known.get().mark().equals(mark)) {
      return;
    }
    notes.see(
        new Seen(repository, commit, job.ref(), job.queuedAt(), verdict.outcome(), mark), now);
    if (known.isEmpty() && verdict.finishedAt().isBefore(notes.began(now))) {
      return; // from before anybody was told anything
    }
    tellVerdict(notes, job, verdict, now);
    lookAtBranch(notes, job, verdict, now);
    for (String waiting : notes.undecided(repository, MOST_UNDECIDED)) {
      again(notes, new Intake.Commit(repository, new CommitId(waiting)), now);
    }
  }

  private void again(Notes notes, Intake.Commit commit, Instant now) {
    StoredCommit stored = files.stored(commit.repository(), commit.id());
    Optional<Job> job = Lineage.firstJob(stored);
    if (job.isPresent() && stored.verdict().isPresent()) {
      lookAtBranch(notes, job.get(), stored.verdict().get(), now);
    } else {
      notes.decided(commit.repository(), commit.id().value()); // it was forgotten meanwhile
    }
  }

  private void tellVerdict(Notes notes, Job job, Verdict verdict, Instant now) {
    for (Rule rule : rules) {
      if (!isAbout(rule, job)) {
        continue;
      }
      if (rule.when() == When.STATE) {
        add(notes, rule, notices.state(job, verdict), mark(verdict), now);
      } else if (rule.when() == When.EVERY && rule.scope().includes(verdict.outcome())) {
        Notice notice = notices.told(Notice.Kind.VERDICT, job, verdict, null);
        add(notes, rule, notice, mark(verdict), now);
      }
    }
  }

  /** Whether its branch breaks with it, or is mended. */
  private void lookAtBranch(Notes notes, Job job, Verdict verdict, Instant now) {
    String repository = verdict.repository();
    String commit = verdict.commit().value();
    Outcome outcome = verdict.outcome();
    Lineage.Previous before =
        Lineage.decides(outcome)
            ? lineage.before(job, notes)
            : new Lineage.Previous(true, null, null);
    if (!before.isJudged() || notes.isUndecidedBefore(repository, job.ref(), job.queuedAt())) {
      notes.undecided(repository, commit);
      return;
    }
    notes.decided(repository, commit);
    Optional<Broken> broken = notes.broken(repository, job.ref());
    if (!outcome.isGood() && Lineage.decides(outcome) && broken.isEmpty()) {
      notes.breaks(new Broken(repository, job.ref(), commit, job.queuedAt(), verdict.finishedAt()));
      if (!before.isBad()) {
        Notice.Before passed = new Notice.Before(before.commit(), null);
        tellChange(notes, Notice.Kind.BROKE, job, verdict, passed, now);
      }
    } else if (outcome == Outcome.PASSED && broken.isPresent() && isLater(job, broken.get())) {
      notes.mends(repository, job.ref());
      Notice.Before failed = new Notice.Before(broken.get().commit(), broken.get().since());
      tellChange(notes, Notice.Kind.MENDED, job, verdict, failed, now);
    }
  }

  /** Than what broke it, or the same after a rerun; an older one that passed mends nothing. */
  private static boolean isLater(Job job, Broken broken) {
    return !job.queuedAt().isBefore(broken.queuedAt());
  }

  /** A branch still fails after a while. */
  void stillBroken(Notes notes, Broken broken, Instant now) {
    notes.toldAgain(broken);
    CommitId id = new CommitId(broken.commit());
    StoredCommit stored = files.stored(broken.repository(), id);
    Optional<Job> job = Lineage.firstJob(stored);
    boolean isThere =
        files
            .tips(broken.repository())
            .map(tips -> !tips.hasAll() || tips.refs().containsKey(broken.ref()))
            .orElse(true);
    if (job.isEmpty() || stored.verdict().isEmpty() || !isThere) {
      notes.mends(broken.repository(), broken.ref()); // gone, with nothing to tell
      return;
    }
    Notice.Before since = new Notice.Before(null, broken.since());
    tellChange(notes, Notice.Kind.STILL_BROKEN, job.get(), stored.verdict().get(), since, now);
  }

  private void tellChange(
      Notes notes, Notice.Kind kind, Job job, Verdict verdict, Notice.Before before, Instant now) {
    for (Rule rule : rules) {
      if (rule.when() == When.CHANGE
          && isAbout(rule, job)
          && (verdict.outcome().isGood() || rule.scope().includes(verdict.outcome()))) {
        add(notes, rule, notices.told(kind, job, verdict, before), mark(verdict), now);
      }
    }
  }

  private static boolean isAbout(Rule rule, Job job) {
    return rule.scope().includes(job.repository().name(), job.ref());
  }

  private static void add(Notes notes, Rule rule, Notice notice, String mark, Instant now) {
    Notice.About about = notice.about();
    String event =
        String.join(
            "\n", rule.name(), notice.kind().word(), about.repository(), about.commit(), mark);
    boolean unused =
        notes.add(
            new NewEntry(
                "msg_" + digest(event),
                new Entry.Address(rule.name(), rule.lane(about.repository())),
                new Entry.Subject(about.repository(), about.commit(), notice.kind().word()),
                rule.when() == When.STATE,
                Codec.line(notice)),
            now);
  }

  /** Another verdict on the same commit has another one. */
  static String mark(Verdict verdict) {
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
