package ci.assay.worker.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What bubblewrap reports about a sandbox, in a file that no run can reach; see {@code
 * --json-status-fd} in its manual page.
 *
 * @param text what it has written so far
 */
record SandboxStatus(String text) {

  private static final Pattern EXIT_CODE = Pattern.compile("\"exit-code\":\\s*(\\d{1,3})\\b");
  private static final Pattern CHILD = Pattern.compile("\"child-pid\":\\s*(\\d{1,10})\\b");

  static SandboxStatus read(Path file) throws IOException {
    return new SandboxStatus(
        Files.exists(file) ? Files.readString(file, StandardCharsets.UTF_8) : "");
  }

  /** The exit code of the command; empty while it runs, or if unknown. */
  OptionalInt exitCode() {
    Matcher matcher = EXIT_CODE.matcher(text);
    return matcher.find()
        ? OptionalInt.of(Integer.parseInt(matcher.group(1)))
        : OptionalInt.empty();
  }

  /** The first process of the sandbox, by its id outside of it. */
  OptionalLong child() {
    Matcher matcher = CHILD.matcher(text);
    return matcher.find()
        ? OptionalLong.of(Long.parseLong(matcher.group(1)))
        : OptionalLong.empty();
  }
}
