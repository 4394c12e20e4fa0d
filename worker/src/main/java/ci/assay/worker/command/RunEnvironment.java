package ci.assay.worker.command;

import ci.assay.git.GitUrl;
import ci.assay.model.Job;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The environment variables of a run. Only the variables listed here are inherited, because the
 * worker's own environment contains the broker's credentials.
 *
 * @param home the home, kept between the runs of one repository in one slot
 * @param temporary the temporary folder, used by this run alone
 */
public record RunEnvironment(Job job, String run, Path home, Path temporary) {

  private static final List<String> INHERITED = List.of("PATH", "LANG", "TZ");

  /**
   * The run's environment.
   *
   * @param ours the worker's environment
   * @param attempt which attempt at its job this is
   */
  public Map<String, String> environment(Map<String, String> ours, int attempt) {
    Map<String, String> all = new TreeMap<>();
    for (String name : INHERITED) {
      String value = ours.get(name);
      if (value != null) {
        all.put(name, value);
      }
    }
    all.putAll(job.variant().env());
    all.put("CI", "true");
    all.put("ASSAY", "true");
    all.put("ASSAY_REPOSITORY", job.repository().name());
    all.put("ASSAY_REPOSITORY_URL", GitUrl.parse(job.repository().url()).withoutLogin());
    all.put("ASSAY_COMMIT", job.commit().value());
    all.put("ASSAY_REF", job.ref());
    all.put("ASSAY_JOB", job.id().toString());
    all.put("ASSAY_VARIANT", job.variant().name());
    all.put("ASSAY_ATTEMPT", Integer.toString(attempt));
    all.put(RunProcesses.VARIABLE, run);
    all.put("HOME", home.toString());
    all.put("TMPDIR", temporary.toString());
    all.put(RunPlaces.SUMMARY_VARIABLE, RunPlaces.summaryIn(temporary).toString());
    return all;
  }
}
