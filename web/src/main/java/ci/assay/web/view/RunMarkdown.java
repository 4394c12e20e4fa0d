package ci.assay.web.view;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Heading;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.DefaultUrlSanitizer;
import org.commonmark.renderer.html.HtmlRenderer;

/**
 * Renders the Markdown that a run wrote. Whoever may push decides what is in it: HTML is shown as
 * text, and nothing is loaded from elsewhere, images become links. Thread-safe.
 */
public final class RunMarkdown {

  /** Of blocks and of what is within a line, since rendering is recursive. */
  private static final int DEEPEST = 30;

  /** The page has headings of its own above it. */
  private static final int LEVELS_DOWN = 2;

  private static final List<Extension> EXTENSIONS = List.of(TablesExtension.create());
  private static final Parser PARSER =
      Parser.builder()
          .extensions(EXTENSIONS)
          .maxOpenBlockParsers(DEEPEST)
          .maxInlineNesting(DEEPEST)
          .build();
  private static final HtmlRenderer RENDERER =
      HtmlRenderer.builder()
          .extensions(EXTENSIONS)
          .escapeHtml(true)
          .sanitizeUrls(true)
          .urlSanitizer(new DefaultUrlSanitizer(Set.of("http", "https", "mailto")))
          .percentEncodeUrls(true)
          .build();

  private RunMarkdown() {}

  /** As HTML that is safe to write as it is. */
  public static String html(String markdown) {
    Node document =
        PARSER.parse(
            markdown
                .lines()
                .map(line -> Display.text(line.replace("\t", "    ")))
                .collect(Collectors.joining("\n")));
    document.accept(new ForAPage());
    return RENDERER.render(document);
  }

  private static final class ForAPage extends AbstractVisitor {
    @Override
    public void visit(Heading heading) {
      heading.setLevel(Math.min(6, heading.getLevel() + LEVELS_DOWN));
      visitChildren(heading);
    }

    @Override
    public void visit(Image image) {
      Link link = new Link(image.getDestination(), image.getTitle());
      for (Node child = image.getFirstChild(); child != null; child = image.getFirstChild()) {
        link.appendChild(child);
      }
      if (link.getFirstChild() == null) {
        link.appendChild(new Text(image.getDestination()));
      }
      image.insertBefore(link);
      image.unlink();
      visitChildren(link);
    }
  }
}
