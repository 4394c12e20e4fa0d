package ci.assay.web;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.Utf8ByteOutput;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The templates, compiled with our classes. Safe for use by many threads. */
final class Templates {

  private final TemplateEngine engine =
      TemplateEngine.createPrecompiled(
          null, ContentType.Html, Templates.class.getClassLoader(), "ci.assay.web.pages");

  /** Answers a request with a page. */
  void page(Context context, String template, Object model) {
    context.contentType("text/html; charset=utf-8").result(bytes(template, model));
  }

  /** A template's output, in UTF-8. */
  byte[] bytes(String template, Object model) {
    Utf8ByteOutput output = new Utf8ByteOutput();
    engine.render(template + ".jte", model, output);
    try (java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream()) {
      output.writeTo(all);
      return all.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
