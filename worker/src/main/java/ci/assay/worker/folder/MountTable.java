package ci.assay.worker.folder;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is mounted, as {@code /proc/self/mountinfo} said at one moment. The device of a folder does
 * not tell a bind mount of the same file system; this does.
 *
 * @param points where something is mounted, as real paths
 */
public record MountTable(List<String> points) {

  private static final File FILE = new File("/proc/self/mountinfo");
  private static final int POINT = 4;
  private static final int OCTAL_DIGITS = 3;

  public MountTable {
    points = List.copyOf(points);
  }

  /**
   * Reads it anew; empty where the system has no such file.
   *
   * @throws IOException when it is there and cannot be read
   */
  public static MountTable read() throws IOException {
    if (!FILE.exists()) {
      return new MountTable(List.of());
    }
    try (InputStream content = new FileInputStream(FILE)) { // which no interrupt breaks off
      return parse(content.readAllBytes());
    }
  }

  static MountTable parse(byte[] content) {
    List<String> points = new ArrayList<>();
    // every byte is a character, until the escapes are gone
    for (String line : new String(content, StandardCharsets.ISO_8859_1).split("\n", -1)) {
      String[] fields = line.split(" ", POINT + 2);
      if (fields.length > POINT) {
        points.add(path(fields[POINT]));
      }
    }
    return new MountTable(points);
  }

  /** As the paths of Java are decoded. */
  private static String path(String escaped) {
    StringBuilder bytes = new StringBuilder(escaped.length());
    for (int i = 0; i < escaped.length(); i++) {
      char next = escaped.charAt(i);
      if (next == '\\' && i + OCTAL_DIGITS < escaped.length()) {
        bytes.append((char) Integer.parseInt(escaped.substring(i + 1, i + 1 + OCTAL_DIGITS), 8));
        i += OCTAL_DIGITS;
      } else {
        bytes.append(next);
      }
    }
    return new String(bytes.toString().getBytes(StandardCharsets.ISO_8859_1), ofPaths());
  }

  private static Charset ofPaths() {
    try {
      return Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      return StandardCharsets.UTF_8;
    }
  }

  /**
   * The first mount that is at this path or below it.
   *
   * @param real without links on its way
   */
  public Optional<Path> within(Path real) {
    String at = real.toString();
    String below = at.endsWith("/") ? at : at + "/";
    return points.stream()
        .filter(each -> each.equals(at) || each.startsWith(below))
        .findFirst()
        .map(Path::of);
  }

  /**
   * Whether something is mounted at the very path.
   *
   * @param real without links on its way
   */
  public boolean isAt(Path real) {
    return points.contains(real.toString());
  }
}
