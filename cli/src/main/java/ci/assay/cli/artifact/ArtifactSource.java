package ci.assay.cli.artifact;

import ci.assay.common.InvalidInputException;
import ci.assay.coordinator.store.ResultReader;
import ci.assay.model.CommitId;
import ci.assay.model.JobId;
import ci.assay.model.Result;
import ci.assay.model.artifact.Artifact;
import ci.assay.model.artifact.ArtifactSummary;
import ci.assay.model.artifact.StoredArtifacts;
import ci.assay.web.api.ApiClient;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the artifacts of one run are read: a results folder, or a server. Every method throws
 * {@link InvalidInputException} when there is no such run.
 */
interface ArtifactSource {

  /** The results of a commit that decide, one for each variant. */
  List<Result> deciding() throws InterruptedException;

  /**
   * The result of a rerun of a variant.
   *
   * @param number 1 for the first run
   */
  Optional<Result> rerun(String variant, int number) throws InterruptedException;

  /** The artifacts that are stored of a job; empty for none. */
  Optional<StoredArtifacts> list(JobId job) throws InterruptedException;

  /** The content of an artifact; the caller closes it. */
  InputStream open(JobId job, StoredArtifacts all, Artifact one)
      throws IOException, InterruptedException;

  /** A source for a commit in a results folder. */
  static ArtifactSource of(ResultReader reader, String repository, String beginning) {
    CommitId commit = reader.resolve(repository, beginning);
    return new ArtifactSource() {
      @Override
      public List<Result> deciding() {
        return reader.results(repository, commit);
      }

      @Override
      public Optional<Result> rerun(String variant, int number) {
        return reader.result(new JobId(repository, commit, variant, number));
      }

      @Override
      public Optional<StoredArtifacts> list(JobId job) {
        return reader.artifacts(job);
      }

      @Override
      public InputStream open(JobId job, StoredArtifacts all, Artifact one) throws IOException {
        return reader.artifactsOf(job).open(all.find(one.path()).orElseThrow());
      }
    };
  }

  /** A source for a commit on a server. */
  static ArtifactSource of(ApiClient client, String repository, String beginning)
      throws InterruptedException {
    List<Result> results = client.commit(repository, beginning).results();
    return new ArtifactSource() {
      @Override
      public List<Result> deciding() {
        return results.stream().filter(this::isLatest).toList();
      }

      private boolean isLatest(Result result) {
        return results.stream()
            .noneMatch(
                other ->
                    other.id().variant().equals(result.id().variant())
                        && other.id().rerun() > result.id().rerun());
      }

      @Override
      public Optional<Result> rerun(String variant, int number) {
        return results.stream()
            .filter(each -> each.id().variant().equals(variant) && each.id().rerun() == number)
            .findAny();
      }

      @Override
      public Optional<StoredArtifacts> list(JobId job) throws InterruptedException {
        return client.artifacts(job);
      }

      @Override
      public InputStream open(JobId job, StoredArtifacts all, Artifact one)
          throws InterruptedException {
        return client.artifact(job, one.path());
      }
    };
  }

  /** Why a run has no artifacts. */
  static String why(@Nullable ArtifactSummary summary) {
    if (summary == null) {
      return "the commit asks for none, or not after this outcome";
    }
    if (Boolean.FALSE.equals(summary.complete())) {
      return "they were lost on their way";
    }
    ArtifactSummary.LeftOut left = summary.leftOut();
    return left == null ? "they are not stored yet" : left.why();
  }
}
