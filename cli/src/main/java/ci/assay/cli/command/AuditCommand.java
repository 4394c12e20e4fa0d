package ci.assay.cli.command;

import ci.assay.broker.BrokerAddress;
import ci.assay.broker.BrokerConnection;
import ci.assay.broker.BrokerProbe;
import ci.assay.broker.publish.ConfirmedPublisher;
import ci.assay.broker.publish.OutgoingMessage;
import ci.assay.cli.console.Table;
import ci.assay.cli.option.BrokerOptions;
import ci.assay.cli.option.HelpOptions;
import ci.assay.cli.option.JsonOption;
import ci.assay.cli.option.ResultsOption;
import ci.assay.cli.option.WatchOptions;
import ci.assay.cli.process.CommandContext;
import ci.assay.cli.process.ExitCode;
import ci.assay.cli.run.Subjects;
import ci.assay.cli.settings.ConfigFile;
import ci.assay.cli.value.RepositoryArgument;
import ci.assay.common.CannotRunException;
import ci.assay.coordinator.store.ResultReader;
import ci.assay.git.GitException;
import ci.assay.git.MirrorStore;
import ci.assay.model.CommitId;
import ci.assay.model.Job;
import ci.assay.model.State;
import ci.assay.model.State.Standing;
import ci.assay.observer.job.ExpectedJobs;
import ci.assay.observer.job.RangeJobs;
import ci.assay.observer.settings.WatchedRepository;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code assay audit}. */
@Command(
    name = "audit",
    description = {"Compares git's commits with the verdicts and shows what is missing.", ""},
    footer = {
      "",
      "A verdict is expected for each commit that an observer with the same options would have",
      "queued. Commits older than everything known of a repository are not expected: they are from",
      "before it was watched. If nothing is known, and with --backlog, the newest commits of each ref",
      "are expected; with --range, those of the range. Repositories can also be listed in assay.yaml.",
      "",
      "A commit whose job is waiting or running is shown, but is no gap.",
      "",
      "Exit code: 0 no gaps, or --fix has queued them; 1 gaps; 2 wrong input; 3 could not look.",
      "",
      "Examples:  assay audit ../bottle",
      "           assay audit --range v1.0..main ../bottle",
      "           assay audit --fix --test 'make check' ../bottle"
    })
public final class AuditCommand implements Callable<Integer> {

  private final CommandContext context;
  private final Supplier<ConfigFile> config;

  @Mixin HelpOptions help = new HelpOptions();
  @Mixin ResultsOption results;
  @Mixin BrokerOptions broker = new BrokerOptions();
  @Mixin WatchOptions watch = new WatchOptions();

  @Mixin JsonOption json = new JsonOption();

  @Option(
      names = "--range",
      paramLabel = "RANGE",
      description = "Which commits, as git names them: A..B, A.. or one commit.")
  @Nullable String range;

  @Option(
      names = "--fix",
      arity = "0..1",
      fallbackValue = "true",
      hideParamSyntax = true,
      description = "Queues a job for each gap; harmless if one is queued already.")
  boolean fix;

  @Parameters(
      paramLabel = "REPO",
      arity = "0..*",
      descriptionKey = "repo",
      split = ",",
      description = RepositoryArgument.DESCRIPTION)
  List<String> repositories = List.of();

  public AuditCommand(CommandContext context, Supplier<ConfigFile> config) {
    this.context = context;
    this.config = config;
    this.results = new ResultsOption(context);
  }

  /**
   * A commit without a verdict.
   *
   * @param jobs the jobs that it should have
   * @param standing the state of its jobs; null if it has none, which is a gap
   * @param isBegun whether some of its variants have results
   */
  private record Lack(List<Job> jobs, @Nullable Standing standing, boolean isBegun) {
    CommitId commit() {
      return jobs.get(0).commit();
    }

    boolean isGap() {
      return standing == null;
    }

    String words() {
      return standing != null ? standing.state().text() : isBegun ? "no verdict" : "no job";
    }
  }

  /** A row of the JSON output. */
  private record Row(
      String repository,
      String commit,
      @Nullable String subject,
      @Nullable State state,
      boolean gap) {}

