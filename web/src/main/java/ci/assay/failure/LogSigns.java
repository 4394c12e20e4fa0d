package ci.assay.failure;

import java.util.List;
import java.util.regex.Pattern;

/** Recognises lines of a log that say that something failed. */
public final class LogSigns {

  /** Lines that name the reason itself. */
  private static final Pattern REASON =
      Pattern.compile(
          "^E\\s{2,}\\S|\\b[A-Za-z]\\w*(?:Error|Exception|Failure)\\b(?:\\s*\\[\\w+])?(?::|$)|^Assertion(?:Error|Failed)"
              + "|\\bpanic(?:ked)?\\b(?:: | at )|\\b[Aa]ssertion\\b.*\\bfailed|\\b(?:fatal )?error(?:\\[\\w+])?: "
              + "|\\bexpected\\b.*\\b(?:got|but|was|actual|received)\\b|\\bgot\\b.*\\b(?:want|expected)\\b"
              + "|: Failure$|\\bundefined reference\\b|command not found|[Nn]o such file or directory"
              + "|[Ss]egmentation fault|core dumped|^fatal: |\\[ERROR] \\S+:\\[\\d+,\\d+]|Caused by: ");

  /** Lines that say that something failed. */
  private static final Pattern STRONG =
      Pattern.compile(
          "^\\s*--- FAIL: |^\\s*not ok\\b|^(?:FAIL|ERROR): |\\[ERROR]|^\\s*[✗✖✘×●✕] ?|<<< (?:FAILURE|ERROR)!"
              + "|\\[  FAILED  ]|^\\s*FAIL(?:ED)?\\b|\\*\\*\\* .*(?:Error|Stop)|^npm ERR!|\\.\\.\\. FAILED$");

  private static final Pattern WEAK =
      Pattern.compile(
          "\\b(?:error|errors|fail|failed|failure|failures|fails|fatal|cannot|could not|unable|killed|broken)\\b",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern NONE =
      Pattern.compile(
          "\\b(?:0|no) (?:errors?|failures?|failed|fail)\\b|\\b(?:failures|errors|failed|fail)[:=] ?0\\b"
              + "|-Werror|\\bxfail",
          Pattern.CASE_INSENSITIVE);

  private LogSigns() {}

  /** Whether it names the reason. */
  static boolean isReason(String line) {
    return REASON.matcher(line).find();
  }

  /**
   * The index of the first line that says that something failed; -1 when none does.
   *
   * @param lines without control sequences
   */
  public static int first(List<String> lines) {
    int weak = -1;
    for (int at = 0; at < lines.size(); at++) {
      String line = lines.get(at);
      if (REASON.matcher(line).find() || STRONG.matcher(line).find()) {
        return at;
      }
      boolean isWeak = weak < 0 && WEAK.matcher(line).find() && !NONE.matcher(line).find();
      weak = isWeak ? at : weak;
    }
    return weak;
  }
}
