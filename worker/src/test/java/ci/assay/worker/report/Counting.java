package ci.assay.worker.report;

import ci.assay.worker.output.CaseFile;
import ci.assay.worker.output.RunLog;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Counts the tests of a run that is made up. */
final class Counting {

  private Counting() {}

  static void count(Path folder, byte[] printed, List<Path> written) throws Exception {
    Path run = folder.resolve("run.log");
    Files.deleteIfExists(run);
    Path found = folder.resolve("run.tests");
    Files.deleteIfExists(found);
    CaseFile cases = new CaseFile(found, 1 << 20);
    try (RunLog log = new RunLog(run, 1 << 20)) {
      log.capture(new ByteArrayInputStream(printed));
      log.finish();
      TestReports.count((wanted, limit) -> written, folder, log, cases);
      cases.finish();
    }
  }
}
