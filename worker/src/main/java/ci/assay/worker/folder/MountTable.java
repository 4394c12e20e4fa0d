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
 * The mounts in {@code /proc/self/mountinfo} at one moment. Unlike the device of a folder, this
 * also shows bind mounts of the same file system.
 *
 * @param points the mount points, as real paths
 */
public record MountTable(List<String> points) {

  private static final File FILE = new File("/proc/self/mountinfo");
  private static final int POINT = 4;
  private static final int OCTAL_DIGITS = 3;

  public MountTable {
    points = List.copyOf(points);
  }

  /**
   * Reads the mounts; empty if the system has no such file.
   *
   * @throws IOException when the file exists but cannot be read
   */
  public static MountTable read() throws IOException {
    if (!FILE.exists()) {
      return new MountTable(List.of());
    }
    try (InputStream content = new FileInputStream(FILE)) { // not interruptible
      return parse(content.readAllBytes());
    }
  }

  static MountTable parse(byte[] content) {
    List<String> points = new ArrayList<>();
    // one character per byte, until the escapes are decoded
    for (String line : new String(content, StandardCharsets.ISO_8859_1).split("\n", -1)) {
      String[] fields = line.split(" ", POINT + 2);
      if (fields.length > POINT) {
        points.add(path(fields[POINT]));
      }
    }
    return new MountTable(points);
  }

  /** Decodes a path like Java decodes paths. */
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
   * The first mount at this path or below it.
   *
   * @param real a path without links in it
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
   * Whether something is mounted at exactly this path.
   *
   * @param real a path without links in it
   */
  public boolean isAt(Path real) {
    return points.contains(real.toString());
  }
}
