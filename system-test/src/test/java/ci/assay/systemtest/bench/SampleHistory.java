package ci.assay.systemtest.bench;

import ci.assay.model.CommitId;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A bare repository with a long history of small changes to 200 files, made by git fast-import. */
final class SampleHistory {

  private static final int FILES = 200;
  private static final int FILES_PER_FOLDER = 20;
  private static final int CHANGED_PER_COMMIT = 3;

  private final Path repository;
  private final List<CommitId> commits;

  private SampleHistory(Path repository, List<CommitId> commits) {
    this.repository = repository;
    this.commits = commits;
  }

  /** Creates {@code count} commits on refs/assay-bench/all; no branch contains them yet. */
  static SampleHistory create(Path folder, int count) throws IOException, InterruptedException {
    Files.createDirectories(folder);
    Shell.run(folder, "git", "init", "-q", "--bare", "--initial-branch=main", ".");
    Process imports =
        new ProcessBuilder("git", "fast-import", "--quiet").directory(folder.toFile()).start();
    try (Writer out = new OutputStreamWriter(imports.getOutputStream(), StandardCharsets.UTF_8)) {
      for (int number = 0; number < count; number++) {
        writeCommit(out, number);
      }
    }
    Shell.require(imports, "git fast-import");
    List<CommitId> commits =
        Shell.run(folder, "git", "rev-list", "--reverse", "refs/assay-bench/all")
            .lines()
            .map(CommitId::new)
            .toList();
    return new SampleHistory(folder, commits);
  }

  private static void writeCommit(Writer out, int number) throws IOException {
    out.write("commit refs/assay-bench/all\n");
    out.write("committer Bench <bench@example.org> " + (1_700_000_000 + number) + " +0000\n");
    data(out, "change " + number);
    int files = number == 0 ? FILES : CHANGED_PER_COMMIT;
    for (int i = 0; i < files; i++) {
      int file = number == 0 ? i : (number * 7 + i * 61) % FILES;
      out.write(
          "M 100644 inline folder-%02d/file-%03d.txt\n".formatted(file / FILES_PER_FOLDER, file));
      data(out, ("line of file " + file + " at change " + number + "\n").repeat(60));
    }
  }

  private static void data(Writer out, String text) throws IOException {
    out.write("data " + text.length() + "\n" + text + "\n");
  }

  Path repository() {
    return repository;
  }

  List<CommitId> commits() {
    return commits;
  }

  /** Moves the branch main to the commit with this index, like a push. */
  void push(int index) throws IOException, InterruptedException {
    Shell.run(repository, "git", "update-ref", "refs/heads/main", commits.get(index).value());
  }
}
