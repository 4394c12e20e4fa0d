package ci.assay.notify.receiver;

import ci.assay.common.InvalidInputException;
import ci.assay.common.SecretFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * A file with a token, or with secrets, one per line. It is read at each use, so that a changed
 * file takes effect at once, and refused if anybody but its owner can read it. Immutable.
 */
public record SecretFile(Path path) {

  private static final long MAX_BYTES = 64 * 1024;

  /**
   * The only secret in the file.
   *
   * @throws InvalidInputException when the file has none or several, or others may read it
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
   * The secrets in the file, at least one, in its order, without blank lines and comments, which
   * begin with {@code #}.
   *
   * @throws InvalidInputException when the file has none, or others may read it
   */
  public List<String> all() {
    try {
      SecretFiles.requireOwnerOnly(path);
      if (Files.size(path) > MAX_BYTES) {
        throw new InvalidInputException(
            "'%s' has more than %d bytes; name another file".formatted(path, MAX_BYTES));
      }
      List<String> lines =
          Files.readString(path, StandardCharsets.UTF_8)
              .lines()
              .map(String::strip)
              .filter(line -> !line.isEmpty() && !line.startsWith("#"))
              .toList();
      if (lines.isEmpty() || lines.stream().anyMatch(SecretFile::hasNonAscii)) {
        throw new InvalidInputException(
            "'%s' has no secret, or something else in it; write one line of text".formatted(path));
      }
      return lines;
    } catch (NoSuchFileException e) {
      throw new InvalidInputException(
          "'%s' is not there; write the secret into it, mode 600".formatted(path), e);
    } catch (IOException e) {
      throw new InvalidInputException(
          "'%s' cannot be read; let this user read it".formatted(path), e);
    }
  }

  private static boolean hasNonAscii(String line) {
    return line.chars().anyMatch(each -> each < ' ' || each > '~');
  }
}
