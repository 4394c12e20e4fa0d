package ci.assay.worker.folder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * The attributes of a file, read without its content. A process cannot set the change time of a
 * file, so a file with an equal stamp is the file that we wrote, unless it was changed within the
 * same clock tick as our write; see {@link Trace#isOlderThan}.
 */
public record FileStamp(Trace trace, long size, long modifiedNanos, int user, int group) {

  private static final int DIRECTORY = 0040000;
  private static final String ATTRIBUTES = "unix:mode,size,dev,ino,lastModifiedTime,ctime,uid,gid";
  private static final String TRACE = "unix:mode,dev,ino,ctime";
  private static final int KIND = 0170000;
  private static final long CLOCK_TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  public static FileStamp of(Path path) throws IOException {
    Map<String, Object> all = Files.readAttributes(path, ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
    return new FileStamp(
        Trace.of(all),
        number(all, "size").longValue(),
        nanos(all, "lastModifiedTime"),
        number(all, "uid").intValue(),
        number(all, "gid").intValue());
  }

  /**
   * Identifies a file and its last change: nothing about a file changes without its change time.
   * Half as expensive as a whole stamp.
   */
  public record Trace(int mode, long device, long inode, long changedNanos) {

    public static Trace of(Path path) throws IOException {
      return of(Files.readAttributes(path, TRACE, LinkOption.NOFOLLOW_LINKS));
    }

    private static Trace of(Map<String, Object> all) {
      return new Trace(
          number(all, "mode").intValue(),
          number(all, "dev").longValue(),
          number(all, "ino").longValue(),
          nanos(all, "ctime"));
    }

    /** Whether it is the same directory, whatever its content, and not one mounted over it. */
    public boolean isSameDirectoryAs(FileStamp other) {
      return isDirectory(mode)
          && isDirectory(other.mode())
          && inode == other.inode()
          && device == other.trace().device();
    }

    /** Whether any change after {@code momentNanos} would have changed the change time. */
    public boolean isOlderThan(long momentNanos) {
      return changedNanos < momentNanos - CLOCK_TICK_NANOS;
    }
  }

  public int mode() {
    return trace.mode();
  }

  public long inode() {
    return trace.inode();
  }

  public long changedNanos() {
    return trace.changedNanos();
  }

  private static Number number(Map<String, Object> all, String name) {
    return (Number) Objects.requireNonNull(all.get(name));
  }

  private static long nanos(Map<String, Object> all, String name) {
    return ((FileTime) Objects.requireNonNull(all.get(name))).to(TimeUnit.NANOSECONDS);
  }

  private static boolean isDirectory(int mode) {
    return (mode & KIND) == DIRECTORY;
  }
}
