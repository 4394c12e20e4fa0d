package ci.assay.git;

import java.io.File;
import org.eclipse.jgit.transport.SshSessionFactory;
import org.eclipse.jgit.transport.sshd.SshdSessionFactoryBuilder;

/** The user's own SSH set-up, {@code ~/.ssh}: its keys, configuration and known hosts. */
final class Ssh {

  /** Loaded, and with it the SSH library, by the first repository that needs it. */
  static final SshSessionFactory SESSIONS =
      new SshdSessionFactoryBuilder()
          .setHomeDirectory(home())
          .setSshDirectory(new File(home(), ".ssh"))
          .setPreferredAuthentications("publickey")
          .build(null);

  private Ssh() {}

  private static File home() {
    return new File(System.getProperty("user.home"));
  }
}
