package ci.assay.web.view;

import ci.assay.index.CommitLine;
import ci.assay.index.JobLine;
import ci.assay.model.JobId;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** The addresses of pages. */
public final class Links {

  private Links() {}

  public static String repository(String name) {
    return "/r/" + name;
  }

  public static String commit(CommitLine commit) {
    return commit(commit.repository(), commit.commit());
  }

  public static String commit(String repository, String commit) {
    return repository(repository) + "/" + commit;
  }

  public static String job(JobLine job) {
    return job(JobId.parse(job.id()));
  }

  public static String job(JobId id) {
    String path = commit(id.repository(), id.commit().value()) + "/" + id.variant();
    return id.rerun() == 1 ? path : path + "?rerun=" + id.rerun();
  }

  /** A value, encoded for a query. */
  public static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }
}
