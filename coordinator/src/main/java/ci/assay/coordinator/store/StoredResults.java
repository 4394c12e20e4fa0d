package ci.assay.coordinator.store;

import ci.assay.common.InvalidInputException;
import ci.assay.message.RefTips;
import ci.assay.model.Job;
import ci.assay.model.Result;
import ci.assay.wire.Codec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads {@code job.json}, {@code result.json} and {@code refs.json} files. */
public final class StoredResults {

  private static final Logger log = LoggerFactory.getLogger(StoredResults.class);

  /** The indented form of a list of refs is longer than its message: each ref has a line. */
  private static final long MAX_REFS_BYTES = 2L * Codec.MAX_REFS_BYTES;

  private StoredResults() {}

  /**
   * The result in a job's folder; empty when there is none.
   *
   * @throws InvalidInputException when the file exists but cannot be decoded
   */
  public static Optional<Result> in(Path job) throws IOException {
    Path file = job.resolve(ResultsFolder.RESULT);
    try {
      return Optional.of(Codec.decodeFile(Files.readAllBytes(file), Result.class));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (InvalidInputException e) {
      throw new InvalidInputException(file + ": " + e.getMessage(), e);
    }
  }

  /** The job in a job's folder; empty when there is none, or the file cannot be decoded. */
  public static Optional<Job> jobIn(Path job) throws IOException {
    Path file = job.resolve(ResultsFolder.JOB);
    try {
      return Optional.of(Codec.decodeFile(Files.readAllBytes(file), Job.class));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (InvalidInputException e) {
      log.warn("left out {}: {}", file, e.getMessage());
      return Optional.empty();
    }
  }

  /**
   * Where the refs of the repository with this folder point; empty when there is no file, or it
   * cannot be decoded: the observer sends the list again.
   */
  public static Optional<RefTips> tipsIn(Path repository) throws IOException {
    Path file = repository.resolve(ResultsFolder.REFS);
    try {
      if (Files.size(file) > MAX_REFS_BYTES) {
        throw new InvalidInputException("it is longer than a list of refs can be");
      }
      RefTips tips = Codec.decodeFile(Files.readAllBytes(file), RefTips.class);
      if (!tips.repository().equals(String.valueOf(repository.getFileName()))) {
        throw new InvalidInputException("it is about repository '" + tips.repository() + "'");
      }
      return Optional.of(tips);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (InvalidInputException e) {
      log.warn("left out {}: {}", file, e.getMessage());
      return Optional.empty();
    }
  }

  /**
   * The folder of a variant's deciding result: that of the highest rerun with a result; empty when
   * there is no result.
   */
  public static Optional<Path> decidingFolder(Path variant) throws IOException {
    for (Path job : ResultsFolder.jobsOf(variant)) {
      if (Files.exists(job.resolve(ResultsFolder.RESULT))) {
        return Optional.of(job);
      }
    }
    return Optional.empty();
  }

  /** The deciding results of a commit's variants. */
  static List<Result> deciding(Path commit) throws IOException {
    List<Result> results = new ArrayList<>();
    for (Path variant : ResultsFolder.folders(commit)) {
      Optional<Path> folder = decidingFolder(variant);
      if (folder.isPresent()) {
        in(folder.get()).ifPresent(results::add);
      }
    }
    return results;
  }
}
