package ci.assay.git;

import ci.assay.common.CannotRunException;
import ci.assay.common.FailureText;
import ci.assay.common.InvalidInputException;
import ci.assay.common.ProcessEnvironment;
import ci.assay.model.Repository;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jgit.lib.StoredConfig;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;

/**
 * The bare mirrors of repositories in one folder, one for each URL, kept between starts. Safe for
 * use by many threads; several stores and processes may share the folder.
 */
public final class MirrorStore implements AutoCloseable {

  private final Path root;
  private final FetchLimits limits;
  private final Credentials credentials;
  private final boolean borrows;
  private final HttpsTrust trust = new HttpsTrust(System::getenv);
  private final File home = new File(System.getProperty("user.home"));
  private final Map<GitUrl, Mirror> mirrors = new ConcurrentHashMap<>();

  /** A store with the default limits. */
  public MirrorStore(Path root) {
    this(root, FetchLimits.DEFAULT);
  }

  /** A store whose folder is created with the first mirror. */
  public MirrorStore(Path root, FetchLimits limits) {
    this(root, usualLogins(), false, limits);
  }

  private MirrorStore(Path root, Credentials credentials, boolean borrows, FetchLimits limits) {
    this.limits = limits;
    this.root = root.toAbsolutePath().normalize();
    this.credentials = credentials;
    this.borrows = borrows;
    JGitSettings.install();
  }

  /**
   * A store that sends no HTTPS login to any host, for repositories that a commit names: it can
   * fetch only what everybody may read. It must not be used for SSH URLs, where the user's keys
   * would be used.
   *
   * @param root a folder that no other kind of store uses
   */
  public static MirrorStore withoutLogins(Path root, FetchLimits limits) {
    return new MirrorStore(root, Credentials.none(), false, limits);
  }

  /**
   * A store whose mirrors of repositories on this machine do not copy objects but borrow those of
   * the repository itself. An object that the repository loses is lost for the mirror, too.
   */
  public static MirrorStore borrowing(Path root, FetchLimits limits) {
    return new MirrorStore(root, usualLogins(), true, limits);
  }

  private static Credentials usualLogins() {
    return new Credentials(name -> ProcessEnvironment.get().variable(name));
  }

  /**
   * The mirror of a repository; an empty one is created when there is none. Nothing is fetched.
   *
   * @throws InvalidInputException when the URL is not valid
   * @throws CannotRunException when the folder cannot be written
   */
  public Mirror mirrorOf(Repository repository) {
    return mirrors.computeIfAbsent(GitUrl.parse(repository.url()), this::open);
  }

  /** Closes every mirror; an operation that still uses one fails. */
  @Override
  public void close() {
    mirrors.values().forEach(Mirror::close);
    mirrors.clear();
  }

  /** The name of a mirror's folder: the repository's name, for people, and a hash of its URL. */
  static String folderName(GitUrl url) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(url.text().getBytes(StandardCharsets.UTF_8));
      return url.lastElement() + "-" + HexFormat.of().formatHex(hash, 0, 6) + ".git";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private Mirror open(GitUrl url) {
    Path folder = root.resolve(folderName(url));
    Path local = url.local();
    Remote remote =
        local == null
            ? new NetworkRemote(url.text(), credentials, trust, home, limits)
            : new LocalRemote(local, borrows, limits);
    try {
      Files.createDirectories(root);
      if (!Files.isDirectory(folder)) {
        create(folder, url);
      }
      MirrorRepository repository = new MirrorRepository(folder.toFile());
      return new Mirror(url.text(), folder, repository, remote);
    } catch (IOException e) {
      throw new CannotRunException(
          "mirror %s of repository %s cannot be used: %s; is its disk writable, or the mirror damaged?"
              .formatted(folder, url.text(), FailureText.of(e)),
          e);
    }
  }

  /**
   * Creates the mirror in a temporary folder and renames that, so that a mirror is complete or does
   * not exist.
   */
  private void create(Path folder, GitUrl url) throws IOException {
    try (MirrorLock lock = MirrorLock.acquire(root.resolve(".lock"))) {
      if (Files.isDirectory(folder)) {
        return;
      }
      Path aside = Files.createTempDirectory(root, ".new-");
      try (org.eclipse.jgit.lib.Repository empty =
          new FileRepositoryBuilder().setBare().setGitDir(aside.toFile()).build()) {
        empty.create(true);
        configure(empty.getConfig(), url);
      }
      Files.move(aside, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException("its file system cannot rename folders", e);
    }
  }

  /** Limits repacking to one thread and little memory, to leave the machine to the runs. */
  private static void configure(StoredConfig config, GitUrl url) throws IOException {
    config.setString("remote", "origin", "url", url.text());
    config.setBoolean("core", null, "logAllRefUpdates", false);
    config.setString("gc", null, "autoPackLimit", Integer.toString(Mirror.MANY_PACKS / 2));
    config.setString("gc", null, "pruneExpire", "2.weeks.ago");
    config.setString("pack", null, "threads", "1");
    config.setString("pack", null, "windowMemory", "16m");
    config.setBoolean("pack", null, "buildBitmaps", false);
    config.save();
  }
}
