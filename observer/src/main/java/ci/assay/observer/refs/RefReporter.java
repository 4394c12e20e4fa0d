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
 * Tells the coordinator where the refs of one repository point, by a list of all of them: when they
 * moved, at each start, and now and then though nothing moved, so that a list that was lost is made
 * up for. One list is on its way at a time; what moves meanwhile is in the next one. For use by one
 * thread at a time, {@link #awaitConfirmed} excepted.
 */
public final class RefReporter {

  private static final Logger log = LoggerFactory.getLogger(RefReporter.class);

  /** How much earlier than asked a list is repeated, so that those of many repositories spread. */
  private static final double JITTER = 0.2;

  private final String repository;
  private final Repository objects;
  private final ListSequence sequence;
  private final Publisher publisher;
  private final Duration repeat;
  private final Clock clock;
  private final LongSupplier nanos;

  private @Nullable Map<String, ObjectId> told;
  private @Nullable OutgoingMessage list;

  /** What tags lead to and was not fetched when the list was made. */
  private final Set<ObjectId> missing = new HashSet<>();

  private long dueAt;
  private int leftOut;
  private volatile CompletableFuture<Void> onItsWay = CompletableFuture.completedFuture(null);

  /** Publishes; completes when the broker has confirmed it. */
  @FunctionalInterface
  public interface Publisher {
    CompletableFuture<Void> publish(OutgoingMessage message) throws InterruptedException;
  }

  /**
   * When something is sent.
   *
   * @param repeat after that a list is sent again, though nothing moved
   * @param nanos as {@link System#nanoTime}
   */
  public record Timing(Duration repeat, Clock clock, LongSupplier nanos) {}

  /**
   * @param objects what was fetched of the repository, where tags are looked up; not closed
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
   * The repository's refs were looked at. Does not wait for the broker.
   *
   * @param refs what each points at; for an annotated tag that is the tag object
   */
  public void observed(Map<String, ObjectId> refs) {
    if (!onItsWay.isDone()) {
      return; // the next look tells what is different by then
    }
    boolean isNew = !refs.equals(told) || list == null || hasMissingCome();
    if (!isNew && nanos.getAsLong() - dueAt < 0) {
      return;
    }
    try {
      tell(refs, isNew);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Waits until the latest list is with the broker, or refused for good.
   *
   * @throws CannotRunException when the publisher is closed meanwhile
   */
  public void awaitConfirmed() throws InterruptedException {
    try {
      onItsWay.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof CannotRunException closed) {
        throw closed;
      }
      log.debug("the list of refs is not with the broker: {}", String.valueOf(e.getCause()));
    }
  }

  private void tell(Map<String, ObjectId> refs, boolean isNew) throws InterruptedException {
    OutgoingMessage message = list;
    if (isNew || message == null) {
      Instant now = clock.instant();
      RefList made = RefList.of(repository, commits(refs), sequence.next(now), now);
      sayWhenCut(made.tips());
      message = made.message();
    }
    told = Map.copyOf(refs);
    list = message;
    double part = 1 - JITTER * ThreadLocalRandom.current().nextDouble();
    dueAt = nanos.getAsLong() + (long) (repeat.toNanos() * part);
    onItsWay = publisher.publish(message).whenComplete((done, failure) -> ended(failure));
  }

  private void ended(@Nullable Throwable failure) {
    if (failure instanceof PublishRefusedException) {
      log.error(
          "{}: the coordinator does not learn where its refs point: {}",
          repository,
          failure.getMessage());
    }
  }

  private void sayWhenCut(RefTips tips) {
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

  /** A list that was made while a fetch failed lacks the tags which it would have brought. */
  private boolean hasMissingCome() {
    return missing.stream().anyMatch(this::isHere);
  }

  private boolean isHere(ObjectId id) {
    try {
      return objects.getObjectDatabase().has(id);
    } catch (IOException e) {
      log.debug("{}: whether {} is here: {}", repository, id.name(), e.toString());
      return false;
    }
  }

  /** Each ref's commit; what leads to none, as the tag of a file, is not among them. */
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
          "{}: {} leads to nothing that can be read: {}", repository, id.name(), e.toString());
      return null;
    }
  }
}
