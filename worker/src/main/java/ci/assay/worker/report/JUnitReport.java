package ci.assay.worker.report;

import ci.assay.model.CaseOutcome;
import ci.assay.model.TestCase;
import ci.assay.model.TestCounts;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.function.Consumer;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/** Reads the test cases of one JUnit XML file, whose writer is not trusted: no entities. */
final class JUnitReport {

  /** The parser remembers each element that is open. */
  private static final int DEEPEST = 1_000;

  private static final XMLInputFactory XML = secureFactory();

  /** How much XML is read of one run at most. */
  static final class Budget {
    private long bytes = 64L << 20;

    private boolean allows(long size) {
      bytes -= size;
      return bytes >= 0;
    }
  }

  private final Consumer<TestCase> cases;
  private int total;
  private int failed;
  private int errors;
  private int skipped;
  private String suite = "";
  private @Nullable JUnitCase open;

  private JUnitReport(Consumer<TestCase> cases) {
    this.cases = cases;
  }

  /**
   * Reads a file.
   *
   * @param cases is given each case; also those of a file that turns out not to be whole
   * @return null when it is XML of another kind, or larger than what may still be read
   * @throws IOException when it is not whole XML
   */
  static @Nullable TestCounts read(Path file, Budget budget, Consumer<TestCase> cases)
      throws IOException {
    if (!budget.allows(Files.size(file))) {
      return null;
    }
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      XMLStreamReader xml = XML.createXMLStreamReader(in);
      try {
        return new JUnitReport(cases).read(xml);
      } finally {
        xml.close();
      }
    } catch (XMLStreamException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  private static XMLInputFactory secureFactory() {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    return factory;
  }

  private @Nullable TestCounts read(XMLStreamReader xml) throws XMLStreamException {
    xml.nextTag();
    if (!xml.getLocalName().equals("testsuite") && !xml.getLocalName().equals("testsuites")) {
      return null;
    }
    suite = JUnitCase.attribute(xml, "name");
    int depth = 1;
    while (xml.hasNext()) {
      switch (xml.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          if (++depth > DEEPEST) {
            throw new XMLStreamException("more than " + DEEPEST + " elements in each other");
          }
          begin(xml);
        }
        case XMLStreamConstants.END_ELEMENT -> {
          depth--;
          end(xml.getLocalName());
        }
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> text(xml);
        default -> {}
      }
    }
    return new TestCounts(total, failed, errors, skipped);
  }

  private void begin(XMLStreamReader xml) {
    switch (xml.getLocalName()) {
      case "testsuite" -> suite = JUnitCase.attribute(xml, "name");
      case "testcase" -> {
        total++;
        open = JUnitCase.of(xml);
      }
      case "failure" -> failed += bad(CaseOutcome.FAILED, xml);
      case "error" -> errors += bad(CaseOutcome.ERRORED, xml);
      case "skipped" -> skipped += open == null ? 0 : open.became(CaseOutcome.SKIPPED, xml);
      default -> {}
    }
  }

  /** A case with two failures is one failed test; an error outside of a case counts by itself. */
  private int bad(CaseOutcome outcome, XMLStreamReader xml) {
    if (open == null) {
      open = JUnitCase.ofSuite(suite);
    }
    return open.became(outcome, xml);
  }

  private void text(XMLStreamReader xml) {
    if (open != null) {
      open.text(xml);
    }
  }

  private void end(String element) {
    JUnitCase current = open;
    if (current != null && current.endsWith(element)) {
      cases.accept(current.toTestCase());
      open = null;
    }
  }
}
