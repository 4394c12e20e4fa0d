package ci.assay.worker.command;

import ci.assay.worker.command.CommandExit.Exited;
import ci.assay.worker.folder.FileTree;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A shell that leads a process group and runs commands there. Most of them it runs in a fork of
 * itself, and stays: to start a shell for each would be three process starts ({@code jspawnhelper},
 * {@code setsid}, {@code sh}), of which each costs twice the fork and more. What a command prints
 * comes through a named pipe, so that its end is seen. Used by one thread; ends when it is closed,
 * or its worker is gone.
 */
final class SlotShell implements AutoCloseable {

  static final String SCRIPT = ShellScript.load("slot-shell.sh");

  private static final Logger log = LoggerFactory.getLogger(SlotShell.class);
  private static final Duration START_LIMIT = Duration.ofSeconds(20);
  private static final Pattern EXIT_CODE = Pattern.compile("\\d{1,3}");

  /** Who runs a command. */
  enum Mode {
    /** A fork, whose {@code $$} is the shell's, and which leads no group. */
    FORK,
    /** The shell itself, which ends with the command. */
    OWN;

    private byte[] order() {
      return (name().toLowerCase(Locale.ROOT) + "\n").getBytes(StandardCharsets.US_ASCII);
    }
  }

  /**
   * What the shell said.
   *
   * @param words all but the exit code
   * @param code null when it says no more
   */
  private record Answer(String words, @Nullable Integer code) {

    private static final Answer BEGUN = new Answer("begun", null);
  }

  private final Process process;
  private final Path pipe;
  private final Path command;
  private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
  private Mode mode = Mode.FORK;

  private SlotShell(Process process, Path pipe, Path command) {
    this.process = process;
    this.pipe = pipe;
    this.command = command;
  }

  /**
   * Starts one.
   *
   * @param folder for its files alone
   * @param readers where its answers are read, one task that lives as long as the shell
   * @throws IOException when it does not come up
   */
  static SlotShell start(Path folder, Executor readers) throws IOException, InterruptedException {
    Path pipe = folder.resolve("output");
    Path command = folder.resolve("command.sh");
    if (!isPipe(pipe)) {
      FileTree.delete(folder);
      Files.createDirectories(folder);
    }
    List<String> program = new ArrayList<>(IgnoredSignals.undoing());
    program.addAll(
        List.of("setsid", "sh", "-c", SCRIPT, "sh", pipe.toString(), command.toString()));
    ProcessBuilder builder = new ProcessBuilder(program);
    builder.environment().keySet().removeIf(name -> !name.equals("PATH"));
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    SlotShell shell = new SlotShell(builder.start(), pipe, command);
    try {
      readers.execute(shell::listen);
      Exited made = shell.forkEnded(START_LIMIT);
      if (made == null || made.code() != 0) {
        throw new IOException("a shell for the runs does not come up");
      }
      return shell;
    } catch (IOException | InterruptedException | RuntimeException e) {
      shell.close();
      throw e;
    }
  }

  /** Its id, which is also its group's. */
  long pid() {
    return process.pid();
  }

  /** Whether it can take a command; a run may have killed it, or deleted its pipe. */
  boolean isUsable() {
    return process.isAlive() && isPipe(pipe);
  }

  private static boolean isPipe(Path path) {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class).isOther();
    } catch (IOException e) {
      return false;
    }
  }

  /** To be opened before {@link #begin}. */
  Output output() throws IOException {
    return new Output(pipe);
  }

  /** The next shell gets a pipe of its own: somebody may still read from this one, or write. */
  void abandonPipe() {
    try {
      Files.deleteIfExists(pipe);
    } catch (IOException e) {
      log.warn("{} cannot be deleted: {}", pipe, e.toString());
    }
  }

  /**
   * Begins a command; when this throws, it may have begun all the same.
   *
   * @param script sets the world and {@code assay_command}
   */
  void begin(String script, Mode who) throws IOException {
    mode = who;
    Files.writeString(command, script);
    OutputStream orders = process.getOutputStream();
    orders.write(who.order());
    orders.flush();
  }

  /**
   * Waits for the command's end.
   *
   * @return null when the limit is reached before
   * @throws IOException when it could not begin, or nobody knows how it ended
   */
  @Nullable Exited await(Duration limit) throws IOException, InterruptedException {
    return mode == Mode.FORK ? forkEnded(limit) : ownEnded(limit);
  }

  private @Nullable Exited forkEnded(Duration limit) throws IOException, InterruptedException {
    Answer answer = answers.poll(limit.toNanos(), TimeUnit.NANOSECONDS);
    if (answer == null) {
      return null;
    }
    if (answer.code() == null) {
      return killed(process.waitFor());
    }
    if (!answer.words().isEmpty()) {
      throw new IOException("the run could not begin: " + answer.words());
    }
    return new Exited(answer.code());
  }

  private @Nullable Exited ownEnded(Duration limit) throws IOException, InterruptedException {
    Answer answer = answers.poll(START_LIMIT.toNanos(), TimeUnit.NANOSECONDS);
    if (!Answer.BEGUN.equals(answer)) {
      String words = answer == null ? "its shell does not answer" : answer.words();
      throw new IOException("the run could not begin: " + words);
    }
    answers.add(answer); // to be asked again
    boolean ended = process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS);
    return ended ? new Exited(process.exitValue()) : null;
  }

  /** The command and its shell are one for who kills them. */
  private static Exited killed(int code) throws IOException {
    Exited ending = new Exited(code);
    if (ending.isSignalled()) {
      return ending;
    }
    throw new IOException("the shell of the run ended before the run did: " + ending.words());
  }

  private void listen() {
    StringJoiner words = new StringJoiner("; ");
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (EXIT_CODE.matcher(line).matches()) {
          answers.add(new Answer(words.toString(), Integer.valueOf(line)));
          words = new StringJoiner("; ");
        } else {
          words.add(line);
        }
      }
    } catch (IOException e) {
      log.debug("the answers of shell {} cannot be read: {}", process.pid(), e.toString());
    } finally { // whatever it was: somebody waits
      answers.add(new Answer(words.toString(), null));
    }
  }

  /** Kills it, whatever it does; not what it started. */
  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      log.debug("shell {} is gone: {}", process.pid(), e.toString());
    }
  }

  /**
   * What one command prints. We hold its writing end, too, so that it neither waits for the command
   * to open it nor ends before; only after {@link #release} it can end.
   */
  static final class Output implements Closeable {
    private final RandomAccessFile writing;
    private final FileInputStream reading;

    private Output(Path pipe) throws IOException {
      writing = new RandomAccessFile(pipe.toFile(), "rw");
      try {
        reading = new FileInputStream(pipe.toFile());
      } catch (IOException e) {
        writing.close();
        throw e;
      }
    }

    InputStream stream() {
      return reading;
    }

    /** From now on it ends when no process has it open. */
    void release() throws IOException {
      writing.close();
    }

    @Override
    public void close() throws IOException {
      writing.close();
      reading.close();
    }
  }
}
