package ci.assay.web;

import ci.assay.model.Receipt;
import io.javalin.http.Context;

/** Pages about no repository. Safe for use by many threads. */
final class PlainPages {

  private final Lookup lookup;

  PlainPages(Lookup lookup) {
    this.lookup = lookup;
  }

  PageModels.Login login(Context context, boolean isWrong) {
    return new PageModels.Login(lookup.frame(context, "Log in", "", null), isWrong);
  }

  PageModels.Done done(Context context, Receipt receipt) {
    return new PageModels.Done(lookup.frame(context, "Done", "", null), receipt, context.path());
  }

  PageModels.Trouble trouble(Context context, int status, String message) {
    return new PageModels.Trouble(
        lookup.frame(context, status == 404 ? "Not found" : "That did not work", "", null),
        status,
        message);
  }
}
