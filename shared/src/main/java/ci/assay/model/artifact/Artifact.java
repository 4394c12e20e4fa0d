package ci.assay.model.artifact;

import ci.assay.common.InvalidInputException;
import ci.assay.common.Texts;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A file that a run left.
 *
 * @param path relative to the work tree, with {@code /}; never leads out of a folder
 * @param size in bytes
 * @param sha256 of its content, 64 lower-case hexadecimal digits
 * @param mediaType by its name, for people and downloads
 */
public record Artifact(String path, long size, String sha256, String mediaType) {

  /** The longest path, in bytes of UTF-8. */
  public static final int LONGEST_PATH = 512;

  /** The longest name of a file or folder in a path, in bytes of UTF-8. */
  public static final int LONGEST_NAME = 255;

  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern MEDIA_TYPE =
      Pattern.compile("[a-z0-9][a-z0-9.+-]{0,49}/[a-z0-9][a-z0-9.+-]{0,99}");
  private static final int LONGEST_QUOTE = 100;

  public Artifact {
    String problem = path == null ? "it has no path" : problemOf(path);
    if (problem != null) {
      throw new InvalidInputException(
          "artifact '%s': %s".formatted(Texts.line(String.valueOf(path), LONGEST_QUOTE), problem));
    }
    if (size < 0) {
      throw new InvalidInputException("artifact '%s' has the size %d".formatted(path, size));
    }
    if (sha256 == null || !SHA256.matcher(sha256).matches()) {
      throw new InvalidInputException("artifact '%s' has no SHA-256".formatted(path));
    }
    if (mediaType == null || !MEDIA_TYPE.matcher(mediaType).matches()) {
      throw new InvalidInputException("artifact '%s' has no media type".formatted(path));
    }
  }

  /** Why a path cannot be that of an artifact; null if it can. */
  public static @Nullable String problemOf(String path) {
    byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > LONGEST_PATH) {
      return "its path is longer than %d bytes".formatted(LONGEST_PATH);
    }
    if (path.indexOf('\uFFFD') >= 0 || !path.equals(new String(bytes, StandardCharsets.UTF_8))) {
      return "its path is not UTF-8";
    }
    if (path.indexOf('\\') >= 0 || path.codePoints().anyMatch(Artifact::isHidden)) {
      return "its path has a backslash or a control character";
    }
    for (String name : path.split("/", -1)) {
      if (name.isEmpty() || name.equals(".") || name.equals("..")) {
        return "its path is not one below the work tree";
      }
      if (isOfGit(name)) {
        return "git would take it for a repository of its own";
      }
      if (name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
        return "a name in its path is longer than %d bytes".formatted(LONGEST_NAME);
      }
    }
    return null;
  }

  /**
   * Whether git looks for a repository under such a name, on some file system: whoever downloads a
   * {@code .git} file or folder would have git run what it names. Trailing dots and blanks, and
   * what is after a colon, do not count on NTFS; there {@code git~1} is the short name.
   */
  private static boolean isOfGit(String name) {
    StringBuilder plain = new StringBuilder();
    name.codePoints()
        .filter(each -> Character.getType(each) != Character.FORMAT)
        .forEach(plain::appendCodePoint);
    String beginning = plain.toString().split(":", 2)[0].replaceFirst("[. ]+$", "");
    return beginning.equalsIgnoreCase(".git") || beginning.equalsIgnoreCase("git~1");
  }

  /** Line ends and other controls, and what changes the direction of writing. */
  private static boolean isHidden(int character) {
    int type = Character.getType(character);
    boolean joins = character == 0x200C || character == 0x200D; // as words and emoji need it
    return type == Character.CONTROL
        || (type == Character.FORMAT && !joins)
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR;
  }
}
