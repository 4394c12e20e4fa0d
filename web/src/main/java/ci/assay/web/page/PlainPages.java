package ci.assay.web.page;

import ci.assay.message.OrderReply;
import ci.assay.web.view.Documents;
import ci.assay.web.view.PageModels;
import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;

/** Pages that are about no repository. Thread-safe. */
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

  public PageModels.Docs docs(Context context) {
    return new PageModels.Docs(lookup.frame(context, "Documentation", "", null), Documents.all());
  }

  public PageModels.Doc doc(Context context) {
    Documents.Document document =
        Documents.named(context.pathParam("name"))
            .orElseThrow(() -> new NotFoundResponse("There is no such document."));
    return new PageModels.Doc(lookup.frame(context, document.title(), "", null), document);
  }

  public PageModels.Trouble trouble(Context context, int status, String message) {
    return new PageModels.Trouble(
        lookup.frame(context, status == 404 ? "Not found" : "That did not work", "", null),
        status,
        message);
  }
}
