package ci.assay.coordinator;

import ci.assay.model.Job;
import ci.assay.model.JobId;
import ci.assay.model.Result;
import ci.assay.model.Verdict;
import ci.assay.wire.Codec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

/** A result store on a folder, and what can be seen of it from outside. */
final class ResultsFixture implements VerdictListener {

  final ResultsFolder folders;
  final Disk disk;
  final ResultStore store;
  final DiskWatch watch;
  final Collection<Result> results = new ConcurrentLinkedQueue<>();
  final Collection<Verdict> verdicts = new ConcurrentLinkedQueue<>();

  ResultsFixture(Path root) {
    this.folders = new ResultsFolder(root);
    this.disk = new Disk(folders);
    this.store = new ResultStore(folders, disk, this, Duration.ZERO);
    this.watch = new DiskWatch(folders, disk);
    watch.requireWritable();
  }

  @Override
  public void resultStored(Result result) {
    results.add(result);
  }

  @Override
  public void verdictStored(Verdict verdict) {
    verdicts.add(verdict);
  }

  Path file(JobId id, String name) {
    return folders.job(id).resolve(name);
  }

  Result stored(Job job) throws IOException {
    return StoredResults.in(folders.job(job.id())).orElseThrow();
  }

  Verdict verdict(Job job) throws IOException {
    return Codec.decodeVerdict(
        Files.readAllBytes(folders.commit(job.id()).resolve(ResultsFolder.VERDICT)));
  }

  String log(Job job) throws IOException {
    return Files.readString(file(job.id(), ResultsFolder.LOG));
  }

  /** The names of all files below the commit's folder. */
  List<String> files(Job job) throws IOException {
    Path commit = folders.commit(job.id());
    try (Stream<Path> all = Files.walk(commit)) {
      return all.filter(Files::isRegularFile)
          .map(path -> commit.relativize(path).toString())
          .sorted()
          .toList();
    }
  }

  List<Path> temporaryFiles() throws IOException {
    return ResultsFolder.list(folders.temporary());
  }
}
