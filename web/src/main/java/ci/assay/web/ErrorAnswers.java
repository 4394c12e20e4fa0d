package ci.assay.web;

import ci.assay.common.CannotRunException;
import ci.assay.common.InvalidInputException;
import ci.assay.web.api.Api;
import ci.assay.web.api.ApiModels;
import ci.assay.web.api.Endpoint;
import ci.assay.web.page.PlainPages;
import ci.assay.web.page.Templates;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.http.HttpStatus;
import io.javalin.router.EndpointNotFound;
import java.nio.file.NoSuchFileException;
import org.eclipse.jetty.io.EofException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is answered when there is no answer: to the API in its form, to a browser as a page. */
final class ErrorAnswers {

  private static final Logger log = LoggerFactory.getLogger(ErrorAnswers.class);

  private final Templates templates;
  private final PlainPages pages;

  ErrorAnswers(Templates templates, PlainPages pages) {
    this.templates = templates;
    this.pages = pages;
  }

  void register(RoutesConfig routes) {
    routes.exception(InvalidInputException.class, (e, context) -> tell(context, 400, e));
    routes.exception(CannotRunException.class, this::cannot);
    routes.exception(HttpResponseException.class, (e, context) -> tell(context, e.getStatus(), e));
    routes.exception(
        EndpointNotFound.class,
        (e, context) -> tell(context, 404, "There is no page at this address."));
    routes.exception(
        NoSuchFileException.class,
        (e, context) -> tell(context, 404, "There is nothing stored at this address."));
    routes.exception(Exception.class, this::fail);
  }

  /** What it says is for whoever runs this: it may name files, and lines of them. */
  private void cannot(CannotRunException trouble, Context context) {
    log.error(
        "{} {} cannot be answered: {}", context.method(), context.path(), trouble.getMessage());
    String message = "This cannot be answered now; the coordinator's log says why.";
    context.status(503).header("Retry-After", "5");
    if (context.path().startsWith(Endpoint.ROOT)) {
      Api.answer(context, new ApiModels.Problem(503, message));
    } else { // no page: it would say who asks, which may be what is in trouble
      context.contentType("text/plain; charset=utf-8").result(message + "\n");
    }
  }

  private void fail(Exception trouble, Context context) {
    if (trouble instanceof EofException) {
      log.debug("{} {}: the client is gone", context.method(), context.path());
      return;
    }
    log.error("{} {} failed", context.method(), context.path(), trouble);
    tell(context, 500, "Something went wrong; the coordinator's log says what.");
  }

  private void tell(Context context, int status, Exception trouble) {
    String message = trouble.getMessage();
    tell(context, status, message == null ? "" : message);
  }

  private void tell(Context context, int status, String message) {
    context.status(status);
    if (status == HttpStatus.SERVICE_UNAVAILABLE.getCode()) {
      context.header("Retry-After", "5");
    }
    if (status == HttpStatus.UNAUTHORIZED.getCode()) {
      context.header("WWW-Authenticate", "Bearer");
    }
    if (context.path().startsWith(Endpoint.ROOT)) {
      Api.answer(context, new ApiModels.Problem(status, message));
      return;
    }
    templates.page(context, "trouble", pages.trouble(context, status, message));
  }
}
