package ci.assay.systemtest.bench;

import ci.assay.model.CommitId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The baseline: a loop as a person would write it in the shell. Each process has a clone of its
 * own, and for each of its commits runs checkout, clean, test, and writes the verdict.
 */
final class NativeLoop {

  private static final String LOOP =
      """
      while read -r commit; do
        git checkout -q -f "$commit" && git clean -q -f -d -x || exit 1
        if sh -c "$TEST" >"$OUT/$commit.log" 2>&1 </dev/null; then echo passed; else echo failed; fi \
          >"$OUT/$commit.verdict"
      done
      """;

  private final Path folder;
  private final List<Path> clones = new ArrayList<>();

  /** Clones {@code repository} once per process; not part of the time. */
  NativeLoop(Path folder, Path repository, int processes) throws IOException, InterruptedException {
    this.folder = Files.createDirectories(folder);
    for (int i = 0; i < processes; i++) {
      Shell.run(folder, "git", "clone", "-q", "--no-checkout", repository.toString(), "clone-" + i);
      Path clone = folder.resolve("clone-" + i);
      Shell.run(clone, "git", "fetch", "-q", "origin", "+refs/*:refs/bench/*");
      clones.add(clone);
    }
  }

  /** Tests the commits with {@code test}, distributed in turn; returns how long that took. */
  Duration run(List<CommitId> commits, String test) throws IOException, InterruptedException {
    Path out = Files.createTempDirectory(folder, "verdicts-");
    long start = System.nanoTime();
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < clones.size(); i++) {
      processes.add(start(clones.get(i), everyNth(commits, i), test, out));
    }
    for (Process process : processes) {
      Shell.require(process, "the native loop");
    }
    lastOutput = out;
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private Path lastOutput = Path.of("");

  /** The files of the verdicts of the last run. */
  List<Path> lastVerdicts(List<CommitId> commits) {
    return commits.stream().map(commit -> lastOutput.resolve(commit + ".verdict")).toList();
  }

  /** The verdict of the last run on a commit: {@code passed} or {@code failed}. */
  String verdict(CommitId commit) throws IOException {
    return Files.readString(lastOutput.resolve(commit + ".verdict")).strip();
  }

  private Process start(Path clone, List<CommitId> commits, String test, Path out)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder("bash", "-c", LOOP).directory(clone.toFile());
    builder.environment().put("TEST", test);
    builder.environment().put("OUT", out.toString());
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    Process process = builder.start();
    try (var input = process.outputWriter()) {
      input.write(
          commits.stream().map(CommitId::value).collect(Collectors.joining("\n", "", "\n")));
    }
    return process;
  }

  private List<CommitId> everyNth(List<CommitId> commits, int first) {
    List<CommitId> mine = new ArrayList<>();
    for (int i = first; i < commits.size(); i += clones.size()) {
      mine.add(commits.get(i));
    }
    return mine;
  }
}
