package ci.assay.web.page;

import ci.assay.message.OrderReply;
import ci.assay.web.view.PageModels;
import io.javalin.http.Context;

/** Pages about no repository. Safe for use by many threads. */
public final class PlainPages {

  private final Lookup lookup;

  PlainPages(Lookup lookup) {
    this.lookup = lookup;
  }

  public PageModels.Login login(Context context, boolean isWrong) {
    return new PageModels.Login(lookup.frame(context, "Log in", "", null), isWrong);
  }

  public PageModels.Done done(Context context, OrderReply receipt) {
    return new PageModels.Done(lookup.frame(context, "Done", "", null), receipt, context.path());
  }

  public PageModels.Trouble trouble(Context context, int status, String message) {
    return new PageModels.Trouble(
        lookup.frame(context, status == 404 ? "Not found" : "That did not work", "", null),
        status,
        message);
  }
}
