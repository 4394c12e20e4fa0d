package ci.assay.git;

import ci.assay.common.FailureText;
import java.io.File;
import java.io.IOException;
import java.util.Set;
import org.eclipse.jgit.errors.ConfigInvalidException;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Restricts what JGit reads and writes outside of Assay's folders. From the git configuration of
 * the user and the machine only {@code http.*} is used; a file that cannot be parsed is ignored.
 * JGit would measure the time stamp resolution of file systems, which takes seconds and leaves
 * files in watched repositories and in the user's home; a safe constant replaces that. The user's
 * home is {@code HOME}, as for git; the JDK's {@code user.home} may differ.
 */
public final class JGitSettings extends SystemReader.Delegate {

  private static final Logger log = LoggerFactory.getLogger(JGitSettings.class);
  private static final Set<String> KEPT = Set.of("http");
  private static final File MACHINE = new File("/etc/gitconfig");

  private static boolean installed;

  private JGitSettings(SystemReader system) {
    super(system);
  }

  /**
   * Takes effect for the whole process; must be called before any other use of JGit. Later calls do
   * nothing.
   */
  public static synchronized void install() {
    if (!installed) {
      installed = true;
      SystemReader.setInstance(new JGitSettings(SystemReader.getInstance()));
      String home = System.getenv("HOME");
      if (home != null && !home.isEmpty()) {
        FS.DETECTED.setUserHome(new File(home));
      }
    }
  }

  /**
   * JGit uses this only in reflogs, which Assay does not keep, so it is not worth a DNS look-up.
   */
  @Override
  public String getHostname() {
    return "localhost";
  }

  @Override
  public FileBasedConfig openUserConfig(Config parent, FS fs) {
    String given = getenv("GIT_CONFIG_GLOBAL");
    File file = given != null ? new File(given) : new File(fs.userHome(), ".gitconfig");
    return new Restricted(parent, file, fs);
  }

  @Override
  public FileBasedConfig openSystemConfig(Config parent, FS fs) {
    return new Restricted(parent, getenv("GIT_CONFIG_NOSYSTEM") == null ? MACHINE : null, fs);
  }

  @Override
  public FileBasedConfig openJGitConfig(Config parent, FS fs) {
    return new Restricted(parent, null, fs);
  }

  private static final class Restricted extends FileBasedConfig {

    private final @Nullable File file;

    Restricted(Config parent, @Nullable File file, FS fs) {
      super(parent, file == null ? new File("/dev/null") : file, fs);
      this.file = file;
    }

    @Override
    public void load() {
      if (file == null) {
        return;
      }
      try {
        super.load();
      } catch (IOException | ConfigInvalidException e) {
        log.warn("git's configuration in {} is skipped: {}", file, FailureText.of(e));
        clear();
      }
      for (String section : Set.copyOf(getSections())) {
        if (!KEPT.contains(section)) {
          getSubsections(section).forEach(each -> unsetSection(section, each));
          unsetSection(section, null);
        }
      }
    }

    @Override
    public boolean isOutdated() {
      return file != null && super.isOutdated();
    }

    @Override
    public void save() {
      log.debug("not saved: {}", file);
    }

    /**
     * Answers the time stamp resolution of the file system with a coarse constant, which is always
     * safe.
     */
    @Override
    public @Nullable String getString(String section, @Nullable String subsection, String name) {
      if (section.equals("filesystem")) {
        return name.equals("timestampResolution") ? "1 second" : "0 seconds";
      }
      return super.getString(section, subsection, name);
    }
  }
}
