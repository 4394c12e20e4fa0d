package ci.assay.cli.command;

import ci.assay.cli.console.IoTrouble;
import ci.assay.cli.console.LogPrinter;
import ci.assay.cli.option.HelpOptions;
import ci.assay.cli.option.ResultsOption;
import ci.assay.cli.option.ServerOption;
import ci.assay.cli.process.CommandContext;
import ci.assay.cli.process.ExitCode;
import ci.assay.common.CannotRunException;
import ci.assay.common.InvalidInputException;
import ci.assay.coordinator.store.ResultReader;
import ci.assay.model.CommitId;
import ci.assay.model.Result;
import ci.assay.model.Variant;
import ci.assay.web.api.ApiClient;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code assay log}. */
@Command(
    name = "log",
    description = {"Prints the output of a commit's run.", ""},
    footer = {"", "Example:  assay log bottle 4f1c0a | less -R"})
public final class LogCommand implements Callable<Integer> {

  private final CommandContext context;

  @Mixin HelpOptions help = new HelpOptions();
  @Mixin ResultsOption results;
  @Mixin ServerOption server = new ServerOption();

  @Option(
      names = {"-f", "--follow"},
      description = "Follows the output of a run until it ends; with --server.")
  boolean follow;

  @Parameters(index = "0", paramLabel = "REPOSITORY", description = "Its name.")
  String repository = "";

  @Parameters(index = "1", paramLabel = "COMMIT", description = "The beginning of its id.")
  String commit = "";

  @Parameters(
      index = "2",
      arity = "0..1",
      paramLabel = "VARIANT",
      description = "Which of its variants, where there is more than one.")
  @Nullable String variant;

  public LogCommand(CommandContext context) {
    this.context = context;
    this.results = new ResultsOption(context);
  }

  @Override
  public Integer call() throws InterruptedException {
    if (server.isMeant() || follow) {
      ask();
      return ExitCode.OK;
    }
    ResultReader reader = results.reader();
    CommitId id = reader.resolve(repository, commit);
    Path log = reader.log(repository, id, variant == null ? onlyVariant(reader, id) : variant);
    try (OutputStream out = printer()) {
      Files.copy(log, out);
    } catch (IOException e) {
      throw new CannotRunException("cannot read log '" + log + "': " + IoTrouble.inWords(e), e);
    }
    return ExitCode.OK;
  }

  /** As it is; to a terminal without what would move its cursor or set its title. */
  private OutputStream printer() {
    PrintStream out = context.terminal().out();
    return context.terminal().outIsTerminal()
        ? new LogPrinter(out, context.terminal().outStyle().colours())
        : new FilterOutputStream(out) {
          @Override
          public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
          }

          @Override
          public void close() throws IOException {
            flush(); // the process's own stays open
          }
        };
  }

  private void ask() throws InterruptedException {
    ApiClient client = server.client();
    String id =
        CommitId.isFull(commit) ? commit : client.commit(repository, commit).commit().commit();
    String which = variant == null ? Variant.DEFAULT.name() : variant;
    try (OutputStream out = printer()) {
      if (follow) {
        client.follow(repository, id, which, line -> print(line, out));
      } else {
        client.log(repository, id, which, out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void print(String line, OutputStream out) {
    try {
      out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String onlyVariant(ResultReader reader, CommitId id) {
    List<String> variants =
        reader.results(repository, id).stream()
            .map(Result::id)
            .map(each -> each.variant())
            .toList();
    if (variants.size() > 1 && !variants.contains(Variant.DEFAULT.name())) {
      throw new InvalidInputException(
          "commit %s has several variants, name one: %s"
              .formatted(id.abbreviated(), String.join(", ", variants)));
    }
    return variants.size() == 1 ? variants.get(0) : Variant.DEFAULT.name();
  }
}
