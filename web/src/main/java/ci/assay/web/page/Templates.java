package ci.assay.web.page;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.Utf8ByteOutput;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The page templates, which are compiled at build time. Thread-safe. */
public final class Templates {

  private final TemplateEngine engine =
      TemplateEngine.createPrecompiled(
          null, ContentType.Html, Templates.class.getClassLoader(), "ci.assay.web.template");

  /** Answers a request with a page. */
  public void page(Context context, String template, Object model) {
    context.contentType("text/html; charset=utf-8").result(bytes(template, model));
  }

  /** A template's output, in UTF-8. */
  public byte[] bytes(String template, Object model) {
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
