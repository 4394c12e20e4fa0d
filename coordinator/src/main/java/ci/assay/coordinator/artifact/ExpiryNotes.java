package ci.assay.coordinator.artifact;

import ci.assay.common.InvalidInputException;
import ci.assay.model.JobId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Which jobs have artifacts to remove after which day: {@code .artifacts/<day>/<hash>} in the
 * results folder, a file for each job with its id. So nobody has to look at all results to find
 * them. A note that is wrong or left over does no harm: what {@code artifacts.json} says counts.
 */
public final class ExpiryNotes {

  private static final int LONGEST = 1_024;
  private static final int NAME_BYTES = 16;

  private final Path folder;

  /**
   * @param results the results folder
   */
  public ExpiryNotes(Path results) {
    this.folder = results.resolve(".artifacts");
  }

  /** The file of the note about a job. */
  public Path file(JobId job, Instant keptUntil) {
    byte[] hash = sha256(job.toString());
    return folder
        .resolve(LocalDate.ofInstant(keptUntil, ZoneOffset.UTC).toString())
        .resolve(HexFormat.of().formatHex(hash, 0, NAME_BYTES));
  }

  /** The content of that file. */
  public static byte[] content(JobId job) {
    return job.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** The job of a note; empty for a file that is none. */
  public static Optional<JobId> read(Path note) throws IOException {
    try {
      return Files.size(note) > LONGEST
          ? Optional.empty()
          : Optional.of(JobId.parse(Files.readString(note, StandardCharsets.UTF_8)));
    } catch (InvalidInputException | java.nio.charset.CharacterCodingException e) {
      return Optional.empty();
    }
  }

  /** Some of the notes whose days are over. Removes the folders of such days without notes. */
  public List<Path> due(Instant now, int most) throws IOException {
    LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> days = Files.newDirectoryStream(folder)) {
      for (Path day : days) {
        if (found.size() < most && isBefore(day, today)) {
          int before = found.size();
          add(day, most, found);
          if (found.size() == before) {
            Files.deleteIfExists(day);
          }
        }
      }
    } catch (NoSuchFileException e) {
      return found;
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return found;
  }

  private static boolean isBefore(Path day, LocalDate today) {
    try {
      return LocalDate.parse(day.getFileName().toString()).isBefore(today);
    } catch (DateTimeParseException e) {
      return false;
    }
  }

  private static void add(Path day, int most, List<Path> found) throws IOException {
    try (DirectoryStream<Path> notes = Files.newDirectoryStream(day)) {
      for (Path note : notes) {
        if (found.size() == most) {
          return;
        }
        found.add(note);
      }
    }
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
