package ci.assay.worker.job;

import ci.assay.broker.control.ControlChannel;
import ci.assay.broker.control.ReceivedMessage;
import ci.assay.message.LivenessQuery;
import ci.assay.message.RunNotice;
import ci.assay.model.JobId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks all workers which of them runs a job. Silence means that no worker runs it only if every
 * worker could receive the question: it has come back to this worker, and the broker did not
 * restart a moment ago, when other workers may still be reconnecting. A worker that was connected
 * before knows of such a restart. A worker that is new cannot know, and assumes one unless the
 * caller knows better. Thread-safe.
 */
final class LivenessPoll {

  /** How long the other workers may take to answer. */
  static final Duration SILENCE = Duration.ofMillis(500);

  /** The question is asked again if it has not come back to this worker by then. */
  private static final Duration UNHEARD = Duration.ofSeconds(2);

  /** When so many questions are lost, the delivery of the job is lost too. */
  private static final int MOST_QUESTIONS = 30;

  /** The result of a poll. */
  enum Reply {
    NOBODY,
    RUNNING,
    FINISHED,
    /** The question could not be asked, or was answered by a worker that need not be right. */
    UNKNOWN
  }

  private final ControlChannel control;
  private final Duration reassembly;
  private final BooleanSupplier isBlocked;
  private final List<Call> calls = new ArrayList<>();
  private long hereSince = System.nanoTime();
  private boolean wasAway;

  private static final class Call {
    final JobId job;
    final String run;

    /** See {@link LivenessPoll#ask}. */
    final boolean isSettled;

    long heardBackAt;
    boolean isHeardBack;
    @Nullable Reply reply;

    Call(JobId job, String run, boolean isSettled) {
      this.job = job;
      this.run = run;
      this.isSettled = isSettled;
    }
  }

  /**
   * @param reassembly for how long after a restart of the broker silence means nothing
   * @param isBlocked whether the broker accepts no messages from this worker now
   */
  LivenessPoll(ControlChannel control, Duration reassembly, BooleanSupplier isBlocked) {
    this.control = control;
    this.reassembly = reassembly;
    this.isBlocked = isBlocked;
  }

  /**
   * Asks, and waits for an answer or for the time in which one would have come.
   *
   * @param run the run that is to begin, which is not counted
   * @param isSettled whether, as far as the coordinator knows, no worker is still reconnecting
   *     after a restart of the broker
   */
  Reply ask(JobId job, String run, boolean isSettled) throws InterruptedException {
    Call call = new Call(job, run, isSettled);
    synchronized (this) {
      calls.add(call);
    }
    try {
      for (int question = 0; question < MOST_QUESTIONS; question++) {
        control.broadcast(new LivenessQuery(job, run));
        Reply reply = await(call);
        if (reply != null) {
          return reply;
        }
      }
      return Reply.UNKNOWN;
    } finally {
      synchronized (this) {
        calls.remove(call);
      }
    }
  }

  /** The reply; null when the question did not come back in time. */
  private synchronized @Nullable Reply await(Call call) throws InterruptedException {
    long unheard = System.nanoTime() + UNHEARD.toNanos();
    while (call.reply == null) {
      long now = System.nanoTime();
      if (!call.isHeardBack && now >= unheard) {
        return null;
      }
      long end = call.isHeardBack ? silenceEnds(call, now) : unheard;
      if (call.isHeardBack && now >= end) {
        return Reply.NOBODY;
      }
      TimeUnit.NANOSECONDS.timedWait(this, Math.max(1, end - now));
    }
    return call.reply;
  }

  private long silenceEnds(Call call, long now) {
    long end = call.heardBackAt + SILENCE.toNanos();
    if (wasAway || !call.isSettled) {
      end = Math.max(end, hereSince + reassembly.toNanos());
    }
    return isBlocked.getAsBoolean() ? Math.max(end, now + SILENCE.toNanos()) : end;
  }

  /** If the question is our own, all connected workers have received it by now. */
  synchronized void received(LivenessQuery who, ReceivedMessage received) {
    if (received.isOwn()) {
      for (Call call : calls) {
        if (call.run.equals(who.run()) && !call.isHeardBack) {
          call.isHeardBack = true;
          call.heardBackAt = System.nanoTime();
        }
      }
      notifyAll();
    }
  }

  /**
   * Another worker says that it runs, or has run, a job.
   *
   * @param isSure whether that it has run it may be believed without asking the coordinator
   */
  synchronized void received(RunNotice notice, boolean isSure) {
    for (Call call : calls) {
      boolean isAnswer = call.job.equals(notice.id()) && !call.run.equals(notice.run());
      if (isAnswer && notice.state() != RunNotice.State.NO_RESULT && call.reply != Reply.FINISHED) {
        call.reply = replyOf(notice, isSure);
      }
    }
    notifyAll();
  }

  private static Reply replyOf(RunNotice notice, boolean isSure) {
    if (notice.state() == RunNotice.State.RUNNING) {
      return Reply.RUNNING;
    }
    return isSure ? Reply.FINISHED : Reply.UNKNOWN;
  }

  /** The control channel works for the first time. */
  synchronized void connected() {
    hereSince = System.nanoTime();
    notifyAll();
  }

  /** The control channel works again; the messages that were sent meanwhile are lost. */
  synchronized void reconnected() {
    hereSince = System.nanoTime();
    wasAway = true;
    notifyAll();
  }
}
