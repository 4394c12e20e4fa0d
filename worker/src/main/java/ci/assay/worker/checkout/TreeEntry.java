package ci.assay.worker.checkout;

import ci.assay.worker.checkout.WrittenEntry.FileNode;
import ci.assay.worker.checkout.WrittenEntry.FolderNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectChecker;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.treewalk.CanonicalTreeParser;

/** One entry of a git tree, under a name that may be written to a work tree. */
record TreeEntry(String name, FileMode mode, ObjectId id) {

  private static final int LONGEST_NAME = 255;
  private static final int LONGEST_PATH = 4_000;
  private static final ObjectChecker NAMES = new ObjectChecker();

  /**
   * Reads a tree.
   *
   * @param folder where the tree is to be written
   * @throws RefusedCommitException when a name in it would lead out of the work tree or into {@code
   *     .git}, or cannot be a file's name here
   */
  static Map<String, TreeEntry> read(ObjectReader objects, ObjectId tree, Path folder)
      throws IOException, RefusedCommitException {
    Map<String, TreeEntry> entries = new LinkedHashMap<>();
    CanonicalTreeParser parser = new CanonicalTreeParser(null, objects, tree);
    for (; !parser.eof(); parser.next()) {
      byte[] raw = Arrays.copyOfRange(parser.getEntryPathBuffer(), 0, parser.getEntryPathLength());
      String name = name(raw, folder);
      TreeEntry entry = new TreeEntry(name, parser.getEntryFileMode(), parser.getEntryObjectId());
      entry.requireKnownMode();
      if (entries.put(name, entry) != null) {
        throw new RefusedCommitException("the commit has the file name '" + name + "' twice");
      }
    }
    return entries;
  }

  private static String name(byte[] raw, Path folder) throws IOException, RefusedCommitException {
    String name = text(raw, "a file name in the commit");
    try {
      NAMES.checkPathSegment(raw, 0, raw.length);
      int length = folder.resolve(name).toString().length();
      if (raw.length > LONGEST_NAME || length > LONGEST_PATH) {
        throw new RefusedCommitException("the commit has a file name that is too long: " + name);
      }
    } catch (CorruptObjectException e) {
      throw new RefusedCommitException(
          "the commit has a file name that is not allowed: " + e.getMessage());
    } catch (InvalidPathException e) {
      throw unwritable("the file name '" + name + "'", e);
    }
    return name;
  }

  /**
   * The exception for a name that Java cannot write. It is the commit's fault only if Java writes
   * file names in UTF-8.
   *
   * @throws IOException when the cause is this worker's locale
   */
  static RefusedCommitException unwritable(String what, InvalidPathException failure)
      throws IOException {
    String encoding = System.getProperty("sun.jnu.encoding", "");
    if (!encoding.equalsIgnoreCase("UTF-8")) {
      throw new IOException(
          "%s cannot be written by this worker, whose file names are in %s; start it by the launcher 'assay', or with LC_ALL=C.UTF-8"
              .formatted(what, encoding),
          failure);
    }
    return new RefusedCommitException(
        "%s cannot be written: %s".formatted(what, failure.getReason()));
  }

  /** Decodes strictly as UTF-8: a name with replaced characters would be another file. */
  static String text(byte[] raw, String what) throws RefusedCommitException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(raw)).toString();
    } catch (CharacterCodingException e) {
      throw new RefusedCommitException(
          "%s is not UTF-8: '%s'".formatted(what, new String(raw, StandardCharsets.UTF_8)));
    }
  }

  private void requireKnownMode() throws RefusedCommitException {
    if (!isFolder()
        && !FileMode.REGULAR_FILE.equals(mode)
        && !FileMode.EXECUTABLE_FILE.equals(mode)
        && !FileMode.SYMLINK.equals(mode)) {
      throw new RefusedCommitException(
          "the commit's entry '%s' has the unknown mode %o".formatted(name, mode.getBits()));
    }
  }

  boolean isRegularFile() {
    return FileMode.REGULAR_FILE.equals(mode) || FileMode.EXECUTABLE_FILE.equals(mode);
  }

  boolean isFolder() {
    return FileMode.TREE.equals(mode) || FileMode.GITLINK.equals(mode);
  }

  /** Whether the old entry need not be deleted: it can stay, or be overwritten. */
  boolean canUse(WrittenEntry old) {
    return canReplace(old) || (old instanceof FileNode file && canRewrite(file));
  }

  /** Whether the old file can be overwritten with this entry's content. */
  boolean canRewrite(FileNode old) {
    return FileMode.REGULAR_FILE.equals(mode) && mode.equals(old.mode());
  }

  /** Whether the old entry can stay: a file as it is, a folder with changes inside. */
  boolean canReplace(WrittenEntry old) {
    if (old instanceof FileNode file) {
      return mode.equals(file.mode()) && id.equals(file.id());
    }
    return old instanceof FolderNode folder
        && (folder.submodule == null ? FileMode.TREE.equals(mode) : id.equals(folder.submodule));
  }
}
