package ci.assay.coordinator;

import ci.assay.model.CannotRunException;
import ci.assay.model.CommitId;
import ci.assay.model.InvalidInputException;
import ci.assay.model.Job;
import ci.assay.model.Result;
import ci.assay.model.Verdict;
import ci.assay.wire.Codec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the result files, also while a coordinator writes them and in another process. Every method
 * throws {@link CannotRunException} when the folder can't be read. Safe for use by many threads.
 */
public final class ResultReader {

  private static final Logger log = LoggerFactory.getLogger(ResultReader.class);

  private static final Comparator<Verdict> NEWEST_FIRST =
      Comparator.comparing(Verdict::finishedAt).reversed().thenComparing(Verdict::commit);

  private final ResultsFolder folders;

  /**
   * @param results the folder; with nothing in it, or not there, it has no results
   */
  public ResultReader(Path results) {
    this.folders = new ResultsFolder(results);
  }

  /** The names of the repositories that have results or are owed some, in order. */
  public List<String> repositories() {
    return reading(
        () ->
            ResultsFolder.folders(folders.root()).stream()
                .map(ResultReader::name)
                .sorted()
                .toList());
  }

  /** The latest verdicts of all repositories, newest first. */
  public List<Verdict> newest(int limit) {
    return newest(repositories(), limit);
  }

  /**
   * The latest verdicts of one repository, newest first.
   *
   * @throws InvalidInputException when nothing is known of it
   */
  public List<Verdict> newest(String repository, int limit) {
    return newest(List.of(known(repository)), limit);
  }

  /** The verdict of a commit, if it has one. */
  public Optional<Verdict> verdict(String repository, CommitId commit) {
    return reading(() -> verdictIn(folders.commit(repository, commit)));
  }

  /**
   * The one commit of a repository whose id begins so.
   *
   * @throws InvalidInputException when there is none, or more than one, that is judged or owed
   */
  public CommitId resolve(String repository, String beginning) {
    List<String> found = commitsBeginning(known(repository), beginning);
    if (found.isEmpty()) {
      throw new InvalidInputException(
          "commit '%s' of repository '%s' has no results; 'assay results %s' lists those that do"
              .formatted(beginning, repository, repository));
    }
    if (found.size() > 1) {
      throw new InvalidInputException(
          "commit '%s' is ambiguous; give more of it: %s"
              .formatted(beginning, found.stream().limit(5).collect(Collectors.joining(", "))));
    }
    return new CommitId(found.get(0));
  }

  /** The deciding result of each variant of a commit that has one, by the variants' names. */
  public List<Result> results(String repository, CommitId commit) {
    return reading(
        () ->
            StoredResults.deciding(folders.commit(repository, commit)).stream()
                .sorted(Comparator.comparing(result -> result.id().variant()))
                .toList());
  }

  /** The jobs of all repositories that are owed a result, the longest waiting first. */
  public List<Job> pending() {
    return pending(repositories());
  }

  /**
   * The jobs of one repository that are owed a result, the longest waiting first.
   *
   * @throws InvalidInputException when nothing is known of it
   */
  public List<Job> pending(String repository) {
    return pending(List.of(known(repository)));
  }

  /**
   * The file with the log of a variant's deciding run.
   *
   * @throws InvalidInputException when that variant has no result
   */
  public Path log(String repository, CommitId commit, String variant) {
    List<Path> variants =
        reading(() -> ResultsFolder.folders(folders.commit(known(repository), commit)));
    Optional<Path> folder = variants.stream().filter(path -> name(path).equals(variant)).findAny();
    if (folder.isEmpty()) {
      throw new InvalidInputException(
          "commit %s of repository '%s' has no variant '%s'; it has: %s"
              .formatted(
                  commit.abbreviated(),
                  repository,
                  variant,
                  variants.stream().map(ResultReader::name).collect(Collectors.joining(", "))));
    }
    return reading(() -> StoredResults.decidingFolder(folder.get()))
        .map(job -> job.resolve(ResultsFolder.LOG))
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "commit %s of repository '%s' has no result of variant '%s' yet"
                        .formatted(commit.abbreviated(), repository, variant)));
  }

  private String known(String repository) {
    List<String> all = repositories();
    if (!all.contains(repository)) {
      throw new InvalidInputException(
          "repository '%s' has no results in %s; those that do: %s"
              .formatted(
                  repository, folders.root(), all.isEmpty() ? "none" : String.join(", ", all)));
    }
    return repository;
  }

  private List<Path> commits(String repository) throws IOException {
    return ResultsFolder.list(folders.repository(repository));
  }

  private List<String> commitsBeginning(String repository, String beginning) {
    return reading(
        () ->
            commits(repository).stream()
                .map(ResultReader::name)
                .filter(name -> !name.startsWith(".") && name.startsWith(beginning))
                .sorted()
                .toList());
  }

  /** Looks at each verdict's time, and reads only as many as are asked for. */
  private List<Verdict> newest(List<String> repositories, int limit) {
    return reading(
        () -> {
          List<Dated> dated = new ArrayList<>();
          for (String repository : repositories) {
            commits(repository).forEach(commit -> dated.add(Dated.of(commit)));
          }
          dated.removeIf(each -> each.modified() == 0);
          dated.sort(Comparator.comparingLong(Dated::modified).reversed());
          return read(dated, limit);
        });
  }

  private static List<Verdict> read(List<Dated> newestFirst, int limit) throws IOException {
    List<Verdict> verdicts = new ArrayList<>();
    for (Dated each : newestFirst) {
      if (verdicts.size() >= limit) {
        break;
      }
      verdictIn(each.commit()).ifPresent(verdicts::add);
    }
    verdicts.sort(NEWEST_FIRST);
    return List.copyOf(verdicts);
  }

  /** When a commit's verdict was last written; 0 without one. */
  private record Dated(Path commit, long modified) {
    static Dated of(Path commit) {
      return new Dated(commit, commit.resolve(ResultsFolder.VERDICT).toFile().lastModified());
    }
  }

  private List<Job> pending(List<String> repositories) {
    return reading(
        () -> {
          List<Job> owed = new ArrayList<>();
          for (String repository : repositories) {
            for (Path commit : commits(repository)) {
              if (!Files.exists(commit.resolve(ResultsFolder.VERDICT))) {
                addOwed(commit, owed);
              }
            }
          }
          owed.sort(Comparator.comparing(Job::queuedAt));
          return List.copyOf(owed);
        });
  }

  private static void addOwed(Path commit, List<Job> owed) throws IOException {
    for (Path variant : ResultsFolder.folders(commit)) {
      Path file = variant.resolve(ResultsFolder.JOB);
      if (Files.exists(file) && !Files.exists(variant.resolve(ResultsFolder.RESULT))) {
        owed.add(Codec.decodeFile(Files.readAllBytes(file), Job.class));
      }
    }
  }

  /** None, too, when what is there can't be read: a power cut may have emptied it. */
  private static Optional<Verdict> verdictIn(Path commit) throws IOException {
    Path file = commit.resolve(ResultsFolder.VERDICT);
    try {
      return Optional.of(Codec.decodeVerdict(Files.readAllBytes(file)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (InvalidInputException e) {
      log.warn("left out {}: {}", file, e.getMessage());
      return Optional.empty();
    }
  }

  private static String name(Path path) {
    return path.getFileName().toString();
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
