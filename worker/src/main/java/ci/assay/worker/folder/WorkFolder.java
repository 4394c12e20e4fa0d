package ci.assay.worker.folder;

import ci.assay.common.CannotRunException;
import ci.assay.common.PrivateFolder;
import ci.assay.model.Repository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is where in a worker's folder. */
public record WorkFolder(Path root) {

  private static final Logger log = LoggerFactory.getLogger(WorkFolder.class);

  public Path lock() {
    return root.resolve(".lock");
  }

  public Path mirrors() {
    return root.resolve("mirrors");
  }

  /** Where, among the trees as among the homes, those of one repository in one slot are. */
  Path place(Repository repository, int slot) {
    return Path.of(key(repository), Integer.toString(slot));
  }

  /** The work tree of one repository in one slot. */
  public Path tree(Repository repository, int slot) {
    return trees().resolve(place(repository, slot)).resolve("tree");
  }

  Path trees() {
    return root.resolve("trees");
  }

  /** The home of one repository's runs in one slot: what they cache there stays. */
  public Path home(Repository repository, int slot) {
    return homes().resolve(place(repository, slot));
  }

  Path homes() {
    return root.resolve("homes");
  }

  /** The temporary folder of one slot's runs. */
  public Path temporary(int slot) {
    return temporary().resolve(Integer.toString(slot));
  }

  /**
   * For the files of a shell that runs commands.
   *
   * @param user who uses it: a slot's number, or another word
   */
  public Path shell(String user) {
    return shells().resolve(user);
  }

  private Path shells() {
    return root.resolve("shells");
  }

  /** What is in it is thrown away at the next start. */
  Path temporary() {
    return root.resolve("tmp");
  }

  public Path logs() {
    return root.resolve("logs");
  }

  /** Results that are not confirmed yet. */
  public Path spool() {
    return root.resolve("spool");
  }

  /**
   * Makes the folder, so that it can be locked.
   *
   * @throws CannotRunException when it cannot be written
   */
  public void create() {
    try {
      PrivateFolder.take(root, log::warn, "spool", "trees", "shells");
    } catch (IOException e) {
      throw unusable(e);
    }
    if (!Files.isWritable(root)) {
      throw new CannotRunException("work folder " + root + " is not writable; mend or choose one");
    }
  }

  /**
   * Makes the rest, and clears away what a dead predecessor left; for the lock's holder only.
   *
   * @throws CannotRunException when it cannot be written
   */
  public void prepare() {
    try {
      FileTree.delete(temporary());
      FileTree.delete(shells());
      Files.createDirectories(temporary());
      Files.createDirectories(logs());
      Files.createDirectories(spool());
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  private CannotRunException unusable(IOException e) {
    return new CannotRunException("work folder " + root + " cannot be used: " + e, e);
  }

  /** By the URL, so that no other repository that took the same name gets at it. */
  private static String key(Repository repository) {
    try {
      byte[] url = repository.url().getBytes(StandardCharsets.UTF_8);
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(url);
      return repository.name() + "-" + HexFormat.of().formatHex(hash, 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
