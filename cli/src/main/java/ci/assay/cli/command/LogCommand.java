package ci.assay.cli.command;

import ci.assay.cli.console.IoTrouble;
import ci.assay.cli.console.LogPrinter;
import ci.assay.cli.console.PlainText;
import ci.assay.cli.option.CommitArguments;
import ci.assay.cli.option.HelpOptions;
import ci.assay.cli.option.ResultsOption;
import ci.assay.cli.option.ServerOption;
import ci.assay.cli.process.CommandContext;
import ci.assay.cli.process.ExitCode;
import ci.assay.common.CannotRunException;
import ci.assay.coordinator.store.ResultReader;
import ci.assay.model.CommitId;
import ci.assay.model.Conclusion;
import ci.assay.model.JobId;
import ci.assay.model.Outcome;
import ci.assay.model.Result;
import ci.assay.web.api.ApiClient;
import ci.assay.web.api.ApiModels;
import ci.assay.web.api.LatestJob;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code assay log}. */
@Command(
    name = "log",
    description = {"Prints the output of a commit's run.", ""},
    footer = {
      "",
      "Standard error names the command that ran and where it came from.",
      "Exit code: 0 the output was printed, 2 wrong input or no output yet, 3 could not.",
      "",
      "Example:  assay log bottle 4f1c0a | less -R"
    })
public final class LogCommand implements Callable<Integer> {

  /** How long to wait for the result after the end of the log. */
  private static final Duration STORING_LIMIT = Duration.ofSeconds(15);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

  private final CommandContext context;

  @Mixin HelpOptions help = new HelpOptions();
  @Mixin CommitArguments about = new CommitArguments();
  @Mixin ResultsOption results;
  @Mixin ServerOption server = new ServerOption();

  @Option(
      names = {"-f", "--follow"},
      description =
          "Follows the output of the latest run until it ends, or prints it whole when the run is"
              + " over; asks a server.")
  boolean follow;

  @Parameters(
      index = "2",
      arity = "0..1",
      paramLabel = "VARIANT",
      description = "Which of its variants, if it has more than one.")
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
    CommitId id = reader.resolve(about.repository(), about.commit());
    String which = chosen(reader, id);
    Path log = reader.log(about.repository(), id, which);
    reader.results(about.repository(), id).stream()
        .filter(result -> result.id().variant().equals(which))
        .forEach(this::tellCommand);
    try (OutputStream out = printer()) {
      Files.copy(log, out);
    } catch (IOException e) {
      throw new CannotRunException("cannot read log '" + log + "': " + IoTrouble.inWords(e), e);
    }
    return ExitCode.OK;
  }

  /** Prints the command of the run to standard error, so that a pipe gets only the run's output. */
  private void tellCommand(Result result) {
    context.terminal().err().println("[assay] " + whatRan(result));
  }

  private static String whatRan(Result result) {
    Conclusion.Command command = result.command();
    if (command == null) {
      String summary = PlainText.line(result.summary());
      return result.outcome() == Outcome.CANCELLED ? summary : "nothing ran: " + summary;
    }
    String first = command.text().lines().findFirst().orElse("");
    return "ran %s (%s)"
        .formatted(
            PlainText.line(first.equals(command.text().strip()) ? first : first + " …"),
            command.source().words());
  }

  /** Prints the log unchanged or, to a terminal, without control sequences other than colours. */
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
            flush(); // standard output stays open
          }
        };
  }

  private void ask() throws InterruptedException {
    ApiClient client = server.client();
    try (OutputStream out = printer()) {
      if (follow) {
        follow(client, out);
      } else {
        JobId id = JobId.parse(LatestJob.judged(known(client), variant).id());
        tellCommand(client, id);
        client.log(id, out);
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

  /**
   * Follows until the job has a result, also when its run is lost and another worker begins again.
   */
  private void follow(ApiClient client, OutputStream out) throws InterruptedException {
    ApiModels.Job job = LatestJob.of(known(client), variant);
    JobId id = JobId.parse(job.id());
    AtomicBoolean hasPrinted = new AtomicBoolean();
    while (job.outcome() == null) {
      client.follow(
          id,
          line -> {
            hasPrinted.set(true);
            print(line, out);
          });
      job = afterItsEnd(client, id, job);
    }
    tellCommand(client, id);
    if (!hasPrinted.get()) {
      client.log(id, out);
    }
  }

  private void tellCommand(ApiClient client, JobId id) throws InterruptedException {
    client.commit(id.repository(), id.commit().value()).results().stream()
        .filter(result -> result.id().equals(id))
        .forEach(this::tellCommand);
  }

  /** Waits for the result, which is stored soon after the last line unless the run was lost. */
  private static ApiModels.Job afterItsEnd(ApiClient client, JobId id, ApiModels.Job before)
      throws InterruptedException {
    ApiModels.Job job = before;
    long end = System.nanoTime() + STORING_LIMIT.toNanos();
    while (job.outcome() == null && System.nanoTime() - end < 0) {
      TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN.toMillis());
      job =
          client.commit(id.repository(), id.commit().value()).jobs().stream()
              .filter(each -> each.id().equals(id.toString()))
              .findFirst()
              .orElse(before);
    }
    return job;
  }

  private ApiModels.WholeCommit known(ApiClient client) throws InterruptedException {
    return client.commit(about.repository(), about.commit());
  }

  private String chosen(ResultReader reader, CommitId id) {
    return LatestJob.chosen(
        reader.results(about.repository(), id).stream().map(each -> each.id().variant()).toList(),
        id,
        variant);
  }
}
