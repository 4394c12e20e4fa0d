package ci.assay.git;

import java.io.File;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jgit.transport.SshSessionFactory;
import org.eclipse.jgit.transport.sshd.SshdSessionFactoryBuilder;

/** The user's SSH configuration in {@code ~/.ssh}: keys, {@code config} and known hosts. */
final class Ssh {

  private static final Map<File, SshSessionFactory> BY_HOME = new ConcurrentHashMap<>();

  private Ssh() {}

  /** Returns the factory of a home folder; the first call loads the SSH library. */
  static SshSessionFactory sessions(File home) {
    return BY_HOME.computeIfAbsent(
        home,
        any ->
            new SshdSessionFactoryBuilder()
                .setHomeDirectory(home)
                .setSshDirectory(new File(home, ".ssh"))
                .setPreferredAuthentications("publickey")
                .build(null));
  }
}
