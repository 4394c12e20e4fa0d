package ci.assay.worker.secret;

import ci.assay.common.InvalidInputException;
import ci.assay.model.Job;
import ci.assay.pipeline.PipelineFile;
import ci.assay.worker.command.AwayException;
import ci.assay.worker.command.UnfitWorkerException;
import ci.assay.worker.settings.SecretSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The secrets of this worker. Whether a run may have one is decided by what the job says, which
 * nobody can change who can only push. Safe for use by many threads.
 */
public final class SecretStore {

  private static final Logger log = LoggerFactory.getLogger(SecretStore.class);
  private static final String MEND =
      "add it to 'secrets' in the assay.yaml of a worker of the pool, with this repository, ref and pool (docs/operate.md)";

  private final List<SecretSource> sources;
  private final SecretReader reader;

  public SecretStore(List<SecretSource> sources) {
    this(sources, new SecretReader());
  }

  SecretStore(List<SecretSource> sources, SecretReader reader) {
    this.sources = List.copyOf(sources);
    this.reader = reader;
  }

  /**
   * Reads the secrets of a run.
   *
   * @param wanted what its commit names
   * @throws InvalidInputException when the ref of the job may not have a required one, on any
   *     worker
   * @throws UnfitWorkerException when this worker does not have a required one for this job
   * @throws AwayException when the value of one cannot be read now
   */
  public GivenSecrets give(Job job, PipelineFile.Secrets wanted)
      throws IOException, InterruptedException {
    Map<String, String> values = new TreeMap<>();
    List<String> notes = new ArrayList<>();
    for (String name : wanted.required()) {
      if (!job.trusted()) {
        throw new InvalidInputException(
            "secret %s is not given to %s, as that ref is not trusted; name it under 'optional-secrets' in .assay.yml if the commit can be tested without it, or have the observer trust the ref (docs/pipeline.md#secrets)"
                .formatted(name, job.ref()));
      }
      values.put(name, value(name, job));
    }
    for (String name : wanted.optional()) {
      try {
        if (job.trusted()) {
          values.put(name, value(name, job));
        } else {
          notes.add(missing(name, "%s is not trusted".formatted(job.ref())));
        }
      } catch (UnfitWorkerException e) {
        notes.add(missing(name, String.valueOf(e.getMessage())));
      }
    }
    return values.isEmpty() && notes.isEmpty()
        ? GivenSecrets.NONE
        : new GivenSecrets(values, notes);
  }

  private static String missing(String name, String why) {
    return "secret %s is not given: %s".formatted(name, why);
  }

  private String value(String name, Job job) throws IOException, InterruptedException {
    SecretSource source = source(name, job);
    try {
      return reader.read(source);
    } catch (IOException e) {
      String why = "its secret %s %s".formatted(name, e.getMessage());
      log.warn("{} ({}); assay doctor tries it", why, source.origin());
      throw new AwayException(why, false);
    }
  }

  private SecretSource source(String name, Job job) throws UnfitWorkerException {
    String why = "it has no secret " + name;
    for (SecretSource each : sources) {
      if (each.name().equals(name)) {
        if (!each.scope().hasRepository(job.repository().name())) {
          why = "its secret %s is not for %s".formatted(name, job.repository().name());
        } else if (!each.scope().hasRef(job.ref())) {
          why = "its secret %s is not for %s".formatted(name, job.ref());
        } else if (!each.scope().hasPool(job.pool())) {
          why = "its secret %s is not for pool %s".formatted(name, job.pool());
        } else {
          return each;
        }
      }
    }
    throw new UnfitWorkerException(why, MEND);
  }
}
