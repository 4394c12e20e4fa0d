package ci.assay.worker.command;

import ci.assay.worker.command.CommandExit.Exited;
import ci.assay.worker.output.RunLog;
import java.io.IOException;
import java.io.InputStream;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One command under its supervisor. Orders and answers carry a secret of this run, so what a
 * process of another run writes to the supervisor's pipes, if it ever can, is not heeded. Used by
 * one thread.
 */
final class SupervisedRun {

  /** The supervisor takes ten seconds to kill, and five to wait for output. */
  private static final Duration END_LIMIT = Duration.ofSeconds(20);

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int SECRET_BYTES = 16;

  /**
   * What the supervisor says.
   *
   * @param words the rest of its line
   */
  record Answer(Kind kind, String words) {

    /** GONE is what the end of its output says. */
    enum Kind {
      EXIT,
      TROUBLE,
      HELD,
      REST,
      GONE
    }

    static final Answer GONE = new Answer(Kind.GONE, "");

    static Answer of(String line) throws IOException {
      int blank = line.indexOf(' ');
      String word = blank < 0 ? line : line.substring(0, blank);
      String words = blank < 0 ? "" : line.substring(blank + 1);
      return switch (word) {
        case "exit" -> new Answer(Kind.EXIT, words);
        case "trouble" -> new Answer(Kind.TROUBLE, words);
        case "held" -> new Answer(Kind.HELD, words);
        case "rest" -> new Answer(Kind.REST, words);
        default -> throw new IOException("the supervisor of the run says '%s'".formatted(word));
      };
    }

    boolean isLast() {
      return kind == Kind.TROUBLE || kind == Kind.REST || kind == Kind.GONE;
    }
  }

  /** What was left of a run when it was to be over. */
  enum Rest {
    NONE,
    KILLED;

    /** Null for what cannot be killed. */
    static @Nullable Rest of(String word) {
      return switch (word) {
        case "none" -> NONE;
        case "killed" -> KILLED;
        default -> null;
      };
    }
  }

  private final RunSupervisor supervisor;
  private final String secret;
  private final RunLog log;
  private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
  private boolean isGone;

  private SupervisedRun(RunSupervisor supervisor, String secret, RunLog log) {
    this.supervisor = supervisor;
    this.secret = secret;
    this.log = log;
  }

  /**
   * Begins a command; when this throws, it may have begun all the same.
   *
   * @param readers where its output is read, one task
   */
  static SupervisedRun begin(
      RunSupervisor supervisor, CommandRunner.Command command, RunLog log, Executor readers)
      throws IOException {
    byte[] random = new byte[SECRET_BYTES];
    RANDOM.nextBytes(random);
    SupervisedRun run = new SupervisedRun(supervisor, HexFormat.of().formatHex(random), log);
    supervisor.begin(run.secret, command);
    readers.execute(run::capture);
    return run;
  }

  private void capture() {
    try (InputStream output = new AnswerStream(supervisor.answers(), secret, answers::add)) {
      log.capture(output);
    } catch (IOException e) {
      answers.add(Answer.GONE);
    }
  }

  /**
   * Waits for the end of its first process.
   *
   * @return null when the limit is reached before
   * @throws IOException when it could not begin, or nobody knows how it ended
   */
  @Nullable Exited await(Duration limit) throws IOException, InterruptedException {
    Answer answer = answers.poll(limit.toNanos(), TimeUnit.NANOSECONDS);
    if (answer == null) {
      return null;
    }
    return switch (answer.kind()) {
      case EXIT -> new Exited(Integer.parseInt(answer.words()));
      case TROUBLE -> throw new IOException("the run could not begin: " + answer.words());
      case GONE -> killedWithSupervisor();
      case HELD, REST -> throw new IOException("the supervisor of the run is out of order");
    };
  }

  /** The supervisor is a run's parent; a run that kills it has ended itself. */
  private Exited killedWithSupervisor() throws IOException, InterruptedException {
    isGone = true;
    supervisor.close();
    Exited ending = new Exited(supervisor.exitCode());
    if (ending.isSignalled()) {
      return ending;
    }
    throw new IOException("the supervisor of the run ended before the run did: " + ending.words());
  }

  /**
   * Asks all of it to end, and kills what has not after a while. All of its output is in the log
   * then.
   *
   * @return how it came to its end; null when that is not sure, and its supervisor must be given up
   */
  @Nullable Rest stop(Duration limit) throws IOException, InterruptedException {
    supervisor.order(secret, "stop " + limit.toSeconds());
    return rest(limit.plus(END_LIMIT));
  }

  /**
   * Kills what is left of it. All of its output is in the log then.
   *
   * @return what was left; null when that is not sure, and its supervisor must be given up
   */
  @Nullable Rest end() throws IOException, InterruptedException {
    if (isGone) {
      return null;
    }
    supervisor.order(secret, "end");
    return rest(END_LIMIT);
  }

  private @Nullable Rest rest(Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      Answer answer = answers.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (answer == null || answer.kind() == Answer.Kind.GONE) {
        return null;
      }
      if (answer.kind() == Answer.Kind.HELD) {
        log.note("a process that is not of this run still holds its output; not waiting for it");
      }
      if (answer.kind() == Answer.Kind.REST) {
        return Rest.of(answer.words());
      }
    }
  }
}
