package ci.assay.coordinator.store;

import ci.assay.common.CannotRunException;
import ci.assay.common.InvalidInputException;
import ci.assay.coordinator.artifact.ArtifactFolder;
import ci.assay.coordinator.owed.JobRuns;
import ci.assay.message.RefTips;
import ci.assay.model.CommitId;
import ci.assay.model.Job;
import ci.assay.model.JobId;
import ci.assay.model.Result;
import ci.assay.model.State.Standing;
import ci.assay.model.Verdict;
import ci.assay.model.artifact.StoredArtifacts;
import ci.assay.model.report.TestCase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads the result files, even while a coordinator writes them, and in another process. Every
 * method throws {@link CannotRunException} when the folder cannot be read. Safe for use by many
 * threads.
 */
public final class ResultReader {

  private final ResultsFolder folders;

  /**
   * @param results the results folder; an empty or missing one has no results
   */
  public ResultReader(Path results) {
    this.folders = new ResultsFolder(results);
  }

  /** The names of the repositories with any stored jobs or results, sorted. */
  public List<String> repositories() {
    return reading(() -> names(ResultsFolder.folders(folders.root())));
  }

  /** The commits of a repository with any stored files; none when the repository is unknown. */
  public List<CommitId> commits(String repository) {
    return reading(
        () ->
            repositories().contains(repository)
                ? names(commits(List.of(repository))).stream().map(CommitId::new).toList()
                : List.of());
  }

  /** Where the refs of a repository point; empty when its observer has not reported that. */
  public Optional<RefTips> tips(String repository) {
    return reading(() -> StoredResults.tipsIn(folders.repository(repository)));
  }

  /**
   * Checks that a repository is known.
   *
   * @throws InvalidInputException when nothing is stored of it
   */
  public void requireKnown(String repository) {
    var unused = known(repository);
  }

  /** The latest verdicts of all repositories, newest first. */
  public List<Verdict> newest(int limit) {
    return reading(() -> VerdictFiles.newest(commits(repositories()), limit));
  }

  /**
   * The latest verdicts of one repository, newest first.
   *
   * @throws InvalidInputException when nothing is stored of the repository
   */
  public List<Verdict> newest(String repository, int limit) {
    return reading(() -> VerdictFiles.newest(commits(known(repository)), limit));
  }

  /** The verdict of a commit; empty when it has none. */
  public Optional<Verdict> verdict(String repository, CommitId commit) {
    return reading(() -> VerdictFiles.in(folders.commit(repository, commit)));
  }

  /** Everything that is stored of a commit; empty lists when nothing is. */
  public StoredCommit stored(String repository, CommitId commit) {
    return reading(() -> StoredCommit.in(folders.commit(repository, commit)));
  }

  /**
   * Calls {@code each} for every commit in whose folder something was stored since, by the file
   * system's clock; for all commits when {@code since} is {@link Instant#EPOCH}.
   */
  public void changedSince(Instant since, BiConsumer<String, CommitId> each) {
    FileTime from = FileTime.from(since);
    for (String repository : repositories()) {
      for (Path commit : reading(() -> commits(List.of(repository)))) {
        if (reading(() -> Files.getLastModifiedTime(commit)).compareTo(from) >= 0) {
          each.accept(repository, new CommitId(name(commit)));
        }
      }
    }
  }

  /** The result of this job, not of its reruns; empty when it has none. */
  public Optional<Result> result(JobId job) {
    return reading(() -> StoredResults.in(folders.job(job)));
  }

  /**
   * The state of this job, not of its reruns. It counts as running from its worker's report until a
   * result or another report: when the worker died, until the coordinator has noticed.
   */
  public Standing standing(JobId job) {
    Optional<Result> result = result(job);
    if (result.isPresent()) {
      return Standing.over(result.get().outcome());
    }
    return reading(() -> StartsFile.in(folders.job(job))).all().stream()
        .filter(JobRuns.OneRun::isOpen)
        .reduce((earlier, later) -> later)
        .filter(run -> run.startedAt() != null)
        .map(run -> Standing.running(run.worker(), Objects.requireNonNull(run.startedAt())))
        .orElse(Standing.WAITING);
  }

  /** The file with the log of this job, not of its reruns; exists when the job has a result. */
  public Path log(JobId job) {
    return folders.job(job).resolve(ResultsFolder.LOG);
  }

  /** The deciding results of a commit's variants, sorted by the variants' names. */
  public List<Result> results(String repository, CommitId commit) {
    return reading(
        () ->
            StoredResults.deciding(folders.commit(repository, commit)).stream()
                .sorted(Comparator.comparing(result -> result.id().variant()))
                .toList());
  }

  /** The jobs of all repositories that are owed a result, the longest waiting first. */
  public List<Job> pending() {
    return reading(() -> OwedJobs.in(commits(repositories())));
  }

  /**
   * The jobs of one repository that are owed a result, the longest waiting first.
   *
   * @throws InvalidInputException when nothing is stored of the repository
   */
  public List<Job> pending(String repository) {
    return reading(() -> OwedJobs.in(commits(known(repository))));
  }

