package ci.assay.worker.command;

import ci.assay.worker.command.CommandExit.Exited;
import ci.assay.worker.command.CommandExit.TimedOut;
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
 * One command under its supervisor. Orders and answers carry a secret of this run, so anything that
 * a process of another run might write to the supervisor's pipes is ignored. For use by one thread,
 * but any thread may call {@link #kill}.
 */
public final class SupervisedRun {

  /** The supervisor takes up to ten seconds to kill, and up to five to wait for output. */
  private static final Duration END_LIMIT = Duration.ofSeconds(20);

  private static final Duration TERMINATION_LIMIT = Duration.ofSeconds(10);
  private static final Duration MOMENT = Duration.ofMillis(20);

  /** The supervisor's words for which processes are left of a run. */
  private static final String NONE = "none";

  private static final String ALIVE = "alive";

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int SECRET_BYTES = 16;

  /**
   * An answer of the supervisor.
   *
   * @param words the rest of its line
   */
  record Answer(Kind kind, String words) {

    /**
     * GONE stands for the end of the supervisor's output. UNREADABLE and KILL do not come from the
     * supervisor: our own threads add them.
     */
    enum Kind {
      EXIT,
      TROUBLE,
      HELD,
      REST,
      GONE,
      UNREADABLE,
      KILL
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
        default ->
            throw new IOException(
                "unexpected message '%s' from the supervisor of the run".formatted(word));
      };
    }

    boolean isLast() {
      return switch (kind) {
        case TROUBLE, REST, GONE, UNREADABLE -> true;
        case EXIT, HELD, KILL -> false;
      };
    }
  }

  private final RunSupervisor supervisor;
  private final String secret;
  private final RunLog log;
  private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
  private boolean isClean;

  private SupervisedRun(RunSupervisor supervisor, String secret, RunLog log) {
    this.supervisor = supervisor;
    this.secret = secret;
    this.log = log;
  }

  /**
   * Begins a command. Even when this throws, the command may have begun.
   *
   * @param readers runs one task that reads the command's output
   */
  public static SupervisedRun begin(
      RunSupervisor supervisor, CommandRunner.Command command, RunLog log, Executor readers)
      throws IOException {
    byte[] random = new byte[SECRET_BYTES];
    RANDOM.nextBytes(random);
    SupervisedRun run = new SupervisedRun(supervisor, HexFormat.of().formatHex(random), log);
    supervisor.begin(run.secret, command);
    readers.execute(run::capture);
    return run;
  }

  /** When this fails, nothing reads the supervisor's output any more. */
  private void capture() {
    try (InputStream output = new AnswerStream(supervisor.answers(), secret, answers::add)) {
      log.capture(output);
    } catch (IOException | RuntimeException | Error e) {
      answers.add(new Answer(Answer.Kind.UNREADABLE, String.valueOf(e)));
    }
  }

  /**
   * Waits for the end of the command, or ends it at the timeout. Then its output is in the log.
   * {@link #isClean} tells whether it is sure that none of its processes is left.
   *
   * @return how it ended; null when its supervisor is gone
   * @throws IOException when it could not begin, or it is unknown how it ended
   */
  public @Nullable CommandExit finish(Duration timeout) throws IOException, InterruptedException {
    Answer answer = answers.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
    if (answer == null) { // the machine may have been suspended
      answer = answers.poll(MOMENT.toNanos(), TimeUnit.NANOSECONDS);
    }
    if (answer == null) {
      supervisor.order(secret, "stop " + TERMINATION_LIMIT.toSeconds());
      String left = rest(TERMINATION_LIMIT.plus(END_LIMIT));
      return new TimedOut(timeout, !left.equals(NONE));
    }
    return switch (answer.kind()) {
      case EXIT -> {
        supervisor.order(secret, "end");
        var unused = rest(END_LIMIT);
        yield new Exited(Integer.parseInt(answer.words()));
      }
      case TROUBLE -> throw new IOException("the run could not begin: " + answer.words());
      case GONE -> null;
      case UNREADABLE ->
          throw new IOException("the run's output cannot be read: " + answer.words());
      case KILL -> {
        supervisor.order(secret, "stop 0");
        var unused = rest(END_LIMIT);
        yield Exited.KILLED;
      }
      case HELD, REST -> throw new IOException("the supervisor of the run is out of order");
    };
  }

  /** Makes {@link #finish} kill the command, if it still waits for it. Any thread may call this. */
  public void kill() {
    answers.add(new Answer(Answer.Kind.KILL, ""));
  }

  /**
   * How a run ended that killed its supervisor, which is its parent, together with itself.
   *
   * @param code the supervisor's exit code
   * @throws IOException when the supervisor was not killed by a signal, so that the run did not
   *     kill it
   */
  public static Exited killedWithSupervisor(int code) throws IOException {
    Exited ending = new Exited(code);
    if (ending.isSignalled()) {
      return ending;
    }
    throw new IOException("the supervisor of the run ended before the run did: " + ending.words());
  }

  /**
   * Whether it is sure that none of its processes is left. Otherwise its supervisor must not be
   * used again.
   */
  public boolean isClean() {
    return isClean;
  }

  private String rest(Duration limit) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      Answer answer = answers.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (answer != null && answer.kind() == Answer.Kind.UNREADABLE) {
        throw new IOException("the run's output cannot be read: " + answer.words());
      }
      if (answer == null || answer.kind() == Answer.Kind.GONE) {
        return ALIVE;
      }
      if (answer.kind() == Answer.Kind.HELD) {
        log.note("a process that is not of this run still holds its output; not waiting for it");
      }
      if (answer.kind() == Answer.Kind.REST) {
        isClean = !answer.words().equals(ALIVE);
        return answer.words();
      }
    }
  }
}
