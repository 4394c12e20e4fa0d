package ci.assay.cli.option;

import ci.assay.cli.process.CommandContext;
import ci.assay.cli.settings.Setting;
import ci.assay.cli.value.Count;
import ci.assay.cli.value.Name;
import ci.assay.cli.value.RefGlob;
import ci.assay.cli.value.RepositoryArgument;
import ci.assay.common.InvalidInputException;
import ci.assay.git.RefGlobs;
import ci.assay.model.Job;
import ci.assay.model.Repository;
import ci.assay.observer.settings.CommitSelection;
import ci.assay.observer.settings.JobTerms;
import ci.assay.observer.settings.WatchedRepository;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How repositories are watched, unless {@code assay.yaml} has other settings for one. */
public final class WatchOptions {

  @Option(
      names = "--interval",
      paramLabel = "TIME",
      defaultValue = "5s",
      description = "How often each repository is polled (default: 5s).")
  Duration interval = Duration.ofSeconds(5);

  @Option(
      names = "--commits",
      paramLabel = "every|latest",
      defaultValue = "every",
      description = "Each new commit, oldest first, or only the newest of a ref (default: every).")
  CommitSelection commits = CommitSelection.EVERY;

  @Option(
      names = "--refs",
      paramLabel = "GLOB",
      split = ",",
      description =
          "Which refs; repeat it or separate by commas (default: " + RefGlobs.BRANCHES + ").")
  List<RefGlob> refs = List.of(new RefGlob(RefGlobs.BRANCHES));

  @Option(
      names = "--trusted",
      paramLabel = "GLOB",
      split = ",",
      description =
          "Refs whose runs may leave files in HOME for later runs (default: the default branch).")
  List<RefGlob> trusted = List.of();

  @Option(
      names = "--backlog",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "How many commits of each ref to test when a repository is new (default: 1, its tip).")
  Count backlog = new Count(1);

  @Option(
      names = "--test",
      paramLabel = "CMD",
      description = "What to run if a commit has no .assay.yml (default: the worker detects it).")
  @Nullable String test;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      defaultValue = "30m",
      description = "How long that may take if .assay.yml does not say (default: 30m).")
  Duration timeout = Job.DEFAULT_TIMEOUT;

  @Option(
      names = "--pool",
      paramLabel = "NAME",
      defaultValue = Job.DEFAULT_POOL,
      description = "The workers' pool to queue for (default: default).")
  Name pool = new Name(Job.DEFAULT_POOL);

  @Option(
      names = "--pools",
      paramLabel = "NAME",
      split = ",",
      description = "Other pools that a commit's .assay.yml may ask for (default: none).")
  List<Name> pools = List.of();

  /**
   * The repositories to watch: those on the command line or, without any, those in the file.
   *
   * @throws InvalidInputException with a line for each thing that is wrong
   */
  public List<WatchedRepository> watched(
      CommandContext context, List<String> typed, List<Map<String, Setting>> sections) {
    List<WatchedRepository> all =
        typed.isEmpty()
            ? new WatchedSections(context, this).read(sections)
            : typed.stream()
                .map(text -> RepositoryArgument.parse(context, text))
                .map(this::watched)
                .toList();
    if (all.isEmpty()) {
      throw new InvalidInputException(
          "no repository to watch: name one as REPO, or under repositories: in assay.yaml");
    }
    requireDistinctNames(all);
    return all;
  }

  /** Reads the repositories of the file again; as {@link #watched}, when none was typed. */
  public Supplier<List<WatchedRepository>> rereading(CommandContext context, ConfigSource config) {
    return () -> watched(context, List.of(), config.reread().repositories());
  }

  /** How long a run may take. */
  public Duration timeout() {
    return timeout;
  }

  /** One repository, watched with these options. */
  WatchedRepository watched(Repository repository) {
    return new WatchedRepository(
        new JobTerms(
            repository, test, timeout, pool.value(), pools.stream().map(Name::value).toList()),
        refs.stream().map(RefGlob::text).toList(),
        commits,
        backlog.value(),
        interval,
        trusted.stream().map(RefGlob::text).toList());
  }

  private static void requireDistinctNames(List<WatchedRepository> all) {
    Set<String> names = new TreeSet<>();
    List<String> twice = new ArrayList<>();
    for (WatchedRepository each : all) {
      if (!names.add(each.repository().name())) {
        twice.add(each.repository().name());
      }
    }
    if (!twice.isEmpty()) {
      throw new InvalidInputException(
          "two repositories are named '%s'; name one of them otherwise: NAME=REPO"
              .formatted(twice.get(0)));
    }
  }
}
