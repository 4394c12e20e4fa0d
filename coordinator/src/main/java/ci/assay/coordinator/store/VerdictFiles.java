package ci.assay.coordinator.store;

import ci.assay.common.InvalidInputException;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads {@code verdict.json} files. */
final class VerdictFiles {

  private static final Logger log = LoggerFactory.getLogger(VerdictFiles.class);

  private static final Comparator<Verdict> NEWEST_FIRST =
      Comparator.comparing(Verdict::finishedAt).reversed().thenComparing(Verdict::commit);

  private VerdictFiles() {}

  /**
   * The verdict in a commit's folder; empty when there is none, or the file cannot be decoded: a
   * power cut may have emptied it.
   */
  static Optional<Verdict> in(Path commit) throws IOException {
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

  /**
   * The latest verdicts, newest first. Checks the time of every file, but reads only as many as are
   * asked for.
   */
  static List<Verdict> newest(List<Path> commits, int limit) throws IOException {
    List<Dated> newestFirst = new ArrayList<>();
    commits.forEach(commit -> newestFirst.add(Dated.of(commit)));
    newestFirst.removeIf(dated -> dated.modified() == 0);
    newestFirst.sort(Comparator.comparingLong(Dated::modified).reversed());
    List<Verdict> verdicts = new ArrayList<>();
    for (Dated each : newestFirst) {
      if (verdicts.size() >= limit) {
        break;
      }
      in(each.commit()).ifPresent(verdicts::add);
    }
    verdicts.sort(NEWEST_FIRST);
    return List.copyOf(verdicts);
  }

  /** When a commit's verdict was last written, in milliseconds; 0 without one. */
  private record Dated(Path commit, long modified) {
    static Dated of(Path commit) {
      return new Dated(commit, commit.resolve(ResultsFolder.VERDICT).toFile().lastModified());
    }
  }
}
