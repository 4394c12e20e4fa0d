package ci.assay.worker.folder;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Says what is wrong with a file. The messages of Java's exceptions are often only its path. */
public final class FileTrouble {

  private FileTrouble() {}

  /** One line with path, reason and, if it is another user's file, the owner. */
  public static String inWords(IOException e) {
    String file = e instanceof FileSystemException trouble ? trouble.getFile() : null;
    if (file == null) {
      String message = e.getMessage();
      return message == null ? e.toString() : message;
    }
    String words = "%s: %s".formatted(file, reason((FileSystemException) e));
    String owner = strangerAt(Path.of(file));
    return owner == null || words.contains(owner) ? words : words + ", " + owner;
  }

  /** An exception that says that a path cannot be deleted, and why. */
  static FileSystemException undeletable(Path path, IOException why) {
    String reason =
        why instanceof FileSystemException e ? reason(e) : String.valueOf(why.getMessage());
    String owner = strangerAt(path);
    String words = "cannot be deleted: " + reason + (owner == null ? "" : ", " + owner);
    FileSystemException trouble = new FileSystemException(path.toString(), null, words);
    trouble.initCause(why);
    return trouble;
  }

  private static String reason(FileSystemException e) {
    String reason = e.getReason();
    if (reason != null) {
      return reason;
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof NoSuchFileException) {
      return "not there";
    }
    if (e instanceof FileAlreadyExistsException || e instanceof NotDirectoryException) {
      return "something else is there";
    }
    return e.toString();
  }

  /** The owner of the file, or of its folder, if that is another user; else null. */
  private static @Nullable String strangerAt(Path path) {
    try {
      Object ours = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
      Path parent = path.getParent();
      for (Path each : parent == null ? new Path[] {path} : new Path[] {path, parent}) {
        boolean isThere = Files.exists(each, LinkOption.NOFOLLOW_LINKS);
        if (isThere
            && !ours.equals(Files.getAttribute(each, "unix:uid", LinkOption.NOFOLLOW_LINKS))) {
          String owner = Files.getOwner(each, LinkOption.NOFOLLOW_LINKS).getName();
          return "belongs to " + owner;
        }
      }
    } catch (IOException e) {
      return null;
    }
    return null;
  }
}
