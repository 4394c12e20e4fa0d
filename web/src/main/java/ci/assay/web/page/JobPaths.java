package ci.assay.web.page;

import ci.assay.common.InvalidInputException;
import ci.assay.model.CommitId;
import ci.assay.model.JobId;
import io.javalin.http.Context;
import org.jspecify.annotations.Nullable;

/** Reads job ids from the addresses of pages. */
public final class JobPaths {

  private JobPaths() {}

  /**
   * The job of {@code /…/{repository}/{commit}/{variant}?rerun=N}.
   *
   * @throws InvalidInputException when a part is invalid
   */
  public static JobId id(Context context) {
    return new JobId(
        context.pathParam("repository"),
        new CommitId(context.pathParam("commit")),
        context.pathParam("variant"),
        rerun(Parameters.given(context, "rerun")));
  }

  private static int rerun(@Nullable String digits) {
    if (digits == null) {
      return 1;
    }
    if (!digits.matches("[0-9]{1,9}")) {
      throw new InvalidInputException("rerun '" + digits + "' is not a number");
    }
    return Integer.parseInt(digits);
  }
}
