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
 * Tells a command whose program is not there from one that ended with the exit code 127 for another
 * reason, as a script does in which a later command is missing: that is the commit's own affair.
 */
public final class MissingProgram {

  /** What a shell exits with when it finds no such program. */
  private static final int NOT_FOUND = 127;

  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** What our question comes to where there is no such program. */
  private static final int MISSING = 77;

  /** Longer ones are taken for scripts. */
  private static final int LONGEST = 2_000;

  /** With one of these a command is more than some that each need the one before. */
  private static final String OF_SCRIPTS = "\n\r;|()<>`";

  private static final Pattern PROGRAM = Pattern.compile("[A-Za-z0-9_./:,@%+-]+");
  private static final Pattern ASSIGNMENT = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*=.*");

  private MissingProgram() {}

  /**
   * How a command ended, once it is known whether its program is there: asked in the same
   * surroundings as it had.
   *
   * @param ending what the executor said
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
   * The program that a command begins with, {@code npm} of {@code npm ci && npm test}; none for a
   * script.
   */
  static Optional<String> programOf(String shellCommand) {
    boolean isScript =
        shellCommand.length() > LONGEST
            || shellCommand.replace("&&", "").indexOf('&') >= 0
            || shellCommand.chars().anyMatch(each -> OF_SCRIPTS.indexOf(each) >= 0);
    if (isScript) {
      return Optional.empty();
    }
    return Stream.of(shellCommand.split("&&", 2)[0].strip().split("[ \\t]+"))
        .dropWhile(word -> ASSIGNMENT.matcher(word).matches())
        .findFirst()
        .filter(word -> PROGRAM.matcher(word).matches());
  }
}
