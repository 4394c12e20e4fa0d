package ci.assay.web.page;

import ci.assay.index.CommitFilter;
import ci.assay.index.CommitLine;
import ci.assay.index.PageCursor;
import ci.assay.web.view.Display;
import ci.assay.web.view.Links;
import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.jspecify.annotations.Nullable;

/**
 * The last verdicts of a repository, of a branch or of an author, for feed readers: Atom (RFC
 * 4287). A verdict that a rerun changed is an entry of its own. Safe for use by many threads.
 */
public final class AtomFeed {

  private static final String NAMESPACE = "http://www.w3.org/2005/Atom";
  private static final int MOST_SEEN = 500;
  private static final int MOST_ENTRIES = 50;

  private final PageSources sources;
  private final Lookup lookup;

  AtomFeed(PageSources sources, Lookup lookup) {
    this.sources = sources;
    this.lookup = lookup;
  }

  /** Answers with the verdicts, the latest first; {@code ref} and {@code author} narrow it. */
  public void answer(Context context) throws XMLStreamException {
    String repository = lookup.knownRepository(context);
    String ref = whole(Parameters.given(context, "ref"));
    String author = Parameters.given(context, "author");
    List<CommitLine> judged = judged(new CommitFilter(repository, ref, null), author);
    String base = context.scheme() + "://" + context.host();
    String query = context.queryString() == null ? "" : "?" + context.queryString();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    XMLStreamWriter xml =
        XMLOutputFactory.newFactory().createXMLStreamWriter(out, StandardCharsets.UTF_8.name());
    xml.writeStartDocument(StandardCharsets.UTF_8.name(), "1.0");
    xml.writeStartElement("feed");
    xml.writeDefaultNamespace(NAMESPACE);
    text(xml, "title", title(repository, ref, author));
    text(xml, "id", base + context.path() + query);
    link(xml, "self", base + context.path() + query);
    text(xml, "updated", judged.isEmpty() ? Instant.EPOCH : finishedAt(judged.get(0)));
    for (CommitLine each : judged) {
      entry(xml, each, base + Links.commit(each));
    }
    xml.writeEndElement();
    xml.writeEndDocument();
    context.contentType("application/atom+xml; charset=utf-8").result(out.toByteArray());
  }

  private List<CommitLine> judged(CommitFilter filter, @Nullable String author) {
    return sources.commits().newest(filter, PageCursor.START, MOST_SEEN).stream()
        .filter(each -> each.outcome() != null && each.finishedAt() != null)
        .filter(each -> author == null || author.equals(each.author()))
        .sorted(Comparator.comparing(AtomFeed::finishedAt).reversed())
        .limit(MOST_ENTRIES)
        .toList();
  }

  private static void entry(XMLStreamWriter xml, CommitLine commit, String page)
      throws XMLStreamException {
    String outcome = Display.outcome(Objects.requireNonNull(commit.outcome()));
    xml.writeStartElement("entry");
    text(
        xml,
        "title",
        "%s: %s %s %s"
            .formatted(
                outcome,
                Display.branch(commit.ref()),
                Display.shortened(commit.commit()),
                Display.text(commit.subject())));
    text(
        xml,
        "id",
        "urn:assay:%s:%s:%d"
            .formatted(commit.repository(), commit.commit(), finishedAt(commit).toEpochMilli()));
    text(xml, "updated", finishedAt(commit));
    xml.writeStartElement("author");
    text(xml, "name", Display.text(Objects.requireNonNullElse(commit.author(), "unknown")));
    xml.writeEndElement();
    link(xml, "alternate", page);
    text(xml, "summary", Display.text(commit.summary()));
    xml.writeEndElement();
  }

  private static void text(XMLStreamWriter xml, String name, Object value)
      throws XMLStreamException {
    xml.writeStartElement(name);
    xml.writeCharacters(value.toString());
    xml.writeEndElement();
  }

  private static void link(XMLStreamWriter xml, String relation, String address)
      throws XMLStreamException {
    xml.writeEmptyElement("link");
    xml.writeAttribute("rel", relation);
    xml.writeAttribute("href", address);
  }

  private static String title(String repository, @Nullable String ref, @Nullable String author) {
    return "Assay: "
        + repository
        + (ref == null ? "" : " " + Display.branch(ref))
        + (author == null ? "" : " by " + Display.text(author));
  }

  private static Instant finishedAt(CommitLine commit) {
    return Objects.requireNonNull(commit.finishedAt());
  }

  /** Branches may be named without what all begin with. */
  private static @Nullable String whole(@Nullable String ref) {
    return ref == null || ref.startsWith("refs/") ? ref : "refs/heads/" + ref;
  }
}
