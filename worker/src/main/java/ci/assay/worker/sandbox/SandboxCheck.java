package ci.assay.worker.sandbox;

import ci.assay.program.Programs;
import ci.assay.worker.settings.Isolation.Network;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Checks whether this user can create sandboxes, and says what to do if not. */
public final class SandboxCheck {

  private static final int LIMIT_SECONDS = 10;
  private static final int LONGEST = 400;
  private static final String DEVICE = "/dev/net/tun";

  private static final List<String> TRY =
      List.of(
          "bwrap",
          "--unshare-pid",
          "--unshare-net",
          "--ro-bind",
          "/",
          "/",
          "--dev",
          "/dev",
          "--proc",
          "/proc",
          "--cap-drop",
          "ALL",
          "true");

  private static final String GET =
      "apt-get install bubblewrap slirp4netns, or what your system calls them";

  private SandboxCheck() {}

  /**
   * Runs bubblewrap, which must be installed, and checks what slirp4netns needs.
   *
   * @return the problem and what to do about it, in one line; empty if there is none
   */
  public static Optional<String> problem() throws InterruptedException {
    Optional<String> refused = refusal();
    if (refused.isEmpty() && !Files.isWritable(Path.of(DEVICE))) {
      refused = Optional.of(DEVICE + " may not be opened by this user, as slirp4netns does");
    }
    return refused.map(each -> each + "; " + mend(each));
  }

  /** Which program that a sandbox needs is not installed, in words; empty if all are. */
  static Optional<String> missing(Network network, Map<String, String> environment) {
    return (network == Network.OWN ? Stream.of("bwrap", "slirp4netns") : Stream.of("bwrap"))
        .filter(program -> Programs.find(program, environment).isEmpty())
        .findFirst()
        .map(program -> program + " is not installed");
  }

  private static Optional<String> refusal() throws InterruptedException {
    try {
      Process process = new ProcessBuilder(TRY).redirectErrorStream(true).start();
      try {
        process.getOutputStream().close();
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
          return Optional.of("bwrap does not come to an end");
        }
        String said =
            new String(process.getInputStream().readNBytes(LONGEST), StandardCharsets.UTF_8);
        return process.exitValue() == 0
            ? Optional.empty()
            : Optional.of(said.lines().findFirst().orElse("bwrap fails").strip());
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /** What to do about an error message of bubblewrap or slirp4netns. */
  static String mend(String problem) {
    if (problem.contains(DEVICE)) {
      return "chmod 666 " + DEVICE + ", or take --network none or host";
    }
    if (problem.contains("namespace") || problem.contains("uid map")) {
      return "let users make namespaces (sysctl kernel.unprivileged_userns_clone=1,"
          + " kernel.apparmor_restrict_unprivileged_userns=0, user.max_user_namespaces), or take --executor process";
    }
    return GET;
  }
}
