package ci.assay.worker.command;

import ci.assay.worker.command.CommandExit.Exited;
import ci.assay.worker.command.CommandExit.NotFound;
import ci.assay.worker.output.RunLog;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Distinguishes a command whose program is not installed on this worker from one that ended with
 * exit code 127 for another reason, such as a script with a later command that is missing. Only the
 * first is a matter of the worker.
 */
public final class MissingProgram {

  /** The exit code of a shell that does not find a program. */
  private static final int NOT_FOUND = 127;

  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** The exit code of our check if the program is missing. */
  private static final int MISSING = 77;

  /** Longer commands are treated as scripts. */
  private static final int MAX_LENGTH = 2_000;

  /** A command with one of these is a script, not just commands joined by {@code &&}. */
  private static final String SCRIPT_CHARACTERS = "\n\r;|()<>`";

  private static final Pattern PROGRAM = Pattern.compile("[A-Za-z0-9_./:,@%+-]+");
  private static final Pattern ASSIGNMENT = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*=.*");

  private MissingProgram() {}

  /**
   * How a command ended: {@link CommandExit.NotFound} if its program is missing, which is checked
   * in the surroundings in which the command ran.
   *
   * @param ending the end that the executor reported
   */
  public static CommandExit judged(
      CommandExit ending, CommandRunner.Command command, CommandExecutor executor, RunLog log)
      throws IOException, InterruptedException {
    boolean isLikely = ending instanceof Exited exited && exited.code() == NOT_FOUND;
    Optional<String> program = isLikely ? programOf(command.shellCommand()) : Optional.empty();
    if (program.isEmpty()) {
      return ending;
    }
    String question =
        "command -v %s >/dev/null 2>&1 || exit %d"
            .formatted(ShellScript.quote(program.get()), MISSING);
    CommandRunner.Command asking =
        new CommandRunner.Command(
            command.run(),
            question,
            command.directory(),
            command.environment(),
            LIMIT,
            command.needs());
    CommandExit answer = executor.run(asking, log);
    boolean isMissing = answer instanceof Exited exited && exited.code() == MISSING;
    return isMissing ? new NotFound(program.get()) : ending;
  }

  /**
   * The program that a command begins with, {@code npm} of {@code npm ci && npm test}; empty for a
   * script.
   */
  static Optional<String> programOf(String shellCommand) {
    boolean isScript =
        shellCommand.length() > MAX_LENGTH
            || shellCommand.replace("&&", "").indexOf('&') >= 0
            || shellCommand.chars().anyMatch(each -> SCRIPT_CHARACTERS.indexOf(each) >= 0);
    if (isScript) {
      return Optional.empty();
    }
    return Stream.of(shellCommand.split("&&", 2)[0].strip().split("[ \\t]+"))
        .dropWhile(word -> ASSIGNMENT.matcher(word).matches())
        .findFirst()
        .filter(word -> PROGRAM.matcher(word).matches());
  }
}
