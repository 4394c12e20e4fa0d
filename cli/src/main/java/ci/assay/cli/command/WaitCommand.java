package ci.assay.cli.command;

import ci.assay.cli.console.PlainText;
import ci.assay.cli.option.CommitArguments;
import ci.assay.cli.option.HelpOptions;
import ci.assay.cli.option.ResultsOption;
import ci.assay.cli.option.ServerOption;
import ci.assay.cli.process.CommandContext;
import ci.assay.cli.process.ExitCode;
import ci.assay.common.CannotRunException;
import ci.assay.common.Durations;
import ci.assay.common.InvalidInputException;
import ci.assay.coordinator.store.ResultReader;
import ci.assay.coordinator.store.StoredCommit;
import ci.assay.model.CommitId;
import ci.assay.model.Job;
import ci.assay.model.JobId;
import ci.assay.model.Result;
import ci.assay.model.State.Standing;
import ci.assay.model.Verdict;
import ci.assay.web.api.ApiClient;
import ci.assay.web.api.ApiModels;
import ci.assay.wire.Codec;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code assay wait}. */
@Command(
    name = "wait",
    description = {"Waits until a commit has its verdict, which decides the exit code.", ""},
    footer = {
      "",
      "Also waits for a commit that is not known yet, and for a rerun that is under way. A server",
      "that has answered once may be away for a while.",
      "",
      "Exit code: 0 passed or skipped, 1 any other verdict, 2 wrong input, 3 no verdict in time, or",
      "no server or results folder to ask.",
      "",
      "Examples:  assay wait bottle 4f1c0a && ./deploy",
      "           assay wait --server https://ci.example.org --timeout 20m bottle \"$(git rev-parse HEAD)\""
    })
public final class WaitCommand implements Callable<Integer> {

  private static final Duration BETWEEN_FILES = Duration.ofMillis(250);
  private static final Duration BETWEEN_REQUESTS = Duration.ofSeconds(1);

  private final CommandContext context;

  @Mixin HelpOptions help = new HelpOptions();
  @Mixin CommitArguments about = new CommitArguments();
  @Mixin ResultsOption results;
  @Mixin ServerOption server = new ServerOption();

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      defaultValue = "1h",
      description = "How long to wait at most (default: 1h).")
  Duration timeout = Duration.ofHours(1);

  @Option(
      names = "--json",
      arity = "0..1",
      fallbackValue = "true",
      hideParamSyntax = true,
      description = "Prints the verdict as JSON on one line, as verdict.json has it.")
  boolean json;

  public WaitCommand(CommandContext context) {
    this.context = context;
    this.results = new ResultsOption(context);
  }

  /**
   * The state of the commit.
   *
   * @param verdict null until it is final
   * @param how the state in words, without a verdict
   */
  private record Found(@Nullable Verdict verdict, String how) {}

  /** Looks at the commit once. */
  @FunctionalInterface
  private interface Look {
    Found find() throws InterruptedException;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (!about.commit().toLowerCase(Locale.ROOT).matches("[0-9a-f]{1,64}")) {
      throw new InvalidInputException("'" + about.commit() + "' is not a commit id");
    }
    if (server.isMeant()) {
      ApiClient client = server.client();
      return await(new Patient(() -> find(client)), BETWEEN_REQUESTS);
    }
    ResultReader reader = results.reader();
    return await(() -> find(reader), BETWEEN_FILES);
  }

  private int await(Look look, Duration between) throws InterruptedException {
    long began = System.nanoTime();
    Found found = look.find();
    while (found.verdict() == null) {
      long left = timeout.toNanos() - (System.nanoTime() - began);
      if (left <= 0) {
        throw new CannotRunException(
            "commit %s of repository '%s' has no verdict after %s: it is %s"
                .formatted(
                    about.commit(), about.repository(), Durations.text(timeout), found.how()));
      }
      TimeUnit.NANOSECONDS.sleep(Math.min(left, between.toNanos()));
      found = look.find();
    }
    print(found.verdict());
    return found.verdict().outcome().isGood() ? ExitCode.OK : ExitCode.NOT_PASSED;
  }

  private void print(Verdict verdict) {
    context
        .terminal()
        .out()
        .println(
            json
                ? Codec.line(verdict)
                : "%s  %s %s  %s"
                    .formatted(
                        context.terminal().outStyle().outcome(verdict.outcome()),
                        verdict.repository(),
                        verdict.commit().abbreviated(),
                        PlainText.line(verdict.summary())));
  }

  private Found find(ResultReader reader) {
    String digits = about.commit().toLowerCase(Locale.ROOT);
    boolean isKnown =
        reader.commits(about.repository()).stream()
            .anyMatch(each -> each.value().startsWith(digits));
    if (!isKnown) {
      return UNKNOWN;
    }
    CommitId id = reader.resolve(about.repository(), digits);
    StoredCommit stored = reader.stored(about.repository(), id);
    Set<JobId> judged = stored.results().stream().map(Result::id).collect(Collectors.toSet());
    List<Job> owed = stored.jobs().stream().filter(job -> !judged.contains(job.id())).toList();
    return found(
        stored.verdict().orElse(null),
        owed.stream().map(job -> reader.standing(job.id())).toList());
  }

  private Found find(ApiClient client) throws InterruptedException {
    Optional<ApiModels.WholeCommit> known = client.find(about.repository(), about.commit());
    return known
        .map(
            whole ->
                found(
                    whole.verdict(),
                    whole.jobs().stream()
                        .filter(job -> job.outcome() == null)
                        .map(job -> new Standing(job.state(), job.worker(), job.startedAt()))
                        .toList()))
        .orElse(UNKNOWN);
  }

  private static final Found UNKNOWN = new Found(null, "not known here");

  /** The state from the verdict, if there is one, and the states of the jobs without a result. */
  private static Found found(@Nullable Verdict verdict, List<Standing> owed) {
    Optional<Standing> first =
        owed.stream().min((a, b) -> Boolean.compare(a.since() == null, b.since() == null));
    return new Found(first.isPresent() ? null : verdict, first.orElse(Standing.WAITING).text());
  }

  /** Tolerates that a server which answered once does not answer for a while. */
  private static final class Patient implements Look {
    private final Look look;
    private @Nullable Found last;

    Patient(Look look) {
      this.look = look;
    }

    @Override
    public Found find() throws InterruptedException {
      try {
        Found found = look.find();
        last = found;
        return found;
      } catch (CannotRunException e) {
        if (last == null) {
          throw e;
        }
        return last;
      }
    }
  }
}
