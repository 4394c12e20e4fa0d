package ci.assay.cli.command;

import ci.assay.cli.option.ConfigSource;
import ci.assay.cli.option.HelpOptions;
import ci.assay.cli.option.IsolationOptions;
import ci.assay.cli.option.LocalBrokerOptions;
import ci.assay.cli.option.LogLevel;
import ci.assay.cli.option.SecretSections;
import ci.assay.cli.process.CommandContext;
import ci.assay.cli.system.RangeRun;
import ci.assay.cli.value.Count;
import ci.assay.cli.value.RepositoryArgument;
import ci.assay.model.Job;
import ci.assay.model.Repository;
import ci.assay.observer.settings.JobTerms;
import ci.assay.worker.settings.Isolation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code assay run}. */
@Command(
    name = "run",
    description = {
      "Tests commits of a repository now, several at a time, each in a clean checkout. Brings its"
          + " own broker and leaves nothing running.",
      ""
    },
    footer = {
      "",
      "Exit code: 0 all passed, 1 some did not, 2 wrong usage, 3 could not run, 130 interrupted.",
      "",
      "Examples:  assay run                                  the last commit, here",
      "           assay run --commits HEAD~10.. ../bottle    the last ten",
      "           assay run --commits main..topic --test 'make check' ."
    })
public final class RunCommand implements Callable<Integer> {

  private final CommandContext context;
  private final ConfigSource config;

  @Mixin HelpOptions help = new HelpOptions();
  @Mixin LocalBrokerOptions broker = new LocalBrokerOptions();
  @Mixin IsolationOptions isolation = new IsolationOptions();

  @Option(
      names = "--commits",
      paramLabel = "RANGE",
      defaultValue = "HEAD",
      descriptionKey = "run-commits",
      description =
          "As git names them: A..B, HEAD~10.., one commit (default: HEAD). In the environment it is"
              + " ASSAY_RUN_COMMITS, in the file run-commits.")
  String commits = "HEAD";

  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "How many at a time (default: one per processor, at most one per commit).")
  @Nullable Count workers;

  @Option(
      names = "--test",
      paramLabel = "CMD",
      description = "What to run if a commit has no .assay.yml (default: detected).")
  @Nullable String test;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      defaultValue = "30m",
      description = "How long that may take if .assay.yml does not say (default: 30m).")
  Duration timeout = Job.DEFAULT_TIMEOUT;

  @Option(
      names = "--results",
      paramLabel = "DIR",
      descriptionKey = "run-results",
      description =
          "Where to store the results; commits that have a verdict there are not tested again"
              + " (default: a new folder under ~/.cache/assay/runs, of which 20 are kept).")
  @Nullable Path results;

  @Option(
      names = "--json",
      arity = "0..1",
      fallbackValue = "true",
      hideParamSyntax = true,
      description = "Prints each verdict as JSON on one line, and nothing else.")
  boolean json;

  @Parameters(
      paramLabel = "REPO",
      arity = "0..1",
      description = RepositoryArgument.DESCRIPTION + " The folder you are in by default.")
  @Nullable Repository repository;

  public RunCommand(CommandContext context, ConfigSource config) {
    this.context = context;
    this.config = config;
  }

  @Override
  public Integer call() throws Exception {
    LogLevel.quiet(context);
    JobTerms terms = new JobTerms(repository(), test, timeout, Job.DEFAULT_POOL).inOnePlace();
    RangeRun.Request request =
        new RangeRun.Request(
            terms,
            commits,
            new RangeRun.Runs(
                workers == null ? null : workers.value(),
                isolation.isolation(Isolation.Executor.PROCESS, List.of()),
                SecretSections.read(context, config)),
            results,
            json,
            broker.address());
    return new RangeRun(context, request).run();
  }

  private Repository repository() {
    return repository != null ? repository : RepositoryArgument.parse(context, ".");
  }
}
