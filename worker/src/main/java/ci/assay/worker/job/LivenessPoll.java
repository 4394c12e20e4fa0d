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
 * Asks all workers who runs a job. Nobody is believed to run it only when all could hear the
 * question, which is when we heard it ourselves, and not soon after a restart of the broker, since
 * then the others are still on their way back. Whoever was connected before knows of one; whoever
 * is new does not, and believes in one until something says otherwise. Safe for use by many
 * threads.
 */
final class LivenessPoll {

  /** How long the others may take to answer. */
  static final Duration SILENCE = Duration.ofMillis(500);

  /** The question is put again when it has not come back by then. */
  private static final Duration UNHEARD = Duration.ofSeconds(2);

  /** With so many questions lost, our delivery is lost too. */
  private static final int MOST_QUESTIONS = 30;

  /** What was found out. */
  enum Reply {
    NOBODY,
    RUNNING,
    FINISHED,
    /** The question could not be put. */
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

    /** Whether nobody can be on the way back, as far as others know. */
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
   * @param reassembly how long after a restart of the broker silence means nothing
   * @param isBlocked whether the broker takes nothing from us now
   */
  LivenessPoll(ControlChannel control, Duration reassembly, BooleanSupplier isBlocked) {
    this.control = control;
    this.reassembly = reassembly;
    this.isBlocked = isBlocked;
  }

  /**
   * Asks, and waits for the answer or for the silence.
   *
   * @param run the run that would begin, which does not count
   * @param isSettled whether nobody can be on the way back from a restart of the broker, as far as
   *     others know
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

  /** Null when the question has not come back. */
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

  /** Our own question came back: everybody has it now. */
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

  /** Somebody else runs, or has run, a job. */
  synchronized void received(RunNotice notice) {
    for (Call call : calls) {
      boolean isAnswer = call.job.equals(notice.id()) && !call.run.equals(notice.run());
      if (isAnswer && notice.state() != RunNotice.State.NO_RESULT && call.reply != Reply.FINISHED) {
        call.reply = notice.state() == RunNotice.State.FINISHED ? Reply.FINISHED : Reply.RUNNING;
      }
    }
    notifyAll();
  }

  /** We can hear and be heard from now on, for the first time. */
  synchronized void connected() {
    hereSince = System.nanoTime();
    notifyAll();
  }

  /** The connection was lost, and all that was said meanwhile. */
  synchronized void reconnected() {
    hereSince = System.nanoTime();
    wasAway = true;
    notifyAll();
  }
}
