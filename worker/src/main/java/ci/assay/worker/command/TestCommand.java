package ci.assay.worker.command;

import ci.assay.common.InvalidInputException;
import ci.assay.common.Texts;
import ci.assay.model.Conclusion.Command;
import ci.assay.model.Conclusion.Source;
import ci.assay.model.Job;
import ci.assay.pipeline.ArtifactRule;
import ci.assay.pipeline.Cell;
import ci.assay.pipeline.PathFilter;
import ci.assay.pipeline.PipelineFile;
import ci.assay.pipeline.Step;
import ci.assay.worker.checkout.RefusedCommitException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What to run for a commit, and for how long.
 *
 * @param steps at least one, each with all variables that the commit gives it
 * @param kind where the steps came from
 * @param timeout the limit of all steps together
 * @param retries how many more tries there are if the tests fail
 * @param reports patterns of the test reports; null for those that are recognised by their names
 * @param wants what else the commit asks for
 */
public record TestCommand(
    List<Step> steps,
    Kind kind,
    Duration timeout,
    int retries,
    @Nullable PathFilter reports,
    Wants wants) {

  /**
   * What a commit asks for besides its commands.
   *
   * @param submodules whether to check out submodules
   * @param image the image of the container to run in; null for none
   * @param artifacts the files to keep; null for none
   * @param secrets the secrets that its commands need
   */
  public record Wants(
      boolean submodules,
      @Nullable String image,
      @Nullable ArtifactRule artifacts,
      PipelineFile.Secrets secrets) {}

  private static final String ONE = "test";

  /** A longer command is cut to this many bytes in the result. */
  private static final int LONGEST_TOLD = 4_096;

  /**
   * Where a command came from.
   *
   * @param isOne whether it is a single command, not a list of steps
   */
  public record Kind(boolean isOne, Source source) {}

  public TestCommand {
    steps = List.copyOf(steps);
  }

  /**
   * Chooses the command: from {@code .assay.yml}, else from the job, else by the kind of project.
   *
   * @param tree the commit's fresh work tree
   * @param longest the worker's own timeout
   * @throws RefusedCommitException when the commit's file is invalid, or no command is found
   */
  public static TestCommand choose(Job job, Path tree, Duration longest)
      throws IOException, RefusedCommitException {
    PipelineFile file = pipelineOf(tree);
    Duration timeout = file.timeout();
    if (timeout == null) {
      Duration asked = Duration.ofSeconds(job.timeoutSeconds());
      timeout = asked.compareTo(longest) < 0 ? asked : longest;
    }
    List<String> reports = file.files().reports();
    boolean isOne = file.commands().steps().isEmpty();
    Kind kind = new Kind(isOne, isOne ? sourceOf(job, file) : Source.FILE);
    return new TestCommand(
        steps(isOne ? List.of(one(job, tree, file)) : file.commands().steps(), job, file),
        kind,
        timeout,
        file.commands().retries(),
        reports.isEmpty() ? null : new PathFilter(reports),
        new Wants(
            file.submodules(),
            image(job, file),
            file.files().artifacts(),
            file.commands().secrets()));
  }

  private static @Nullable String image(Job job, PipelineFile file) throws RefusedCommitException {
    String written = file.commands().image();
    return written == null ? null : cell(job, file).fill(written);
  }

  private static Source sourceOf(Job job, PipelineFile file) {
    if (file.commands().test() != null) {
      return Source.FILE;
    }
    return job.test() != null ? Source.OPTION : Source.DETECTED;
  }

  /** Whether it is a single command, not a list of steps. */
  public boolean isOne() {
    return kind.isOne();
  }

  /** The text in the result: a line for each step. */
  public Command told() {
    String text = steps.stream().map(Step::run).collect(Collectors.joining("\n"));
    return new Command(Texts.cut(text, LONGEST_TOLD), kind.source());
  }

  private static List<Step> steps(List<Step> written, Job job, PipelineFile file)
      throws RefusedCommitException {
    Cell cell = cell(job, file);
    return written.stream().map(step -> filled(step, file.commands().env(), cell)).toList();
  }

  private static Step filled(Step step, Map<String, String> ofAll, Cell cell) {
    Map<String, String> env = new HashMap<>(cell.fill(ofAll));
    env.putAll(cell.environment());
    env.putAll(cell.fill(step.env()));
    return new Step(step.name(), cell.fill(step.run()), step.when(), step.timeout(), env);
  }

  /** Without a matrix, the job's variant may have any name. */
  private static Cell cell(Job job, PipelineFile file) throws RefusedCommitException {
    if (file.cells().equals(List.of(Cell.DEFAULT))) {
      return Cell.DEFAULT;
    }
    return file.cell(job.variant().name())
        .orElseThrow(
            () ->
                new RefusedCommitException(
                    "%s has no variant '%s': whoever queued this job does not know 'variants'; update the observer"
                        .formatted(PipelineFile.NAME, job.variant().name())));
  }

  private static Step one(Job job, Path tree, PipelineFile file) throws RefusedCommitException {
    String test = file.commands().test();
    return new Step(
        ONE, test != null ? test : command(job, tree), Step.When.PASSED, null, Map.of());
  }

  private static String command(Job job, Path tree) throws RefusedCommitException {
    String asked = job.test();
    if (asked != null) {
      return asked;
    }
    return CommandDetection.commandFor(tree)
        .orElseThrow(
            () ->
                new RefusedCommitException(
                    "found nothing to test: add a line such as 'test: make check' to %s, or give assay run, up or observer a --test"
                        .formatted(PipelineFile.NAME)));
  }

  private static PipelineFile pipelineOf(Path tree) throws IOException, RefusedCommitException {
    Path file = tree.resolve(PipelineFile.NAME);
    Path other = tree.resolve(PipelineFile.OTHER_NAME);
    if (Files.exists(other, LinkOption.NOFOLLOW_LINKS)) {
      if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        throw new RefusedCommitException(PipelineFile.TWO_FILES);
      }
      file = other;
    }
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return PipelineFile.NONE;
    }
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new RefusedCommitException(file.getFileName() + " is not a regular file");
    }
    try {
      long size = Files.size(file);
      if (size > PipelineFile.MAX_BYTES) {
        throw PipelineFile.tooLong(size);
      }
      return PipelineFile.parse(Files.readAllBytes(file));
    } catch (InvalidInputException e) {
      throw new RefusedCommitException(String.valueOf(e.getMessage()));
    }
  }
}
