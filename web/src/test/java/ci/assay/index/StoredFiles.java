package ci.assay.index;

import ci.assay.coordinator.store.ResultReader;
import ci.assay.message.RefTips;
import ci.assay.model.Change;
import ci.assay.model.CommitId;
import ci.assay.model.Conclusion;
import ci.assay.model.Execution;
import ci.assay.model.FileSummary;
import ci.assay.model.Findings;
import ci.assay.model.Job;
import ci.assay.model.JobId;
import ci.assay.model.Origin;
import ci.assay.model.Outcome;
import ci.assay.model.Repository;
import ci.assay.model.Result;
import ci.assay.model.Revision;
import ci.assay.model.RunId;
import ci.assay.model.Surroundings;
import ci.assay.model.Task;
import ci.assay.model.Variant;
import ci.assay.model.Verdict;
import ci.assay.model.artifact.Artifact;
import ci.assay.model.artifact.ArtifactList;
import ci.assay.model.artifact.ArtifactSummary;
import ci.assay.model.artifact.MediaTypes;
import ci.assay.model.artifact.StoredArtifacts;
import ci.assay.model.report.CaseOutcome;
import ci.assay.model.report.TestCase;
import ci.assay.wire.Codec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes a folder of result files like a coordinator. */
public final class StoredFiles {

  public static final Instant START = Instant.parse("2026-11-23T10:00:00Z");

  private final Path root;

  public StoredFiles(Path root) {
    this.root = root;
  }

  public Path root() {
    return root;
  }

  public ResultReader reader() {
    return new ResultReader(root);
  }

  /** The n-th commit of a repository. */
  public static CommitId commit(int n) {
    return new CommitId("%040x".formatted(n));
  }

  /** A job of the n-th commit, queued n seconds after the start. */
  public static Job job(String repository, int n, String ref, @Nullable String subject) {
    CommitId commit = commit(n);
    return new Job(
        JobId.of(repository, commit, "default"),
        new Revision(
            new Repository(repository, "/srv/git/" + repository),
            commit,
            commit(n + 1000),
            n == 0 ? List.of() : List.of(commit(n - 1)),
            ref),
        new Task(Variant.DEFAULT, 1, null, "default", 60),
        new Origin(
            START.plusSeconds(n),
            "push",
            subject == null ? null : new Change("A U Thor", START, subject)));
  }

  public static Result result(Job job, Outcome outcome, String summary, long logBytes) {
    Instant began = job.queuedAt().plusSeconds(1);
    return new Result(
        job.id(),
        new RunId("RUN" + job.commit().value().substring(30) + job.id().rerun(), 1),
        new Conclusion(
            outcome,
            null,
            outcome == Outcome.PASSED ? 0 : 1,
            summary,
            new Conclusion.Command("make test", Conclusion.Source.FILE)),
        new Execution(
            "host-1",
            job.queuedAt(),
            began,
            began.plusMillis(1500),
            Map.of("test", 1500L),
            new Surroundings("process")),
        new Findings(null, new FileSummary(logBytes, false, null), null),
        job);
  }

  /** Stores a job that is owed a result. */
  public Job owe(Job job) {
    write(folder(job), "job.json", Codec.encodePretty(job));
    return job;
  }

  /** Stores a job's result, its log and the commit's verdict. */
  public Result judge(Job job, Outcome outcome, String summary, String log) {
    owe(job);
    Result result = result(job, outcome, summary, log.length());
    write(folder(job), "result.json", Codec.encodePretty(result));
    write(folder(job), "log.txt", log.getBytes(StandardCharsets.UTF_8));
    Path commit = root.resolve(job.repository().name()).resolve(job.commit().value());
    write(commit, "verdict.json", Codec.encodePretty(Verdict.of(List.of(result))));
    return result;
  }

  /** Stores a job's result with test cases. */
  public Result judge(Job job, Outcome outcome, List<TestCase> cases) {
    owe(job);
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    cases.forEach(each -> lines.writeBytes(Codec.encodeLine(each)));
    Result plain = result(job, outcome, cases.size() + " tests", 0);
    Result result = plain.withFiles(FileSummary.EMPTY, new FileSummary(lines.size(), false, null));
    write(folder(job), "tests.jsonl", lines.toByteArray());
    write(folder(job), "log.txt", new byte[0]);
    write(folder(job), "result.json", Codec.encodePretty(result));
    Path commit = root.resolve(job.repository().name()).resolve(job.commit().value());
    write(commit, "verdict.json", Codec.encodePretty(Verdict.of(List.of(result))));
    return result;
  }

  /** Stores the result of a job whose run left these artifacts, by their paths. */
  public Result judge(Job job, Map<String, String> artifacts) {
    Result plain = judge(job, Outcome.PASSED, "fine", "");
    StringBuilder contents = new StringBuilder();
    List<Artifact> list = new ArrayList<>();
    artifacts.forEach(
        (path, content) -> {
          list.add(new Artifact(path, content.length(), "0".repeat(64), MediaTypes.of(path)));
          contents.append(content);
        });
    ArtifactList all = new ArtifactList(list);
    Result result = plain.withArtifacts(ArtifactSummary.of(all, 1, Duration.ofDays(1), null));
    write(folder(job), "result.json", Codec.encodePretty(result));
    write(folder(job), "artifacts.bin", contents.toString().getBytes(StandardCharsets.UTF_8));
    write(
        folder(job),
        "artifacts.json",
        Codec.jsonFile(StoredArtifacts.of(result.run(), all, START.plus(Duration.ofDays(1)))));
    return result;
  }

  /** Stores where the refs of a repository point, as a coordinator does with an observer's list. */
  public RefTips tips(String repository, long sequence, Map<String, CommitId> refs, int more) {
    RefTips tips = new RefTips(repository, sequence, refs, more, START.plusSeconds(sequence));
    write(root.resolve(repository), "refs.json", Codec.encodePretty(tips));
    return tips;
  }

  /** A test case of the class {@code pkg.Class}. */
  public static TestCase test(String name, CaseOutcome outcome) {
    return new TestCase(
        "pkg.Class", name, outcome, 12L, outcome.isBad() ? "it said no" : null, null);
  }

  private Path folder(Job job) {
    Path variant =
        root.resolve(job.repository().name())
            .resolve(job.commit().value())
            .resolve(job.variant().name());
    int rerun = job.id().rerun();
    return rerun == 1 ? variant : variant.resolve("reruns").resolve(Integer.toString(rerun));
  }

  private static void write(Path folder, String name, byte[] content) {
    try {
      Files.createDirectories(folder);
      Files.write(folder.resolve(name), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
