package ci.assay.cli.mcp;

import ci.assay.common.Texts;
import ci.assay.model.report.TestCase;
import ci.assay.web.api.ApiModels;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Writes commits, jobs and tests as short lines. */
final class Lines {

  private static final int MAX_SUBJECT = 120;
  private static final int MAX_SUMMARY = 300;
  private static final int MAX_MESSAGE_LINES = 12;

  private Lines() {}

  static String commit(ApiModels.Commit commit) {
    return "%s  %s %s  %s  queued %s%s%s"
        .formatted(
            commit.state().text(),
            commit.repository(),
            commit.commit(),
            commit.ref(),
            commit.queuedAt(),
            part("  subject: ", commit.subject(), MAX_SUBJECT),
            part("  summary: ", commit.summary(), MAX_SUMMARY));
  }

  /** The commit, its verdict and its jobs. */
  static List<String> whole(ApiModels.WholeCommit known) {
    Stream<String> jobs = known.jobs().stream().map(Lines::job);
    return Stream.concat(Stream.of(commit(known.commit())), jobs).toList();
  }

  static String job(ApiModels.Job job) {
    return "%s  job %s%s%s"
        .formatted(
            job.state().text(),
            job.id(),
            part("  worker ", job.worker(), MAX_SUBJECT),
            part("  summary: ", job.summary(), MAX_SUMMARY));
  }

  /** A test case and, if there are any, the first lines of its message and stack. */
  static List<String> test(TestCase test) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s  %s%s%s"
            .formatted(
                test.outcome().word(),
                test.group().isEmpty() ? "" : test.group() + " ",
                test.name(),
                test.flaky() ? "  (flaky)" : ""));
    Stream.of(test.message(), test.stack())
        .filter(each -> each != null && !each.isBlank())
        .flatMap(String::lines)
        .limit(MAX_MESSAGE_LINES)
        .forEach(line -> lines.add("    " + line));
    return lines;
  }

  private static String part(String label, @Nullable String text, int most) {
    return text == null ? "" : label + Texts.line(text, most);
  }
}