  /**
   * The single commit of a repository whose id begins with {@code beginning}, judged or not.
   *
   * @throws InvalidInputException when there is no such commit, or several, or nothing is stored of
   *     the repository
   */
  public CommitId resolve(String repository, String beginning) {
    String digits = beginning.toLowerCase(Locale.ROOT);
    List<String> found =
        reading(() -> names(commits(known(repository)))).stream()
            .filter(name -> name.startsWith(digits))
            .toList();
    if (found.size() == 1) {
      return new CommitId(found.get(0));
    }
    throw new InvalidInputException(
        found.isEmpty()
            ? "commit '%s' of repository '%s' has no results; 'assay results %s' lists those that do"
                .formatted(beginning, repository, repository)
            : "commit '%s' of repository '%s' is ambiguous; give more digits of one of: %s"
                .formatted(beginning, repository, some(found)));
  }

  /**
   * The file with the log of a variant's deciding run.
   *
   * @throws InvalidInputException when there is no such variant, or it has no result
   */
  public Path log(String repository, CommitId commit, String variant) {
    return decidingFolder(repository, commit, variant).resolve(ResultsFolder.LOG);
  }

  /**
   * The test cases of a variant's deciding run, in the order in which the run reported them. Lines
   * of their file that are not test cases are left out.
   *
   * @throws InvalidInputException when there is no such variant, or it has no result
   */
  public List<TestCase> cases(String repository, CommitId commit, String variant) {
    Path file = decidingFolder(repository, commit, variant).resolve(ResultsFolder.TESTS);
    return reading(() -> StoredCases.in(file));
  }

  /** The test cases of this job, not of its reruns. */
  public List<TestCase> cases(JobId job) {
    return reading(() -> StoredCases.in(folders.job(job).resolve(ResultsFolder.TESTS)));
  }

  /**
   * As {@link #cases(JobId)}, but read one by one, as there may be so many that few such lists fit
   * into memory. The caller closes the stream.
   */
  public Stream<TestCase> openCases(JobId job) {
    return reading(() -> StoredCases.open(folders.job(job).resolve(ResultsFolder.TESTS)));
  }

  /** Passes on the test cases of this job, not of its reruns, one by one. */
  public void eachCase(JobId job, Consumer<TestCase> taker) {
    try (Stream<TestCase> cases = openCases(job)) {
      cases.forEach(taker);
    } catch (UncheckedIOException e) {
      reading(
          () -> {
            throw e.getCause();
          });
    }
  }

  /** The artifacts of this job, not of its reruns; empty when none are stored. */
  public Optional<StoredArtifacts> artifacts(JobId job) {
    return reading(() -> artifactsOf(job).read());
  }

  /** Where the artifacts of this job are. */
  public ArtifactFolder artifactsOf(JobId job) {
    return new ArtifactFolder(folders.job(job));
  }

  private Path decidingFolder(String repository, CommitId commit, String variant) {
    List<Path> variants = reading(() -> ResultsFolder.folders(folders.commit(repository, commit)));
    Path folder =
        variants.stream()
            .filter(path -> name(path).equals(variant))
            .findAny()
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        "commit %s of repository '%s' has no variant '%s'; it has: %s"
                            .formatted(commit, repository, variant, some(names(variants)))));
    return reading(() -> StoredResults.decidingFolder(folder))
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "variant '%s' of commit %s of repository '%s' has no result yet"
                        .formatted(variant, commit, repository)));
  }

  private List<String> known(String repository) {
    List<String> all = repositories();
    if (!all.contains(repository)) {
      throw new InvalidInputException(
          "repository '%s' has no results in %s; it has those of: %s"
              .formatted(repository, folders.root(), some(all)));
    }
    return List.of(repository);
  }

  /** The folders of the commits of these repositories; other entries are ignored. */
  private List<Path> commits(List<String> repositories) throws IOException {
    List<Path> commits = new ArrayList<>();
    for (String repository : repositories) {
      commits.addAll(ResultsFolder.list(folders.repository(repository)));
    }
    commits.removeIf(path -> !CommitId.isFull(name(path)));
    return commits;
  }

  private static List<String> names(List<Path> paths) {
    return paths.stream().map(ResultReader::name).sorted().toList();
  }

  private static String name(Path path) {
    return path.getFileName().toString();
  }

  private static String some(List<String> names) {
    return names.isEmpty()
        ? "none"
        : names.stream().limit(5).collect(Collectors.joining(", "))
            + (names.size() > 5 ? ", …" : "");
  }

  @FunctionalInterface
  private interface Reading<T> {
    T get() throws IOException;
  }

  private <T> T reading(Reading<T> what) {
    try {
      return what.get();
    } catch (IOException e) {
      throw new CannotRunException(
          "cannot read results in %s: %s".formatted(folders.root(), DiskWatch.explain(e)), e);
    }
  }
}
