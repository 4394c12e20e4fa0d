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
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The layout of a worker's folder. */
public record WorkFolder(Path root) {

  private static final Logger log = LoggerFactory.getLogger(WorkFolder.class);

  static final String TREE = "tree";
  static final String TEMPORARY = "tmp";
  static final String HOME = "home";

  /** The name of the real home, beside the one that is used, while that is a copy. */
  static final String KEPT = "kept";

  private static final Pattern SLOT = Pattern.compile("[1-9][0-9]*(\\.[1-9][0-9]*)?");

  /** How long a start may spend on deleting what an earlier one put aside. */
  private static final Duration SWEEP_LIMIT = Duration.ofSeconds(10);

  public Path lock() {
    return root.resolve(".lock");
  }

  public Path mirrors() {
    return root.resolve("mirrors");
  }

  /** The path of one repository in a slot, relative to the folder of slots and to that of homes. */
  Path place(Repository repository, int slot) {
    return Path.of(Integer.toString(slot), key(repository));
  }

  /** The folder in which the runs work; its content is deleted at the next start. */
  Path slots() {
    return root.resolve("slots");
  }

  /** Whether a folder has the name of a slot, of any generation. */
  static boolean isSlot(Path folder) {
    return SLOT.matcher(folder.getFileName().toString()).matches();
  }

  /**
   * The folder in which one slot's runs work.
   *
   * @param generation 1, or more if earlier ones cannot be used any more
   */
  Path slot(int slot, int generation) {
    return slots().resolve(generation == 1 ? "" + slot : slot + "." + generation);
  }

  /** The folder for files that were put aside, until they are deleted. */
  public Path aside() {
    return root.resolve("aside");
  }

  /** The home of one repository's runs in one slot, where what trusted runs cache is kept. */
  public Path home(Repository repository, int slot) {
    return homes().resolve(place(repository, slot)).resolve(HOME);
  }

  /** As {@link #home}, of runs that are given secrets; no other run sees or copies it. */
  public Path homeWithSecrets(Repository repository, int slot) {
    return homesWithSecrets().resolve(place(repository, slot)).resolve(HOME);
  }

  Path homes() {
    return root.resolve("homes");
  }

  Path homesWithSecrets() {
    return root.resolve("homes-with-secrets");
  }

  /** All folders of homes. */
  List<Path> allHomes() {
    return List.of(homes(), homesWithSecrets());
  }

  /**
   * The folder for an executor's own files, which no run sees.
   *
   * @param user what uses it: a slot's number, or another word
   */
  public Path executor(String user) {
    return executors().resolve(user);
  }

  private Path executors() {
    return root.resolve("executors");
  }

  public Path logs() {
    return root.resolve("logs");
  }

  /** Results that are not confirmed yet. */
  public Path spool() {
    return root.resolve("spool");
  }

  /**
   * Creates the root folder, so that it can be locked.
   *
   * @throws CannotRunException when it cannot be written
   */
  public void create() {
    try {
      PrivateFolder.take(root, log::warn, "spool", "slots");
    } catch (IOException e) {
      throw unusable(e);
    }
    if (!Files.isWritable(root)) {
      throw new CannotRunException(
          "work folder " + root + " is not writable; change its permissions or choose another");
    }
  }

  /**
   * Creates the folders below, and removes whatever a dead worker left. Only for the holder of the
   * lock.
   *
   * @throws CannotRunException when it cannot be written
   */
  public void prepare() {
    Quarantine quarantine = new Quarantine(this);
    try {
      makeUsable(quarantine, aside());
      long deadline = System.nanoTime() + SWEEP_LIMIT.toNanos();
      quarantine.sweep(() -> System.nanoTime() > deadline);
      takeAwaySlots(quarantine);
      takeAway(quarantine, executors());
      for (String each :
          List.of("shells", "trees", "tmp", "rehearsal")) { // of earlier versions, or cut short
        takeAway(quarantine, root.resolve(each));
      }
      for (Path each : List.of(slots(), homes(), homesWithSecrets(), mirrors(), logs(), spool())) {
        makeUsable(quarantine, each);
      }
    } catch (IOException e) {
      throw unusable(e);
    } finally {
      quarantine.close();
    }
  }

  /** A link is never followed as the folder of slots, because its content is deleted. */
  private void takeAwaySlots(Quarantine quarantine) {
    if (Files.isSymbolicLink(slots())) {
      log.warn(
          "{} is a link, which is not followed: put aside; to have the runs on another disk, take a work folder there",
          slots());
    }
    takeAway(quarantine, slots());
  }

  private static void takeAway(Quarantine quarantine, Path path) {
    try {
      quarantine.discard(path);
    } catch (IOException e) {
      log.warn("{} stays where it is: {}", path, FileTrouble.inWords(e));
    }
  }

  /** Accepts a link to a folder, so that a part of the work folder can be on another disk. */
  private void makeUsable(Quarantine quarantine, Path path) throws IOException {
    if (!Files.isDirectory(path) || !Files.isWritable(path) || !Files.isExecutable(path)) {
      quarantine.put(path, path, new IOException("it is not a folder that can be written"));
    }
    if (!Files.isDirectory(path)) { // createDirectories refuses a link to a folder
      Files.createDirectories(path);
    }
  }

  private CannotRunException unusable(IOException e) {
    return new CannotRunException(
        "work folder " + root + " cannot be used: " + FileTrouble.inWords(e), e);
  }

  /** Depends on the URL, so that another repository with the same name gets another folder. */
  static String key(Repository repository) {
    try {
      byte[] url = repository.url().getBytes(StandardCharsets.UTF_8);
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(url);
      return repository.name() + "-" + HexFormat.of().formatHex(hash, 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
