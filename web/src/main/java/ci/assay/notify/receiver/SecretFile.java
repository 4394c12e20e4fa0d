package ci.assay.notify.receiver;

import ci.assay.common.InvalidInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Set;

/**
 * A file of a token or of secrets, one a line. It is read each time, so that a new one counts at
 * once, and only where no one but its owner can read it. Immutable.
 */
public record SecretFile(Path path) {

  private static final long MOST_BYTES = 64 * 1024;
  private static final Set<PosixFilePermission> OWNERS =
      Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  /**
   * The one secret that is in it.
   *
   * @throws InvalidInputException when there is none, or others may read it
   */
  public String one() {
    List<String> all = all();
    if (all.size() != 1) {
      throw new InvalidInputException(
          "'%s' has %d lines; leave the one with the secret".formatted(path, all.size()));
    }
    return all.get(0);
  }

  /**
   * The secrets that are in it, at least one, in its order; blank lines and those that begin with
   * {@code #} are none.
   *
   * @throws InvalidInputException when there is none, or others may read it
   */
  public List<String> all() {
    try {
      if (!OWNERS.containsAll(Files.getPosixFilePermissions(path))) {
        throw new InvalidInputException(
            "'%s' has a secret, and others may read it; say chmod 600 '%s'".formatted(path, path));
      }
      if (Files.size(path) > MOST_BYTES) {
        throw new InvalidInputException(
            "'%s' has more than %d bytes; name another file".formatted(path, MOST_BYTES));
      }
      List<String> lines =
          Files.readString(path, StandardCharsets.UTF_8)
              .lines()
              .map(String::strip)
              .filter(line -> !line.isEmpty() && !line.startsWith("#"))
              .toList();
      if (lines.isEmpty() || lines.stream().anyMatch(SecretFile::isStrange)) {
        throw new InvalidInputException(
            "'%s' has no secret, or something else in it; write one line of text".formatted(path));
      }
      return lines;
    } catch (NoSuchFileException e) {
      throw new InvalidInputException(
          "'%s' is not there; write the secret into it, mode 600".formatted(path), e);
    } catch (IOException | UnsupportedOperationException e) {
      throw new InvalidInputException(
          "'%s' cannot be read; let this user read it".formatted(path), e);
    }
  }

  private static boolean isStrange(String line) {
    return line.chars().anyMatch(each -> each < ' ' || each > '~');
  }
}
