package ci.assay.web.page;

import ci.assay.message.OrderReply;
import ci.assay.notify.outbox.Entry;
import ci.assay.notify.outbox.Outbox;
import ci.assay.web.view.Documents;
import ci.assay.web.view.Frame;
import ci.assay.web.view.PageModels;
import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import java.util.List;
import java.util.stream.Stream;

/** Pages that are about no repository. Thread-safe. */
public final class PlainPages {

  private static final int MOST_OF_A_STATE = 50;

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

  /** Empty where no rule is configured. */
  public PageModels.Notifications notifications(Context context) {
    Frame frame = lookup.frame(context, "Notifications", "notifications", null);
    Outbox outbox = lookup.outbox();
    if (outbox == null) {
      return new PageModels.Notifications(frame, List.of(), List.of());
    }
    List<Entry> entries =
        Stream.of(Entry.State.PENDING, Entry.State.GIVEN_UP, Entry.State.SENT)
            .flatMap(state -> outbox.latest(state, MOST_OF_A_STATE).stream())
            .toList();
    return new PageModels.Notifications(frame, outbox.retryStates(), entries);
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
