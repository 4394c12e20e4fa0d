package ci.assay.coordinator.store;

import ci.assay.model.CommitId;
import ci.assay.model.JobId;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The layout of a results folder: {@code <root>/<repository>/<commit>/<variant>/}, and {@code
 * reruns/<number>/} below that for reruns. Assay's own folders begin with a dot, which no
 * repository's name does.
 */
public record ResultsFolder(Path root) {

  static final String JOB = "job.json";
  public static final String RESULT = "result.json";
  public static final String VERDICT = "verdict.json";
  public static final String LOG = "log.txt";
  public static final String REFS = "refs.json";
  public static final String TESTS = "tests.jsonl";
  public static final String ATTEMPTS = "attempts.jsonl";
  static final String STARTS = ".starts";
  private static final String RERUNS = "reruns";

  public ResultsFolder {
    root = root.toAbsolutePath().normalize();
  }

  /** The folder for files that are being written. */
  public Path temporary() {
    return root.resolve(".tmp");
  }

  /** The file with the id of this results folder. */
  Path store() {
    return root.resolve(".store");
  }

  /** The folder for messages that could not be handled. */
  public Path dead() {
    return root.resolve(".dead");
  }

  /** The folder of a repository, with the folders of its commits. */
  public Path repository(String name) {
    return below(root, name);
  }

  public Path commit(String repository, CommitId commit) {
    return below(repository(repository), commit.value());
  }

  public Path commit(JobId id) {
    return commit(id.repository(), id.commit());
  }

  /** The folder of a variant, where its first job is stored. */
  Path variant(JobId id) {
    return below(commit(id), id.variant());
  }

  /** The folder of a job: that of its variant, or one below it for a rerun. */
  public Path job(JobId id) {
    return id.rerun() == 1
        ? variant(id)
        : variant(id).resolve(RERUNS).resolve(Integer.toString(id.rerun()));
  }

  /**
   * The folders of a variant's jobs, the latest rerun first; the first job's folder may be without
   * files.
   */
  public static List<Path> jobsOf(Path variant) throws IOException {
    Path reruns = variant.resolve(RERUNS);
    if (!Files.exists(reruns)) {
      return List.of(variant);
    }
    List<Path> jobs = new ArrayList<>(folders(reruns));
    jobs.removeIf(rerun -> !rerun.getFileName().toString().matches("[1-9][0-9]{0,8}"));
    jobs.sort((a, b) -> Integer.compare(number(b), number(a)));
    jobs.add(variant);
    return jobs;
  }

  private static int number(Path rerun) {
    return Integer.parseInt(rerun.getFileName().toString());
  }

  /** The subfolders of a folder, without those of Assay's own; none when it does not exist. */
  public static List<Path> folders(Path parent) throws IOException {
    List<Path> folders = list(parent);
    folders.removeIf(path -> path.getFileName().toString().startsWith("."));
    folders.removeIf(path -> !Files.isDirectory(path));
    return folders;
  }

  /** All entries of a folder; none when it does not exist. */
  public static List<Path> list(Path folder) throws IOException {
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      stream.forEach(entries::add);
    } catch (NoSuchFileException | NotDirectoryException e) {
      return entries;
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return entries;
  }

  /**
   * A second check against names that lead out of the folder; names are validated where they are
   * read.
   */
  private static Path below(Path parent, String name) {
    Path path = parent.resolve(name).normalize();
    if (!parent.equals(path.getParent())) {
      throw new IllegalArgumentException("'" + name + "' leaves the folder " + parent);
    }
    return path;
  }
}
