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
 * Keeps JGit from reading and writing what is not ours. Of the user's and the machine's git
 * configuration only {@code http.*} counts; a file that cannot be parsed counts for nothing. JGit's
 * measuring of the file system (seconds of work, probe files in watched repositories, a file in the
 * user's home) is replaced by a cautious constant. The user's home is {@code HOME}, as for git; the
 * JDK's may be another.
 */
public final class JGitSettings extends SystemReader.Delegate {

  private static final Logger log = LoggerFactory.getLogger(JGitSettings.class);
  private static final Set<String> KEPT = Set.of("http");
  private static final File MACHINE = new File("/etc/gitconfig");

  private static boolean installed;

  private JGitSettings(SystemReader system) {
    super(system);
  }

  /** Takes effect once for the whole process; call it before any other use of JGit. */
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

  /** Only for logs of ref changes, which we do not keep: no look-up in the DNS for it. */
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

    /** How finely the file system keeps times: taken as coarse, which is always safe. */
    @Override
    public @Nullable String getString(String section, @Nullable String subsection, String name) {
      if (section.equals("filesystem")) {
        return name.equals("timestampResolution") ? "1 second" : "0 seconds";
      }
      return super.getString(section, subsection, name);
    }
  }
}
