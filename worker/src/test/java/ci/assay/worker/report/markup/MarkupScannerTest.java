package ci.assay.worker.report.markup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MarkupScannerTest {

  private static final List<String> NAMES =
      List.of("testsuite", "testcase", "failure", "system-out", "a", "x:b", "_c.d-e");

  @TempDir Path folder;

  @Property(tries = 300)
  void wholeXmlIsReadAsAParserReadsIt(@ForAll("documents") String document) throws Exception {
    folder = Files.createTempDirectory("markup");
    Seen seen = scan(document.getBytes(StandardCharsets.UTF_8));
    assertThat(seen.trouble).isNull();
    assertThat(seen.events()).isEqualTo(parsed(document));
  }

  @Provide
  Arbitrary<String> documents() {
    return Combinators.combine(
            Arbitraries.of(
                "",
                "<?xml version='1.0'?>\n",
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
                "<!DOCTYPE r SYSTEM 'r.dtd' [<!ENTITY e '<testcase>'> <!-- > -->]>\n",
                "<!-- <testcase> & -->"),
            elements(3))
        .as((head, root) -> head + root);
  }

  private static Arbitrary<String> elements(int depth) {
    Arbitrary<String> content =
        depth == 0
            ? texts()
            : Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(2, texts()),
                net.jqwik.api.Tuple.of(1, Arbitraries.lazy(() -> elements(depth - 1))));
    return Combinators.combine(Arbitraries.of(NAMES), attributes(), content.list().ofMaxSize(4))
        .as(
            (name, attributes, parts) ->
                parts.isEmpty() && attributes.length() % 2 == 0
                    ? "<" + name + attributes + "/>"
                    : "<" + name + attributes + " >" + String.join("", parts) + "</" + name + " >");
  }

  private static Arbitrary<String> attributes() {
    return Arbitraries.of(
        "",
        " name=\"a\"",
        "\n\tname = 'it&apos;s &lt;b&gt;'  class=\"&quot;&amp;&#x41;&#66;&#10;\"",
        " message='a\nb\tc \"d\" > e' y:time='0,1'");
  }

  private static Arbitrary<String> texts() {
    return Arbitraries.oneOf(
        Arbitraries.of(
            "<![CDATA[<testcase> & ]] ]]>",
            "<![CDATA[]]>",
            "<![CDATA[a]]]]><![CDATA[>b</failure><testcase/>]]>",
            "<!-- a <!x> ] -->",
            "<?pi a='b' ?>",
            "&lt;&#65;&amp;amp; > ]",
            "a\r\nb\rc",
            "\uD83D\uDE00 ü"),
        Arbitraries.strings()
            .withCharRange(' ', '\u024f')
            .excludeChars('<', '&', '>')
            .ofMaxLength(9));
  }

  private static List<String> parsed(String document) throws XMLStreamException {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, false);
    XMLStreamReader xml = factory.createXMLStreamReader(new StringReader(document));
    Events events = new Events();
    while (xml.hasNext()) {
      switch (xml.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          StringBuilder line = new StringBuilder("<" + local(xml.getLocalName()));
          for (String each : Events.ATTRIBUTES) {
            line.append('|').append(attribute(xml, each));
          }
          events.add(line.toString());
        }
        case XMLStreamConstants.END_ELEMENT -> events.add("</" + local(xml.getLocalName()));
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> events.text(xml.getText());
        default -> {}
      }
    }
    return events.lines();
  }

  private static String local(String name) {
    return name.substring(name.indexOf(':') + 1);
  }

  private static String attribute(XMLStreamReader xml, String name) {
    for (int i = 0; i < xml.getAttributeCount(); i++) {
      if (local(xml.getAttributeLocalName(i)).equals(name)) {
        return xml.getAttributeValue(i);
      }
    }
    return "";
  }

  private static final class Events {
    private static final List<String> ATTRIBUTES = List.of("name", "class", "message", "time");
    private final List<String> lines = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();

    void add(String line) {
      flush();
      lines.add(line);
    }

    void text(String part) {
      text.append(part);
    }

    private void flush() {
      if (!text.isEmpty()) {
        lines.add("\"" + text.toString().replace("\r\n", "\n").replace('\r', '\n'));
        text.setLength(0);
      }
    }

    List<String> lines() {
      flush();
      return lines;
    }
  }

  private static final class Seen implements MarkupHandler {
    private final Events events = new Events();
    private @Nullable String trouble;
    private long line;
    private int depth;

    @Override
    public void start(String element, MarkupAttributes attributes) {
      depth++;
      StringBuilder line = new StringBuilder("<" + element);
      for (String each : Events.ATTRIBUTES) {
        line.append('|').append(attributes.get(each));
      }
      events.add(line.toString());
    }

    @Override
    public void end(String element) {
      depth--;
      events.add("</" + element);
    }

    @Override
    public void text(char[] characters, int from, int length) {
      if (depth > 0) {
        events.text(new String(characters, from, length));
      }
    }

    List<String> events() {
      return events.lines();
    }
  }

  private Seen scan(byte[] content) throws IOException {
    Path file = Files.write(folder.resolve("report.xml"), content);
    Seen seen = new Seen();
    try (ReportText text = ReportText.open(file, new ReadAllowance(1 << 30))) {
      MarkupScanner scanner = new MarkupScanner(text, seen);
      scanner.scan();
      seen.trouble = scanner.trouble();
      seen.line = scanner.troubleLine();
    }
    return seen;
  }

  private Seen scan(String content) throws IOException {
    return scan(content.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource({
    "UTF-8,        UTF-8",
    "UTF-16,       UTF-8",
    "windows-1252, windows-1252",
    "ISO-8859-1,   ISO-8859-1",
    "UTF-16,       UTF-16",
    "UTF-16,       UTF-16LE",
    "UTF-8,        UTF-16BE",
    "no-such,      UTF-8",
    "Shift_JIS,    Shift_JIS"
  })
  void theBytesCountForMoreThanTheDeclaration(String declared, String written) throws IOException {
    String letter = written.equals("Shift_JIS") ? "あ" : "é";
    String text =
        "<?xml version=\"1.0\" encoding=\"" + declared + "\"?><a name=\"" + letter + "\"/>";
    Seen seen = scan(text.getBytes(Charset.forName(written)));
    assertThat(seen.trouble).isNull();
    assertThat(seen.events()).containsExactly("<a|" + letter + "|||", "</a");
  }

  @Test
  void whatIsNoCharacterIsReplaced() throws IOException {
    byte[] latin =
        "<a name='caf\u00e9'>\u001b[31m&#27;&#x0;\u0000\ufffe&#xD800;</a>"
            .getBytes(StandardCharsets.ISO_8859_1);
    assertThat(scan(latin).events())
        .containsExactly("<a|caf\ufffd|||", "\"\ufffd[31m\ufffd\ufffd\ufffd?\ufffd", "</a");
  }

  @Test
  void aMarkOrBlanksBeforeTheDeclarationAndASecondRootAreNoTrouble() throws IOException {
    Seen seen =
        scan("\ufeff \n <?xml version='1.0'?><a/>\n<?xml version='1.0'?><!DOCTYPE b><b/>\u0000\n");
    assertThat(seen.trouble).isNull();
    assertThat(seen.events()).contains("<a||||", "</a", "<b||||", "</b");
  }

  @Test
  void whatIsNoMarkupIsText() throws IOException {
    Seen seen = scan("<a message='1 < 2 && <b>'>x < y & z &nbsp; <1> &#xyz; <!x> ]]></a>");
    assertThat(seen.trouble).isNull();
    assertThat(seen.events())
        .containsExactly("<a|||1 < 2 && <b>|", "\"x < y & z &nbsp; <1> &#xyz; <!x> ]]>", "</a");
  }

  @Test
  void noEntityIsReplacedByWhatADoctypeSays() throws IOException {
    Seen seen =
        scan(
            "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'><!ENTITY y '<testcase/>'>]><a>&x;&y;</a>");
    assertThat(seen.events()).containsExactly("<a||||", "\"&x;&y;", "</a");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<a>\\n<testcase name='b'                         | 2 | the file ends within <testcase>",
        "<a>\\n\\n<testcase>text                          | 3 | the file ends within <testcase>",
        "<a><b>\\n</a>                                    | 2 | </a> stands where </b> is expected",
        "<a/>\\n</b>                                      | 2 | </b> ends what did not begin",
        "<a>\\n<![CDATA[ x                                | 2 | a CDATA section does not end",
        "<a>\\n<!-- x                                     | 2 | a comment does not end",
        "<a>\\n<b name='x' <c/></b></a>                   | 2 | the tag <b> does not end",
        "<a name='x>\\n<testcase name='y'/></a>           | 2 | the closing quote of an attribute is missing",
        "<a><![CDATA[x]x></a>\\n<testcase><![CDATA[y]]></testcase> | 1 | what begins here does not end where it should"
      })
  void whatIsMissingIsSaidWithItsLine(String content, long line, String why) throws IOException {
    Seen seen = scan(content.replace("\\n", "\n"));
    assertThat(seen.trouble).isEqualTo(why);
    assertThat(seen.line).isEqualTo(line);
  }

  @Test
  void whatAnUnclosedSectionHidesIsFoundAllTheSame() throws IOException {
    String hidden = "<testcase name='b'><failure message='m'/></testcase>";
    for (String start :
        List.of(
            "<s><system-out><![CDATA[x]x></system-out>"
                + hidden
                + "<system-out><![CDATA[y]]></system-out></s>",
            "<s><system-out><![CDATA[x]x></system-out>"
                + hidden
                + "<system-out>x![CDATA[y]]></system-out></s>",
            "<s><system-out><![CDATA[x</system-out>" + hidden + "</s>",
            "<s><system-out><![CDATA[x</system-out>"
                + hidden
                + "<failure><![CDATA[y]]></failure></s>",
            "<s><!-- x " + hidden + "</s>",
            "<s><!-- x " + hidden + "<!-- y --></s>",
            "<!DOCTYPE s [ <s>" + hidden + "</s>",
            "<!DOCTYPE s 'x><s>" + hidden + "</s>")) {
      assertThat(scan(start).events())
          .as(start)
          .contains("<testcase|b|||", "<failure|||m|", "</failure", "</testcase");
      assertThat(scan(start).trouble).as(start).isNotNull();
    }
  }

  @Test
  void aReportThatATestPrintedIsText() throws IOException {
    String printed =
        "<testsuite><testcase name='inner'><failure/></testcase><system-out><![CDATA[x]]]]><![CDATA[></system-out>"
            + "</testsuite><testcase/>";
    Seen seen =
        scan("<s><testcase name='a'/><system-out><![CDATA[" + printed + "]]></system-out></s>");
    assertThat(seen.trouble).isNull();
    assertThat(seen.events()).filteredOn(each -> each.startsWith("<testcase")).hasSize(1);
  }

  @Test
  @Tag("long")
  void endlessNestingAndEndlessNamesTakeNoMemory() throws IOException {
    Seen seen = scan("<a>".repeat(200_000));
    assertThat(seen.trouble).isEqualTo("elements nested more than 1000 deep");
    assertThat(scan("</a>".repeat(300_000)).trouble).isEqualTo("</a> ends what did not begin");
    assertThat(
            scan("<"
                    + "a".repeat(500_000)
                    + " "
                    + "b".repeat(500_000)
                    + "='"
                    + "c".repeat(500_000)
                    + "'/>")
                .events())
        .allSatisfy(each -> assertThat(each.length()).isLessThan(40_000));
  }
}
