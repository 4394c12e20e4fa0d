package ci.assay.observer.state;

import ci.assay.common.CannotRunException;
import ci.assay.model.CommitId;
import ci.assay.observer.state.CursorEntry.Gone;
import ci.assay.observer.state.CursorEntry.Judged;
import ci.assay.observer.state.CursorEntry.Kept;
import ci.assay.observer.state.CursorEntry.Opened;
import ci.assay.observer.state.CursorEntry.Pending;
import ci.assay.observer.state.CursorEntry.Seen;
import ci.assay.observer.state.CursorEntry.Sent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.jgit.lib.ObjectId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state of one repository on disk: which tips were seen, and which commits are PENDING, SENT
 * and JUDGED. A method that changes it returns when the change is on disk; when it throws, nothing
 * has changed. Safe for use by many threads.
 */
public final class Cursor implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Cursor.class);

  /** The journal is rewritten when it has this many lines more than twice the needed ones. */
  private static final int SLACK = 1_000;

  private final String repository;
  private final Path file;
  private final Journal journal;
  private int lines;

  private @Nullable Instant opened;
  private final Map<String, ObjectId> seen = new TreeMap<>();
  private final Set<ObjectId> kept = new HashSet<>();
  private final Map<CommitId, PlannedCommit> pending = new LinkedHashMap<>();
  private final Map<CommitId, SentJob> sent = new LinkedHashMap<>();
  private final Set<ObjectId> judged = new HashSet<>();
  private final boolean isRead;

  /**
   * A commit that is SENT.
   *
   * @param nanos when its latest confirm came, by {@link System#nanoTime}; null when that was
   *     before this process began
   */
  private record SentJob(PlannedCommit planned, @Nullable Long nanos) {
    boolean isOlderThan(Duration age) {
      return nanos == null || System.nanoTime() - nanos >= age.toNanos();
    }
  }

  private Cursor(String repository, Path file) throws IOException {
    this.repository = repository;
    this.file = file;
    this.journal = Journal.open(file, this::read);
    this.isRead = true;
  }

  /**
   * Opens a repository's cursor, empty when it has none.
   *
   * @param now the current time, for the name of the copy of a damaged cursor
   * @throws CannotRunException when the folder cannot be written
   */
  public static Cursor open(Path folder, String repository, Instant now) {
    Path file = folder.resolve(repository + ".journal");
    try {
      Files.createDirectories(folder);
      Cursor cursor = new Cursor(repository, file);
      if (cursor.journal.damage() == Journal.Damage.CORRUPT) {
        cursor.recover(now);
      }
      return cursor;
    } catch (IOException e) {
      throw new CannotRunException(
          "state %s of repository '%s' cannot be used: %s".formatted(file, repository, e), e);
    }
  }

  /** Whether the repository has never been polled. */
  public synchronized boolean isNew() {
    return opened == null;
  }

  /** The tip of each ref at the last poll. */
  public synchronized Map<String, ObjectId> seen() {
    return new TreeMap<>(seen);
  }

  /** The tips that were seen earlier and are not reachable from {@link #seen}. */
  public synchronized Set<ObjectId> kept() {
    return new HashSet<>(kept);
  }

  /** Whether the commit is PENDING, SENT or JUDGED. */
  public synchronized boolean hasJob(ObjectId commit) {
    return state(new CommitId(commit.name())) != CommitState.NEW;
  }

  private CommitState state(CommitId commit) {
    if (judged.contains(ObjectId.fromString(commit.value()))) {
      return CommitState.JUDGED;
    }
    if (sent.containsKey(commit)) {
      return CommitState.SENT;
    }
    return pending.containsKey(commit) ? CommitState.PENDING : CommitState.NEW;
  }

  /** The PENDING commits, in the order in which they were planned. */
  public synchronized List<PlannedCommit> pending() {
    return List.copyOf(pending.values());
  }

  /**
   * The commits that have been SENT for at least {@code age}, or were SENT when the cursor was
   * opened, the first sent first.
   */
  public synchronized List<PlannedCommit> sentFor(Duration age) {
    return sent.values().stream()
        .filter(each -> each.isOlderThan(age))
        .map(SentJob::planned)
        .toList();
  }

  /**
   * Stores commits as PENDING.
   *
   * @throws IllegalStateException when one is SENT or JUDGED
   */
  public synchronized void plan(List<PlannedCommit> planned) {
    for (PlannedCommit each : planned) {
      var unused = state(each.commit()).after(CommitState.Event.PLAN, each.commit().value());
    }
    append(planned.stream().map(Pending::new).toList());
  }

  /** Stores commits as SENT now, also those that were SENT before. */
  public synchronized void sent(Collection<CommitId> commits) {
    append(commits.stream().map(Sent::new).toList());
  }

  /** Stores commits as JUDGED. */
  public synchronized void judged(Collection<CommitId> commits) {
    append(commits.stream().map(Judged::new).toList());
  }

  /**
   * Stores the new tips of refs, after all their new commits were planned.
   *
   * @param at the time of the poll; stored at the first one
   * @param tips the refs that exist, with their tips
   * @param gone the refs that do not exist any more
   * @param former former tips that are not reachable any more and must be remembered
   */
  public synchronized void moved(
      Instant at, Map<String, ObjectId> tips, Set<String> gone, Set<ObjectId> former) {
    List<CursorEntry> entries = new ArrayList<>();
    former.forEach(tip -> entries.add(new Kept(tip)));
    tips.forEach((ref, tip) -> entries.add(new Seen(ref, tip)));
    gone.forEach(ref -> entries.add(new Gone(ref)));
    if (opened == null) {
      entries.add(new Opened(at));
    }
    append(entries);
  }

  @Override
  public synchronized void close() {
    try {
      journal.close();
    } catch (IOException e) {
      log.debug("closing {}: {}", file, e.toString());
    }
  }

  private void append(List<? extends CursorEntry> entries) {
    try {
      journal.append(entries);
      entries.forEach(this::apply);
      compactIfLong();
    } catch (IOException e) {
      throw new CannotRunException(
          "state %s of repository '%s' cannot be written: %s".formatted(file, repository, e), e);
    }
  }

  private void read(String line) {
    apply(CursorEntry.parse(line));
  }

  private void apply(CursorEntry entry) {
    lines++;
    if (entry instanceof Opened first) {
      opened = first.at();
    } else if (entry instanceof Seen tip) {
      seen.put(tip.ref(), tip.tip());
    } else if (entry instanceof Gone ref) {
      seen.remove(ref.ref());
    } else if (entry instanceof Kept tip) {
      kept.add(tip.tip());
    } else if (entry instanceof Pending owed) {
      plan(owed.planned());
    } else if (entry instanceof Sent done) {
      move(done.commit(), CommitState.Event.SEND);
    } else if (entry instanceof Judged done) {
      move(done.commit(), CommitState.Event.JUDGE);
    }
  }

  /**
   * A line of the journal may plan a commit again that is SENT or JUDGED already; such a line is
   * ignored.
   */
  private void plan(PlannedCommit planned) {
    if (state(planned.commit()).allows(CommitState.Event.PLAN)) {
      pending.putIfAbsent(planned.commit(), planned);
    }
  }

  private void move(CommitId commit, CommitState.Event event) {
    CommitState next = state(commit).after(event, commit.value());
    PlannedCommit planned = pending.remove(commit);
    SentJob before = sent.remove(commit);
    if (next == CommitState.JUDGED) {
      judged.add(ObjectId.fromString(commit.value()));
      return;
    }
    PlannedCommit kept = planned == null ? Objects.requireNonNull(before).planned() : planned;
    sent.put(commit, new SentJob(kept, isRead ? System.nanoTime() : null));
  }

  private void compactIfLong() throws IOException {
    int needed = 1 + seen.size() + kept.size() + pending.size() + 2 * sent.size() + judged.size();
    if (lines > 2 * needed + SLACK) {
      List<CursorEntry> entries = entries();
      journal.replace(entries);
      lines = entries.size();
    }
  }

  private List<CursorEntry> entries() {
    List<CursorEntry> entries = new ArrayList<>();
    judged.forEach(commit -> entries.add(new Judged(new CommitId(commit.name()))));
    for (SentJob each : sent.values()) {
      entries.add(new Pending(each.planned()));
      entries.add(new Sent(each.planned().commit()));
    }
    pending.values().forEach(planned -> entries.add(new Pending(planned)));
    kept.forEach(tip -> entries.add(new Kept(tip)));
    seen.forEach((ref, tip) -> entries.add(new Seen(ref, tip)));
    if (opened != null) {
      entries.add(new Opened(opened));
    }
    return entries;
  }

  /**
   * Keeps a copy of a damaged journal and goes on with what is certain: the commits with a job,
   * from all good lines. The seen tips are not certain any more, so the next poll counts as the
   * first one.
   */
  private void recover(Instant now) throws IOException {
    Path copy = file.resolveSibling(file.getFileName() + ".damaged-" + now.toEpochMilli());
    Files.copy(file, copy);
    opened = null;
    seen.clear();
    kept.clear();
    List<CursorEntry> entries = entries();
    journal.replace(entries);
    lines = entries.size();
    log.error(
        "state {} of repository '{}' is damaged (copy: {}): the next poll counts as its first one;"
            + " of the commits pushed since it was last written, perhaps only the tips get a job",
        file,
        repository,
        copy);
  }
}
