package ci.assay.git;

import java.io.File;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jgit.transport.SshSessionFactory;
import org.eclipse.jgit.transport.sshd.SshdSessionFactoryBuilder;

/** A user's own SSH set-up, {@code ~/.ssh}: its keys, configuration and known hosts. */
final class Ssh {

  private static final Map<File, SshSessionFactory> BY_HOME = new ConcurrentHashMap<>();

  private Ssh() {}

  /** Loads the SSH library with the first repository that needs it. */
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
