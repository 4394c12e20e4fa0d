package ci.assay.cli.pipeline;

import ci.assay.cli.console.PlainText;
import ci.assay.cli.option.HelpOptions;
import ci.assay.cli.process.CommandContext;
import ci.assay.cli.process.ExitCode;
import ci.assay.common.Durations;
import ci.assay.pipeline.Cell;
import ci.assay.pipeline.PipelineFile;
import ci.assay.pipeline.PipelineSchema;
import ci.assay.pipeline.Step;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code assay validate}. */
@Command(
    name = "validate",
    description = {"Reads an .assay.yml and says what would run, variant by variant.", ""},
    footer = {
      "",
      "Nothing is run. docs/pipeline.md has all keys; --schema prints their JSON Schema.",
      "Exit code: 0 right, 2 wrong, with line and column.",
      "",
      "Example:  assay validate"
    })
public final class ValidateCommand implements Callable<Integer> {

  private static final int LONGEST_COMMAND = 100;

  @Mixin HelpOptions help = new HelpOptions();

  @Option(
      names = "--schema",
      arity = "0..1",
      fallbackValue = "true",
      hideParamSyntax = true,
      description = "Prints the JSON Schema of the file, for editors, and reads none.")
  boolean schema;

  @Parameters(
      paramLabel = "FILE",
      arity = "0..1",
      description = "The file (default: .assay.yml or .assay.yaml in this folder).")
  @Nullable Path file;

  private final CommandContext context;

  public ValidateCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    PrintStream out = context.terminal().out();
    if (schema) {
      out.print(PipelineSchema.json());
      return ExitCode.OK;
    }
    PipelineFile pipeline =
        file == null ? WorkingFile.in(context.path(".")) : WorkingFile.read(file);
    print(out, pipeline);
    return ExitCode.OK;
  }

  private static void print(PrintStream out, PipelineFile pipeline) {
    List<Cell> cells = pipeline.cells();
    out.printf(
        "right; %s%s%n",
        cells.size() == 1 ? "1 job" : cells.size() + " jobs, one for each variant",
        pipeline.timeout() == null
            ? ""
            : ", each for " + Durations.text(pipeline.timeout()) + " at most");
    if (!pipeline.files().paths().isEmpty()) {
      out.println("skipped where nothing is touched of " + pipeline.files().paths());
    }
    if (pipeline.commands().retries() > 0) {
      out.printf("tried again %d more times when it failed%n", pipeline.commands().retries());
    }
    PipelineFile.Secrets secrets = pipeline.commands().secrets();
    if (!secrets.required().isEmpty()) {
      out.printf("needs the secrets %s of a worker%n", String.join(", ", secrets.required()));
    }
    if (!secrets.optional().isEmpty()) {
      out.printf(
          "has the secrets %s where a worker gives them%n", String.join(", ", secrets.optional()));
    }
    for (Cell cell : cells) {
      out.println();
      out.println(title(pipeline, cell));
      steps(pipeline, cell).forEach(out::println);
    }
  }

  private static String title(PipelineFile pipeline, Cell cell) {
    String pool = pipeline.pool();
    String image = pipeline.commands().image();
    return cell.name()
        + (cell.mayFail() ? "  may fail" : "")
        + (pool == null ? "" : "  pool " + cell.fill(pool))
        + (image == null ? "" : "  image " + cell.fill(image));
  }

  private static List<String> steps(PipelineFile pipeline, Cell cell) {
    PipelineFile.Commands commands = pipeline.commands();
    String all = variables(cell.environment(), cell.fill(commands.env()));
    String own = all.isEmpty() ? "" : "\n  env  " + all;
    if (commands.steps().isEmpty()) {
      String test = commands.test();
      return List.of(
          "  test  "
              + (test == null
                  ? "(what the observer's --test says, else what the worker detects)"
                  : line(cell.fill(test)))
              + own);
    }
    List<String> lines =
        commands.steps().stream().map(step -> line(cell, step)).collect(Collectors.toList());
    if (!own.isEmpty()) {
      lines.add(own.substring(1));
    }
    return lines;
  }

  private static String line(Cell cell, Step step) {
    String when =
        switch (step.when()) {
          case PASSED -> "";
          case FAILED -> " (after a failure)";
          case ALWAYS -> " (always)";
        };
    String limit =
        step.timeout() == null ? "" : " (%s at most)".formatted(Durations.text(step.timeout()));
    String env =
        step.env().isEmpty() ? "" : "  [" + variables(Map.of(), cell.fill(step.env())) + "]";
    return "  %s%s%s  %s%s".formatted(step.name(), when, limit, line(cell.fill(step.run())), env);
  }

  private static String variables(Map<String, String> ofCell, Map<String, String> env) {
    Map<String, String> all = new TreeMap<>(ofCell);
    all.putAll(env);
    return all.entrySet().stream()
        .map(each -> each.getKey() + "=" + line(each.getValue()))
        .collect(Collectors.joining(" "));
  }

  private static String line(String text) {
    String first = text.lines().findFirst().orElse("");
    String shown = PlainText.line(first);
    boolean isCut = text.lines().count() > 1 || shown.length() > LONGEST_COMMAND;
    return (shown.length() > LONGEST_COMMAND ? shown.substring(0, LONGEST_COMMAND) : shown)
        + (isCut ? " …" : "");
  }
}
