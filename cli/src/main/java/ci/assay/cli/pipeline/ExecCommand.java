package ci.assay.cli.pipeline;

import ci.assay.cli.option.HelpOptions;
import ci.assay.cli.process.CommandContext;
import ci.assay.cli.process.ExitCode;
import ci.assay.common.InvalidInputException;
import ci.assay.pipeline.Cell;
import ci.assay.pipeline.PipelineFile;
import ci.assay.pipeline.Step;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code assay exec}. */
@Command(
    name = "exec",
    description = {"Runs the steps of .assay.yml here, in the working tree as it is.", ""},
    footer = {
      "",
      "Uses your own environment and tools; there is no clean checkout, sandbox or verdict. To run",
      "what a worker would run, use 'assay run'.",
      "Exit code: 0 all passed, 1 one did not, 2 wrong input.",
      "",
      "Example:  assay exec unit --variant 17-postgres"
    })
public final class ExecCommand implements Callable<Integer> {

  @Mixin HelpOptions help = new HelpOptions();

  @Option(
      names = "--variant",
      paramLabel = "NAME",
      description = "Which cell of the matrix (default: the first).")
  @Nullable String variant;

  @Parameters(
      paramLabel = "STEP",
      arity = "0..1",
      description = "The name of one step (default: all, as on a worker).")
  @Nullable String step;

  private final CommandContext context;

  public ExecCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws Exception {
    Path tree = context.path(".");
    PipelineFile pipeline = WorkingFile.in(tree);
    Cell cell = cell(pipeline);
    for (String secret : pipeline.commands().secrets().required()) {
      if (!context.environment().containsKey(secret)) {
        context.terminal().err().printf("secret %s is not in your environment%n", secret);
      }
    }
    boolean hasFailed = false;
    for (Step each : steps(pipeline)) {
      if (step != null || each.when().isMet(hasFailed)) {
        hasFailed |= !passes(each, pipeline, cell, tree);
      }
    }
    return hasFailed ? ExitCode.NOT_PASSED : ExitCode.OK;
  }

  private Cell cell(PipelineFile pipeline) {
    List<Cell> cells = pipeline.cells();
    return variant == null
        ? cells.get(0)
        : pipeline
            .cell(variant)
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        "there is no variant '%s'; there are %s"
                            .formatted(
                                variant,
                                cells.stream().map(Cell::name).collect(Collectors.joining(", ")))));
  }

  private List<Step> steps(PipelineFile pipeline) {
    PipelineFile.Commands commands = pipeline.commands();
    String test = commands.test();
    List<Step> all =
        test == null
            ? commands.steps()
            : List.of(new Step("test", test, Step.When.PASSED, null, Map.of()));
    if (all.isEmpty()) {
      throw new InvalidInputException(
          "%s has no command; add a line such as 'test: make check'".formatted(PipelineFile.NAME));
    }
    if (step == null) {
      return all;
    }
    List<Step> one = all.stream().filter(each -> each.name().equals(step)).toList();
    if (one.isEmpty()) {
      throw new InvalidInputException(
          "there is no step '%s'; there are %s"
              .formatted(step, all.stream().map(Step::name).collect(Collectors.joining(", "))));
    }
    return one;
  }

  private boolean passes(Step one, PipelineFile pipeline, Cell cell, Path tree)
      throws IOException, InterruptedException {
    PrintStream out = context.terminal().out();
    out.println("--- " + one.name());
    out.flush();
    ProcessBuilder command =
        new ProcessBuilder("sh", "-c", cell.fill(one.run())).directory(tree.toFile()).inheritIO();
    Map<String, String> environment = command.environment();
    environment.putAll(cell.fill(pipeline.commands().env()));
    environment.putAll(cell.environment());
    environment.put("ASSAY_VARIANT", cell.name());
    environment.putAll(cell.fill(one.env()));
    Duration limit = one.timeout() == null ? pipeline.timeout() : one.timeout();
    Process process = command.start();
    if (limit != null && !process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      out.printf("step '%s' timed out%n", one.name());
      return false;
    }
    int code = process.waitFor();
    if (code != 0) {
      out.printf("step '%s' ended with exit code %d%n", one.name(), code);
    }
    return code == 0;
  }
}
