package ci.assay.worker.output;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.broker.publish.OutgoingMessage;
import ci.assay.model.CommitId;
import ci.assay.model.FileSummary;
import ci.assay.model.JobId;
import ci.assay.model.RunFile;
import ci.assay.worker.folder.FileTree;
import ci.assay.worker.spool.FilePieces;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunLogTest {

  private static final JobId JOB =
      JobId.of("bottle", new CommitId("4f1c1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b"), "default");

  @TempDir Path folder;

  @Test
  void aShortLogIsKeptAsItIs() throws Exception {
    FileSummary summary = capture("one\ntwo", 1_000);
    assertThat(summary).isEqualTo(new FileSummary(7, false, null));
    assertThat(file()).hasContent("one\ntwo");
  }

  @Test
  void anEmptyLogIsNoFileAndNoMessage() throws Exception {
    FileSummary summary = capture("", 1_000);
    assertThat(summary).isEqualTo(FileSummary.EMPTY);
    assertThat(file()).doesNotExist();
    assertThat(FilePieces.of(RunFile.LOG, JOB, "run", file(), summary)).isEmpty();
  }

  @Test
  void ofALongLogHeadAndTailStayAndTheCutIsSaidBetweenLines() throws Exception {
    String text = lines(1, 1_000);
    FileSummary summary = capture(text, 200);
    assertThat(summary.truncated()).isTrue();
    List<String> kept = Files.readAllLines(file());
    int word =
        IntStream.range(0, kept.size())
            .filter(i -> kept.get(i).startsWith("[assay]"))
            .findFirst()
            .orElseThrow();
    String head = lines(1, word);
    String tail = lines(1_000 - (kept.size() - word - 2), 1_000);
    assertThat(Files.readString(file()))
        .startsWith(head)
        .endsWith("\n" + tail)
        .contains(
            String.format(
                "[assay] %,d bytes were cut out here",
                text.length() - head.length() - tail.length()));
    assertThat(Files.size(file())).isEqualTo(summary.bytes());
  }

  @Property(tries = 300)
  void nothingIsLostUpToTheCapAndNothingKeptBeyondIt(
      @ForAll @IntRange(min = 0, max = 400) int size,
      @ForAll @IntRange(min = 1, max = 64) int lineLength,
      @ForAll @IntRange(min = 2, max = 200) int cap,
      @ForAll @IntRange(min = 1, max = 50) int chunk)
      throws Exception {
    folder = Files.createTempDirectory("log");
    String text = text(size, lineLength);
    try (RunLog log = new RunLog(file(), cap)) {
      for (int at = 0; at < size; at += chunk) {
        log.capture(bytes(text.substring(at, Math.min(size, at + chunk))));
      }
      FileSummary summary = log.finish();
      String kept = size == 0 ? "" : Files.readString(file());
      assertThat(summary.bytes()).isEqualTo(kept.length());
      assertThat(summary.truncated()).isEqualTo(size > cap);
      if (size <= cap) {
        assertThat(kept).isEqualTo(text);
      } else {
        assertCut(kept, text, cap);
      }
    } finally {
      FileTree.delete(folder);
    }
  }

  private static void assertCut(String kept, String text, int cap) {
    String word =
        kept.lines().filter(line -> line.startsWith("[assay] ")).findFirst().orElseThrow();
    int cut = Integer.parseInt(word.split(" ", -1)[1].replace(",", ""));
    String head = kept.substring(0, kept.indexOf(word));
    String tail = kept.substring(kept.indexOf(word) + word.length() + 1);
    assertThat(text)
        .endsWith(tail)
        .startsWith(head.isEmpty() ? "" : head.substring(0, head.length() - 1));
    assertThat(text.length() - cut - tail.length()).isBetween(head.length() - 1, head.length());
    assertThat(head.length() + tail.length()).isLessThanOrEqualTo(cap + 1);
  }

  @Test
  void aLogIsSentInPiecesOfAMebibyte() throws Exception {
    String text = lines(1, 400_000);
    FileSummary summary = capture(text, 16 << 20);
    List<OutgoingMessage> pieces = FilePieces.of(RunFile.LOG, JOB, "01RUN", file(), summary);
    assertThat(pieces)
        .extracting(OutgoingMessage::id)
        .containsExactly("01RUN@0", "01RUN@1048576", "01RUN@2097152");
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (OutgoingMessage piece : pieces) {
      new GZIPInputStream(new ByteArrayInputStream(piece.body())).transferTo(joined);
    }
    assertThat(joined.toString(StandardCharsets.UTF_8)).isEqualTo(text);
  }

  @Property(tries = 300)
  void whatIsReadWhileItIsPrintedIsWhatWasPrinted(
      @ForAll @IntRange(min = 1, max = 400) int size,
      @ForAll @IntRange(min = 1, max = 200) int cap,
      @ForAll @IntRange(min = 1, max = 50) int chunk,
      @ForAll @IntRange(min = 1, max = 40) int most)
      throws Exception {
    folder = Files.createTempDirectory("log");
    String text = text(size, 17);
    try (RunLog log = new RunLog(file(), cap)) {
      long next = 0;
      for (int at = 0; at < size; at += chunk) {
        log.capture(bytes(text.substring(at, Math.min(size, at + chunk))));
        next = assertRead(log, next, most, text);
      }
      log.finish();
      long end = next - 1;
      while (end < next) {
        end = next;
        next = assertRead(log, next, most, text);
      }
      assertThat(size <= cap ? next : size).isEqualTo(size);
    } finally {
      FileTree.delete(folder);
    }
  }

  /** Reads and asserts the text; returns the offset of its end. */
  private static long assertRead(RunLog log, long from, int most, String text) throws IOException {
    RunLog.Part part = log.read(from, most);
    String read = new String(part.bytes(), StandardCharsets.UTF_8);
    assertThat(part.offset()).isBetween(from, (long) text.length());
    assertThat(read).hasSizeLessThanOrEqualTo(most);
    assertThat(text.substring((int) part.offset())).startsWith(read);
    return part.end();
  }

  @Test
  void aLineOfOursBeginsALine() throws Exception {
    try (RunLog log = new RunLog(file(), 1 << 20)) {
      log.note("first");
      log.capture(bytes("OK\n"));
      log.note("second");
      log.capture(bytes("not\nended"));
      log.note("third");
      log.note("fourth");
      log.finish();
      assertThat(file())
          .hasContent(
              "[assay] first\nOK\n[assay] second\nnot\nended\n[assay] third\n[assay] fourth\n");
    }
  }

  private FileSummary capture(String text, long cap) throws IOException {
    try (RunLog log = new RunLog(file(), cap)) {
      log.capture(bytes(text));
      return log.finish();
    }
  }

  private Path file() {
    return folder.resolve("run.log");
  }

  private static ByteArrayInputStream bytes(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String lines(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(i -> i + "\n").collect(Collectors.joining());
  }

  private static String text(int size, int lineLength) {
    return IntStream.range(0, size)
        .mapToObj(
            i -> i % lineLength == lineLength - 1 ? "\n" : String.valueOf((char) ('a' + i % 26)))
        .collect(Collectors.joining());
  }
}
