package ci.assay.worker.command;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process that starts the commands of one slot, waits for their ends and kills the processes
 * that they leave. It is the subreaper of all its descendants, so no process of a run can escape
 * it. Other processes of its user can neither open its pipes nor read its memory, so it alone can
 * say how a run ended. Neither Java nor a shell can ask the kernel for these two things; the
 * program is {@code run-supervisor.pl}. For use by one thread; may be closed by any thread.
 */
public final class RunSupervisor implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RunSupervisor.class);
  private static final String SCRIPT = ShellScript.load("run-supervisor.pl");
  private static final Duration START_LIMIT = Duration.ofSeconds(20);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(12);
  private static final Duration COMPLAINT_LIMIT = Duration.ofSeconds(1);
  private static final int LONGEST_COMPLAINT = 4_096;
  private static final String READY = "ready";

  /**
   * System call numbers of prctl and setsid by {@code os.arch}. Perl knows their names only through
   * modules that take ten times as long to load as everything else.
   */
  private static final Map<String, List<String>> SYSTEM_CALLS =
      Map.ofEntries(
          Map.entry("amd64", List.of("157", "112")),
          Map.entry("x86_64", List.of("157", "112")),
          Map.entry("i386", List.of("172", "66")),
          Map.entry("aarch64", List.of("167", "157")),
          Map.entry("arm", List.of("172", "66")),
          Map.entry("riscv64", List.of("167", "157")),
          Map.entry("loongarch64", List.of("167", "157")),
          Map.entry("ppc64le", List.of("171", "66")),
          Map.entry("s390x", List.of("172", "66")));

  private final Process process;
  private final InputStream answers;
  private volatile boolean isForced;

  private RunSupervisor(Process process) {
    this.process = process;
    this.answers = new BufferedInputStream(process.getInputStream(), 1 << 16);
  }

  /**
   * Starts a supervisor and waits until it is ready.
   *
   * @param around the command prefix that starts the supervisor; empty for none
   * @param readers runs the task that reads its first answer
   * @throws IOException when it does not start
   */
  static RunSupervisor start(List<String> around, Executor readers)
      throws IOException, InterruptedException {
    RunSupervisor supervisor = launch(around);
    boolean isReady = false;
    try {
      supervisor.awaitReady(readers);
      isReady = true;
      return supervisor;
    } finally {
      if (!isReady) {
        supervisor.close();
      }
    }
  }

  /**
   * Starts a supervisor without waiting until it is ready.
   *
   * @param around the command prefix that starts the supervisor; empty for none
   */
  public static RunSupervisor launch(List<String> around) throws IOException {
    return launch(around, List.of("perl"));
  }

  /**
   * As above.
   *
   * @param perl the path of perl as seen by the command prefix, and its first arguments
   */
  public static RunSupervisor launch(List<String> around, List<String> perl) throws IOException {
    String architecture = System.getProperty("os.arch");
    List<String> calls = SYSTEM_CALLS.get(architecture);
    if (calls == null) {
      throw new IOException(
          "runs cannot be supervised on the architecture '%s': its numbers of prctl and setsid are not known"
              .formatted(architecture));
    }
    List<String> program = new ArrayList<>(IgnoredSignals.undoing());
    program.add("setsid");
    program.addAll(around);
    program.addAll(perl);
    program.addAll(List.of("-e", SCRIPT));
    program.addAll(calls);
    ProcessBuilder builder = new ProcessBuilder(program);
    builder.environment().keySet().removeIf(name -> !name.equals("PATH"));
    return new RunSupervisor(builder.start()); // what runs print goes elsewhere
  }

  /**
   * Waits until the supervisor is ready.
   *
   * @param readers runs the task that reads its first answer
   * @throws IOException when it does not start
   */
  public void awaitReady(Executor readers) throws IOException, InterruptedException {
    awaitReady(readers, START_LIMIT);
  }

  /** As above, with a limit that allows for the start of a container. */
  public void awaitReady(Executor readers, Duration limit)
      throws IOException, InterruptedException {
    FutureTask<String> first = new FutureTask<>(() -> AnswerStream.line(answers));
    readers.execute(first);
    try {
      if (READY.equals(first.get(limit.toMillis(), TimeUnit.MILLISECONDS))) {
        return;
      }
    } catch (TimeoutException | ExecutionException e) {
      log.debug("supervisor {} does not say that it is ready", process.pid(), e);
    }
    throw new IOException("the supervisor of the runs does not start" + complaint());
  }

  /** The last error line of the supervisor, or of the program that starts it. */
  private String complaint() {
    try {
      process.waitFor(COMPLAINT_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      InputStream errors = process.getErrorStream();
      byte[] all = errors.readNBytes(Math.min(errors.available(), LONGEST_COMPLAINT));
      String last =
          new String(all, StandardCharsets.UTF_8).lines().reduce((one, next) -> next).orElse("");
      String mend = last.contains("perl") ? " (apt-get install perl-base)" : "";
      return last.isBlank() ? "" : ": " + last.strip() + mend;
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  /** Its process id, which is also the id of its process group. No run is in that group. */
  public long pid() {
    return process.pid();
  }

  /** Whether it can take a command. A run may have killed it. */
  public boolean isUsable() {
    return process.isAlive();
  }

  /** The stream of its answers and of the runs' output. */
  InputStream answers() {
    return answers;
  }

  /**
   * Sends an order.
   *
   * @param secret the secret of the run that the order is for
   */
  void order(String secret, String word) throws IOException {
    write((secret + " " + word + "\n").getBytes(StandardCharsets.US_ASCII));
  }

  /** Sends the order to run a command. */
  void begin(String secret, CommandRunner.Command command) throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    put(content, command.directory().toString());
    put(content, command.shellCommand());
    command.environment().forEach((name, value) -> put(content, name + "=" + value));
    ByteArrayOutputStream order = new ByteArrayOutputStream();
    String line = "%s run %d\n".formatted(secret, content.size());
    order.writeBytes(line.getBytes(StandardCharsets.US_ASCII));
    content.writeTo(order);
    write(order.toByteArray());
  }

  private static void put(ByteArrayOutputStream to, String text) {
    to.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    to.write(0);
  }

  private void write(byte[] order) throws IOException {
    OutputStream orders = process.getOutputStream();
    orders.write(order);
    orders.flush();
  }

  /**
   * Its exit code; to be called when its output has ended.
   *
   * @throws IOException when it does not exit within the limit
   */
  public int exitCode() throws IOException, InterruptedException {
    if (!process.waitFor(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IOException("the supervisor of the run answers no more, and does not end");
    }
    return process.exitValue();
  }

  /** Whether it, or the container or sandbox around it, had to be ended by force. */
  public boolean wasForced() {
    return isForced;
  }

  /** Ends the supervisor, which kills what it started; kills it when that takes too long. */
  @Override
  public void close() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      log.debug("supervisor {} is gone: {}", process.pid(), e.toString());
    }
    boolean wasInterrupted = Thread.interrupted();
    try {
      if (!process.waitFor(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn("supervisor {} does not end by itself", process.pid());
        isForced = true;
      }
    } catch (InterruptedException e) {
      wasInterrupted = true;
    }
    process.destroyForcibly();
    if (wasInterrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
