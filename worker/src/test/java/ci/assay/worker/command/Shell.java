package ci.assay.worker.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Does to real files what a run would do. */
public final class Shell {

  private static final String LISTING =
      "find . -path ./.git -prune -o -type f -printf '%P %y %m ' -exec git hash-object --no-filters {} ';'"
          + " -o -printf '%P %y %l\\n' | sed 's/ 6\\([0-7]\\)4 / 644 /; s/ 7\\([0-7]\\)5 / 755 /' | sort";

  private Shell() {}

  /** Runs a command in a folder, without any git configuration; its exit code is ignored. */
  public static String run(Path folder, String command) throws IOException, InterruptedException {
    return run(folder, command, "");
  }

  /** Every path with its type, its mode, and the hash of its content or its target. */
  public static List<String> listing(Path folder) throws IOException, InterruptedException {
    return new ArrayList<>(run(folder, LISTING).lines().toList());
  }

  /** Writes a tree that git itself would refuse. */
  public static String makeTree(Path gitFolder, String entries) {
    try {
      String raw =
          "perl -e 'foreach (<STDIN>) { /^(\\d+) \\w+ (\\w+)\\t(.*)$/; print \"$1 $3\\0\", pack(\"H*\", $2) }'"
              + " | git --git-dir . hash-object --literally -w -t tree --stdin";
      return run(gitFolder, raw, entries);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String run(Path folder, String command, String input)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder("sh", "-c", command).directory(folder.toFile());
    builder.environment().put("GIT_CONFIG_NOSYSTEM", "1");
    builder.environment().put("GIT_CONFIG_GLOBAL", "/dev/null");
    builder.environment().put("GIT_AUTHOR_NAME", "T");
    builder.environment().put("GIT_AUTHOR_EMAIL", "t@example.org");
    builder.environment().put("GIT_COMMITTER_NAME", "T");
    builder.environment().put("GIT_COMMITTER_EMAIL", "t@example.org");
    builder.environment().put("LC_ALL", "C.UTF-8");
    Process process = builder.redirectErrorStream(true).start();
    process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().close();
    byte[] output = process.getInputStream().readAllBytes();
    process.waitFor();
    return new String(output, StandardCharsets.UTF_8).strip();
  }
}
