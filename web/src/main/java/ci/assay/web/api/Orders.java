package ci.assay.web.api;

import ci.assay.common.InvalidInputException;
import ci.assay.message.Order;
import ci.assay.model.CommitId;
import ci.assay.web.access.Visitor;
import io.javalin.http.Context;
import org.jspecify.annotations.Nullable;

/** Reads orders from forms and API calls. */
public final class Orders {

  private Orders() {}

  /** Reads a form for {@code /…/{repository}/{commit}} with {@code order} and {@code variant}. */
  public static Order of(Context context, Visitor visitor) {
    return of(context, visitor, kind(context.formParam("order")), context.formParam("variant"));
  }

  static Order of(Context context, Visitor visitor, Order.Kind kind, @Nullable String variant) {
    return new Order(
        kind,
        context.pathParam("repository"),
        new CommitId(context.pathParam("commit")),
        variant == null || variant.isBlank() ? null : variant,
        visitor.name() == null ? "somebody" : visitor.name());
  }

  private static Order.Kind kind(@Nullable String word) {
    for (Order.Kind kind : Order.Kind.values()) {
      if (kind.name().equalsIgnoreCase(word)) {
        return kind;
      }
    }
    throw new InvalidInputException("order '" + word + "' is unknown; give rerun or cancel");
  }
}
