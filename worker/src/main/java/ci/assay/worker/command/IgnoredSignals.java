package ci.assay.worker.command;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The signals that this process ignores because of how it was started: a shell makes background
 * processes ignore some, and so does {@code nohup}. Child processes inherit that. A test that sends
 * itself SIGINT would then fail because of how its worker was started.
 */
final class IgnoredSignals {

  private static final Logger log = LoggerFactory.getLogger(IgnoredSignals.class);
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String MASK = "SigIgn:";
  private static final long LIMIT_SECONDS = 10;

  /** The signals that parent processes make their children ignore, by number. */
  private static final Map<Integer, String> USUAL =
      new TreeMap<>(Map.of(1, "HUP", 2, "INT", 3, "QUIT", 15, "TERM"));

  private IgnoredSignals() {}

  /** The command prefix that makes a program ignore none of them; empty when none is ignored. */
  static List<String> undoing() {
    return Once.UNDOING;
  }

  /** They do not change while this process lives, so one look is enough. */
  private static final class Once {
    private static final List<String> UNDOING = find();

    private static List<String> find() {
      List<String> names = names();
      if (names.isEmpty()) {
        return List.of();
      }
      List<String> prefix = List.of("env", "--default-signal=" + String.join(",", names));
      if (works(prefix)) {
        return prefix;
      }
      log.warn(
          "runs ignore the signals {}, as this worker was started to; install coreutils 8.31 or later, or start it in the foreground",
          names);
      return List.of();
    }
  }

  private static List<String> names() {
    try (var lines = Files.lines(STATUS)) {
      long mask =
          lines
              .filter(line -> line.startsWith(MASK))
              .mapToLong(line -> Long.parseUnsignedLong(line.substring(MASK.length()).strip(), 16))
              .findFirst()
              .orElse(0);
      return USUAL.entrySet().stream()
          .filter(each -> (mask >> (each.getKey() - 1) & 1) == 1)
          .map(Map.Entry::getValue)
          .toList();
    } catch (IOException e) {
      log.debug("cannot read {}: {}", STATUS, e.toString());
      return List.of();
    }
  }

  private static boolean works(List<String> prefix) {
    try {
      Process process =
          new ProcessBuilder(prefix.get(0), prefix.get(1), "true")
              .redirectErrorStream(true)
              .redirectOutput(Redirect.DISCARD)
              .start();
      return process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
