package ci.assay.observer.refs;

import ci.assay.broker.publish.OutgoingMessage;
import ci.assay.broker.publish.PublishRefusedException;
import ci.assay.common.CannotRunException;
import ci.assay.message.RefTips;
import ci.assay.model.CommitId;
import ci.assay.observer.state.ListSequence;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevObject;
import org.eclipse.jgit.revwalk.RevWalk;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the coordinator where the refs of one repository point. It sends a list of all refs when
 * they moved, at each start, and at intervals even when nothing moved, in case a list was lost. It
 * sends one list at a time; a move before the confirm is in the next list. For use by one thread at
 * a time, except {@link #awaitConfirmed}.
 */
public final class RefReporter {

  private static final Logger log = LoggerFactory.getLogger(RefReporter.class);

  /**
   * The largest part of the interval by which a repetition may be early, so that the lists of many
   * repositories spread out.
   */
  private static final double JITTER = 0.2;

  private final String repository;
  private final Repository objects;
  private final ListSequence sequence;
  private final Publisher publisher;
  private final Duration repeat;
  private final Clock clock;
  private final LongSupplier nanos;

  private @Nullable Map<String, ObjectId> reported;
  private @Nullable OutgoingMessage list;

  /** Objects that tags lead to and that were not in the mirror when the list was made. */
  private final Set<ObjectId> missing = new HashSet<>();

  private long dueAt;
  private int leftOut;
  private volatile CompletableFuture<Void> inFlight = CompletableFuture.completedFuture(null);

  /** Publishes a message; the future completes when the broker has confirmed it. */
  @FunctionalInterface
  public interface Publisher {
    CompletableFuture<Void> publish(OutgoingMessage message) throws InterruptedException;
  }

  /**
   * When lists are sent.
   *
   * @param repeat after this time a list is sent again, even when nothing moved
   * @param nanos a monotonic clock, such as {@link System#nanoTime}
   */
  public record Timing(Duration repeat, Clock clock, LongSupplier nanos) {}

  /**
   * @param objects the mirror of the repository, where tags are looked up; not closed by this
   *     object
   */
  public RefReporter(
      String repository,
      Repository objects,
      ListSequence sequence,
      Publisher publisher,
      Timing timing) {
    this.repository = repository;
    this.objects = objects;
    this.sequence = sequence;
    this.publisher = publisher;
    this.repeat = timing.repeat();
    this.clock = timing.clock();
    this.nanos = timing.nanos();
  }

  /**
   * Takes the result of a poll, and publishes a list where one is due. Does not wait for its
   * confirm.
   *
   * @param refs the object that each ref points at; for an annotated tag, the tag object
   */
  public void observed(Map<String, ObjectId> refs) {
    if (!inFlight.isDone()) {
      return; // the next poll sends what is different by then
    }
    boolean isNew = !refs.equals(reported) || list == null || hasMissingArrived();
    if (!isNew && nanos.getAsLong() - dueAt < 0) {
      return;
    }
    try {
      send(refs, isNew);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Waits until the broker has confirmed or refused the latest list.
   *
   * @throws CannotRunException when the publisher was closed before
   */
  public void awaitConfirmed() throws InterruptedException {
    try {
      inFlight.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof CannotRunException closed) {
        throw closed;
      }
      log.debug("the broker does not have the list of refs: {}", String.valueOf(e.getCause()));
    }
  }

  private void send(Map<String, ObjectId> refs, boolean isNew) throws InterruptedException {
    OutgoingMessage message = list;
    if (isNew || message == null) {
      Instant now = clock.instant();
      RefList made = RefList.of(repository, commits(refs), sequence.next(now), now);
      warnWhenCut(made.tips());
      message = made.message();
    }
    reported = Map.copyOf(refs);
    list = message;
    double part = 1 - JITTER * ThreadLocalRandom.current().nextDouble();
    dueAt = nanos.getAsLong() + (long) (repeat.toNanos() * part);
    inFlight = publisher.publish(message).whenComplete((done, failure) -> ended(failure));
  }

  private void ended(@Nullable Throwable failure) {
    if (failure instanceof PublishRefusedException) {
      log.error(
          "{}: the broker refused the list of refs, so the coordinator does not get it: {}",
          repository,
          failure.getMessage());
    }
  }

  private void warnWhenCut(RefTips tips) {
    if (tips.more() != leftOut) {
      leftOut = tips.more();
      if (leftOut > 0) {
        log.warn(
            "{} has {} refs, too many for one message: {} of them are left out, and shown by the"
                + " commits that were first seen on them; watch fewer with --refs",
            repository,
            tips.refs().size() + leftOut,
            leftOut);
      }
    }
  }

  /**
   * Whether a missing object has been fetched since: a list made after a failed fetch lacks tags.
   */
  private boolean hasMissingArrived() {
    return missing.stream().anyMatch(this::isHere);
  }

  private boolean isHere(ObjectId id) {
    try {
      return objects.getObjectDatabase().has(id);
    } catch (IOException e) {
      log.debug("{}: cannot tell whether {} was fetched: {}", repository, id.name(), e.toString());
      return false;
    }
  }

  /** The commit of each ref; a ref without a commit, such as a tag of a file, is left out. */
  private Map<String, CommitId> commits(Map<String, ObjectId> refs) {
    Map<String, CommitId> commits = new TreeMap<>();
    missing.clear();
    try (RevWalk walk = new RevWalk(objects)) {
      refs.forEach(
          (ref, id) -> {
            ObjectId commit = ref.startsWith(Constants.R_TAGS) ? commitOf(walk, id) : id;
            if (commit != null) {
              commits.put(ref, new CommitId(commit.name()));
            }
          });
    }
    return commits;
  }

  private @Nullable ObjectId commitOf(RevWalk walk, ObjectId id) {
    try {
      RevObject object = walk.peel(walk.parseAny(id));
      return object instanceof RevCommit ? object : null;
    } catch (MissingObjectException e) {
      missing.add(e.getObjectId());
      return null;
    } catch (IOException | RuntimeException | StackOverflowError e) {
      log.debug(
          "{}: {} points at nothing that can be read: {}", repository, id.name(), e.toString());
      return null;
    }
  }
}