  @Override
  public Integer call() throws Exception {
    BrokerAddress address = broker.address();
    List<WatchedRepository> watched =
        watch.watched(context, repositories, config.get().repositories());
    ResultReader reader = results.reader();
    int gaps = 0;
    try (MirrorStore mirrors = new MirrorStore(context.cacheFolder().resolve("audit"))) {
      for (WatchedRepository each : watched) {
        List<Job> missing = gaps(each, reader, mirrors);
        gaps += (int) missing.stream().map(Job::commit).distinct().count();
        if (fix && !missing.isEmpty()) {
          publish(address, missing);
        }
      }
    } catch (GitException e) {
      throw new CannotRunException(String.valueOf(e.getMessage()), e);
    }
    return gaps == 0 || fix ? ExitCode.OK : ExitCode.NOT_DONE;
  }

  private List<Job> gaps(WatchedRepository watched, ResultReader reader, MirrorStore mirrors)
      throws GitException {
    String name = watched.repository().name();
    List<Job> expected = expected(watched, reader, mirrors);
    List<Lack> lacks = new ArrayList<>();
    Map<CommitId, Standing> owed = new HashMap<>();
    if (reader.repositories().contains(name)) {
      reader
          .pending(name)
          .forEach(
              job ->
                  owed.merge(
                      job.commit(),
                      reader.standing(job.id()),
                      (one, other) -> one.state() == State.RUNNING ? one : other));
    }
    Map<CommitId, List<Job>> byCommit = new LinkedHashMap<>();
    expected.forEach(
        job -> byCommit.computeIfAbsent(job.commit(), any -> new ArrayList<>()).add(job));
    byCommit.forEach(
        (commit, jobs) -> {
          if (reader.verdict(name, commit).isEmpty()) {
            boolean isBegun = !reader.results(name, commit).isEmpty();
            lacks.add(new Lack(jobs, owed.get(commit), isBegun));
          }
        });
    print(name, byCommit.size(), lacks, Subjects.of(watched.repository(), expected, mirrors));
    return lacks.stream().filter(Lack::isGap).flatMap(each -> each.jobs().stream()).toList();
  }

  private List<Job> expected(WatchedRepository watched, ResultReader reader, MirrorStore mirrors)
      throws GitException {
    if (range == null) {
      return new ExpectedJobs(mirrors, context.clock())
          .jobs(watched, Set.copyOf(reader.commits(watched.repository().name())));
    }
    return new RangeJobs(mirrors, context.clock())
        .jobs(watched.terms(), range).stream()
            .map(job -> job.untrusted().withReason(ExpectedJobs.REASON))
            .toList();
  }

  private void print(String name, int looked, List<Lack> lacks, Subjects subjects) {
    PrintStream out = context.terminal().out();
    if (json.isGiven()) {
      JsonOption.print(lacks.stream().map(each -> row(name, each, subjects)).toList(), out);
      return;
    }
    Table table = new Table(context.terminal().columns(), false);
    lacks.forEach(
        each -> table.row(each.commit().abbreviated(), each.words(), subjects.of(each.commit())));
    table.lines().forEach(out::println);
    long gaps = lacks.stream().filter(Lack::isGap).count();
    long waiting = lacks.size() - gaps;
    out.printf(
        "%s: %d of %s without a verdict%s%s%n",
        name,
        gaps,
        looked == 1 ? "1 commit" : looked + " commits",
        waiting == 0
            ? ""
            : ", and %d more that %s waiting or running"
                .formatted(waiting, waiting == 1 ? "is" : "are"),
        gaps == 0 ? "" : fix ? "; queued" : "; --fix queues them");
  }

  private static Row row(String repository, Lack lack, Subjects subjects) {
    return new Row(
        repository,
        lack.commit().value(),
        subjects.of(lack.commit()),
        lack.standing() == null ? null : lack.standing().state(),
        lack.isGap());
  }

  private static void publish(BrokerAddress address, List<Job> jobs) throws Exception {
    Set<String> pools = jobs.stream().map(Job::pool).collect(Collectors.toSet());
    BrokerProbe.of(address, "assay audit", pools);
    try (BrokerConnection connection = BrokerConnection.forPublishing(address, "assay audit");
        ConfirmedPublisher publisher = new ConfirmedPublisher(connection, () -> pools)) {
      connection.start();
      publisher.start();
      publisher.publishAll(jobs.stream().map(OutgoingMessage::job).toList());
    }
  }
}
