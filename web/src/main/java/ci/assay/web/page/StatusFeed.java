package ci.assay.web.page;

import ci.assay.index.BranchLine;
import ci.assay.index.LineageLine;
import ci.assay.model.Outcome;
import ci.assay.model.State;
import ci.assay.web.view.Display;
import ci.assay.web.view.Links;
import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.jspecify.annotations.Nullable;

/**
 * The states of all branches in the format of CCTray (https://cctray.org/v1/), for desktop programs
 * and build lights. Thread-safe.
 */
public final class StatusFeed {

  private static final int MOST_BRANCHES = 500;

  private final PageSources sources;
  private final Lookup lookup;

  StatusFeed(PageSources sources, Lookup lookup) {
    this.sources = sources;
    this.lookup = lookup;
  }

  /** Answers a request with a {@code Project} for each branch whose tip is known. */
  public void answer(Context context) throws XMLStreamException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    XMLStreamWriter xml =
        XMLOutputFactory.newFactory().createXMLStreamWriter(out, StandardCharsets.UTF_8.name());
    String base = context.scheme() + "://" + context.host();
    Standings now = lookup.standings();
    xml.writeStartDocument(StandardCharsets.UTF_8.name(), "1.0");
    xml.writeStartElement("Projects");
    for (String repository : sources.commits().repositories()) {
      List<BranchLine> branches = sources.commits().branches(repository, MOST_BRANCHES);
      Map<Long, List<LineageLine>> lines = sources.commits().sinceLastPassed(branches);
      for (BranchLine branch : branches) {
        if (branch.tip() != null) {
          write(xml, branch, now.of(branch), lines.getOrDefault(branch.id(), List.of()), base);
        }
      }
    }
    xml.writeEndElement();
    xml.writeEndDocument();
    context.contentType("application/xml; charset=utf-8").result(out.toByteArray());
  }

  /**
   * While the tip has no verdict, the nearest verdict among its first parents is the last build.
   */
  private static void write(
      XMLStreamWriter xml, BranchLine branch, State state, List<LineageLine> line, String base)
      throws XMLStreamException {
    LineageLine last =
        line.stream().filter(each -> each.outcome() != null).findFirst().orElse(null);
    xml.writeEmptyElement("Project");
    xml.writeAttribute("name", branch.repository() + "/" + Display.branch(branch.ref()));
    xml.writeAttribute("activity", state.isOver() ? "Sleeping" : "Building");
    xml.writeAttribute("lastBuildStatus", status(last == null ? null : last.outcome()));
    if (last != null) {
      xml.writeAttribute("lastBuildLabel", Display.shortened(last.commit()));
    }
    xml.writeAttribute(
        "lastBuildTime",
        (last == null || last.finishedAt() == null ? branch.latestAt() : last.finishedAt())
            .truncatedTo(ChronoUnit.SECONDS)
            .toString());
    xml.writeAttribute(
        "webUrl",
        base + Links.repository(branch.repository()) + "?ref=" + Links.encoded(branch.ref()));
  }

  /** The outcome in the words of the format. */
  private static String status(@Nullable Outcome outcome) {
    if (outcome == null) {
      return "Unknown";
    }
    return switch (outcome) {
      case PASSED, SKIPPED -> "Success";
      case FAILED, TIMED_OUT -> "Failure";
      case ERRORED -> "Exception";
      case CANCELLED -> "Unknown";
    };
  }
}
