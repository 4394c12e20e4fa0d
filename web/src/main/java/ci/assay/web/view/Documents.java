package ci.assay.web.view;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.ext.heading.anchor.HeadingAnchorExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Heading;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;
import org.commonmark.renderer.text.TextContentRenderer;

/** The documents of this version, rendered as HTML. Thread-safe. */
public final class Documents {

  /** In the order in which a reader needs them. */
  private static final List<String> NAMES =
      List.of(
          "operate",
          "operations",
          "pipeline",
          "failures",
          "api",
          "mcp",
          "hooks",
          "notifications",
          "executors",
          "security",
          "messages",
          "architecture",
          "reliability",
          "rationale");

  private static final Pattern OTHER = Pattern.compile("(?:\\./)?([a-z]+)\\.md(#[\\w-]*)?");
  private static final List<Extension> EXTENSIONS =
      List.of(TablesExtension.create(), HeadingAnchorExtension.create());
  private static final Map<String, Optional<Document>> READ = new ConcurrentHashMap<>();

  /**
   * A document.
   *
   * @param html safe to write as it is
   */
  public record Document(String name, String title, String html) {}

  private Documents() {}

  /** All documents. */
  public static List<Document> all() {
    return NAMES.stream().flatMap(name -> named(name).stream()).toList();
  }

  /** The document with this name, if there is one. */
  public static Optional<Document> named(String name) {
    return NAMES.contains(name) ? READ.computeIfAbsent(name, Documents::read) : Optional.empty();
  }

  private static Optional<Document> read(String name) {
    try (InputStream in = Documents.class.getResourceAsStream("docs/" + name + ".md")) {
      return in == null
          ? Optional.empty()
          : Optional.of(rendered(name, new String(in.readAllBytes(), StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Document rendered(String name, String markdown) {
    Node document = Parser.builder().extensions(EXTENSIONS).build().parse(markdown);
    document.accept(new LinksToPages());
    String html =
        HtmlRenderer.builder().extensions(EXTENSIONS).escapeHtml(true).build().render(document);
    return new Document(name, titleOf(document, name), html);
  }

  private static String titleOf(Node document, String name) {
    return document.getFirstChild() instanceof Heading heading
        ? TextContentRenderer.builder().build().render(heading).strip()
        : name;
  }

  /**
   * Changes links to other documents into links to their pages, and removes links to other files.
   */
  private static final class LinksToPages extends AbstractVisitor {
    @Override
    public void visit(Link link) {
      visitChildren(link);
      Matcher other = OTHER.matcher(link.getDestination());
      if (other.matches() && NAMES.contains(other.group(1))) {
        String place = other.group(2) == null ? "" : other.group(2);
        link.setDestination("/docs/" + other.group(1) + place);
      } else if (!link.getDestination().matches("(?s)#.*|https://.*")) {
        for (Node child = link.getFirstChild(); child != null; child = link.getFirstChild()) {
          link.insertBefore(child);
        }
        link.unlink();
      }
    }
  }
}
