package ci.assay.web;

import ci.assay.message.OrderReply;
import ci.assay.web.access.Access;
import ci.assay.web.access.Visitor;
import ci.assay.web.access.Visitor.Role;
import ci.assay.web.api.Orders;
import ci.assay.web.page.Installation;
import ci.assay.web.page.PlainPages;
import ci.assay.web.page.Templates;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;

/** Handles the forms of the pages: logging in and out, and running or cancelling a commit. */
final class FormRoutes {

  private final Access access;
  private final Installation installation;
  private final Templates templates;
  private final PlainPages pages;

  FormRoutes(Access access, Installation installation, Templates templates, PlainPages pages) {
    this.access = access;
    this.installation = installation;
    this.templates = templates;
    this.pages = pages;
  }

  void register(RoutesConfig routes) {
    routes.get("/login", context -> templates.page(context, "login", pages.login(context, false)));
    routes.post("/login", this::logIn);
    routes.post("/logout", this::logOut);
    routes.post("/r/{repository}/{commit}", this::order);
  }

  private void logIn(Context context) {
    String token = context.formParam("token");
    if (token != null && access.logIn(context, token)) {
      context.redirect("/", HttpStatus.SEE_OTHER);
    } else {
      context.status(401);
      templates.page(context, "login", pages.login(context, true));
    }
  }

  private void logOut(Context context) {
    access.requireForm(context, Role.NOTHING);
    access.logOut(context);
    context.redirect("/", HttpStatus.SEE_OTHER);
  }

  private void order(Context context) throws InterruptedException {
    Visitor visitor = access.requireForm(context, Role.ACT);
    OrderReply receipt = installation.give(Orders.of(context, visitor));
    if (receipt.done()) {
      context.redirect(context.path(), HttpStatus.SEE_OTHER);
    } else {
      context.status(409);
      templates.page(context, "receipt", pages.done(context, receipt));
    }
  }
}
