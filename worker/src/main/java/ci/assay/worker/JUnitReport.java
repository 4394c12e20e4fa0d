package ci.assay.worker;

import ci.assay.model.TestCounts;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/** Counts the test cases of one JUnit XML file, whose writer is not trusted: no entities. */
final class JUnitReport {

  private static final XMLInputFactory XML = secureFactory();

  /** How much XML is read of one run at most. */
  static final class Budget {
    private long bytes = 64L << 20;

    private boolean allows(long size) {
      bytes -= size;
      return bytes >= 0;
    }
  }

  private int total;
  private int failed;
  private int errors;
  private int skipped;
  private boolean isInCase;
  private boolean isCounted;

  private JUnitReport() {}

  /**
   * Reads a file.
   *
   * @return null when it is XML of another kind, or larger than what may still be read
   * @throws IOException when it is not whole XML
   */
  static @Nullable TestCounts read(Path file, Budget budget) throws IOException {
    if (!budget.allows(Files.size(file))) {
      return null;
    }
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      XMLStreamReader xml = XML.createXMLStreamReader(in);
      try {
        return new JUnitReport().read(xml);
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
    while (xml.hasNext()) {
      int event = xml.next();
      if (event == XMLStreamConstants.START_ELEMENT) {
        begin(xml.getLocalName());
      } else if (event == XMLStreamConstants.END_ELEMENT && xml.getLocalName().equals("testcase")) {
        isInCase = false;
      }
    }
    return new TestCounts(total, failed, errors, skipped);
  }

  /** A case with two failures is one failed test; an error outside of a case counts by itself. */
  private void begin(String element) {
    switch (element) {
      case "testcase" -> {
        total++;
        isInCase = true;
        isCounted = false;
      }
      case "failure" -> failed += once();
      case "error" -> errors += once();
      case "skipped" -> skipped += isInCase ? once() : 0;
      default -> {}
    }
  }

  private int once() {
    if (isInCase && isCounted) {
      return 0;
    }
    isCounted = true;
    return 1;
  }
}
