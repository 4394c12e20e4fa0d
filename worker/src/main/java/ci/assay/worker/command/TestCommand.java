package ci.assay.worker.command;

import ci.assay.common.InvalidInputException;
import ci.assay.common.Texts;
import ci.assay.model.Conclusion.Command;
import ci.assay.model.Conclusion.Source;
import ci.assay.model.Job;
import ci.assay.pipeline.PipelineFile;
import ci.assay.worker.checkout.RefusedCommitException;
import ci.assay.worker.settings.WorkerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What to run at a commit and for how long.
 *
 * @param text given to {@code sh -c}
 * @param source where it came from
 * @param submodules whether the commit wants its submodules checked out
 */
public record TestCommand(String text, Source source, Duration timeout, boolean submodules) {

  /** Of a longer command the result has the beginning, as long as this in bytes. */
  private static final int LONGEST_TOLD = 4_096;

  /**
   * Chooses: {@code .assay.yml} first, then the job, then what we know of such projects.
   *
   * @param tree the commit's fresh work tree
   * @param longest the worker's own timeout
   * @throws RefusedCommitException when the commit's file is wrong or nothing to test is found
   */
  public static TestCommand choose(Job job, Path tree, Duration longest)
      throws IOException, RefusedCommitException {
    PipelineFile file = pipelineOf(tree);
    Duration timeout = file.timeout();
    if (timeout == null) {
      Duration asked = Duration.ofSeconds(job.timeoutSeconds());
      timeout = asked.compareTo(longest) < 0 ? asked : longest;
    } else if (timeout.compareTo(WorkerSettings.LONGEST_TIMEOUT) > 0) {
      throw new RefusedCommitException(PipelineFile.NAME + ": timeout is longer than 23h");
    }
    return choose(job, tree, file, timeout);
  }

  private static TestCommand choose(Job job, Path tree, PipelineFile file, Duration timeout)
      throws RefusedCommitException {
    if (file.test() != null) {
      return new TestCommand(file.test(), Source.FILE, timeout, file.submodules());
    }
    if (job.test() != null) {
      return new TestCommand(job.test(), Source.OPTION, timeout, file.submodules());
    }
    return new TestCommand(detected(tree), Source.DETECTED, timeout, file.submodules());
  }

  private static String detected(Path tree) throws RefusedCommitException {
    return CommandDetection.commandFor(tree)
        .orElseThrow(
            () ->
                new RefusedCommitException(
                    "found nothing to test: add a line such as 'test: make check' to %s, or start the observer with --test"
                        .formatted(PipelineFile.NAME)));
  }

  /** As the result tells it. */
  public Command told() {
    return new Command(Texts.cut(text, LONGEST_TOLD), source);
  }

  private static PipelineFile pipelineOf(Path tree) throws IOException, RefusedCommitException {
    Path file = tree.resolve(PipelineFile.NAME);
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return PipelineFile.NONE;
    }
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new RefusedCommitException(PipelineFile.NAME + " is not a regular file");
    }
    if (Files.size(file) > PipelineFile.MAX_BYTES) {
      throw new RefusedCommitException(
          "%s has %d bytes; at most %d are allowed"
              .formatted(PipelineFile.NAME, Files.size(file), PipelineFile.MAX_BYTES));
    }
    try {
      return PipelineFile.parse(Files.readAllBytes(file));
    } catch (InvalidInputException e) {
      throw new RefusedCommitException(String.valueOf(e.getMessage()));
    }
  }
}
