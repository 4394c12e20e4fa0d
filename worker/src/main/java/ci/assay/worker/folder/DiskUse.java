package ci.assay.worker.folder;

import ci.assay.program.Scripts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * How much space some folders take on the disk, as the file system counts it: holes in sparse files
 * take none.
 *
 * @param all bytes of all files
 * @param old bytes of the files that had not changed for the given time
 */
record DiskUse(long all, long old) {

  private static final String SCRIPT = Scripts.load(DiskUse.class, "disk-use.pl");
  private static final Duration LIMIT = Duration.ofMinutes(5);

  /**
   * Walks through the folders with perl, because Java cannot read the number of blocks of a file.
   * Files that cannot be read are left out. The time grows with the number of files; perl runs at a
   * low priority.
   *
   * @param age a file is old if it did not change within this time
   * @throws IOException when the use cannot be determined
   */
  static DiskUse of(List<Path> folders, Duration age) throws IOException, InterruptedException {
    List<String> program = new ArrayList<>(List.of("perl", "-e", SCRIPT));
    program.add(Long.toString(age.toSeconds() + 1));
    folders.forEach(each -> program.add(each.toString()));
    ProcessBuilder builder = new ProcessBuilder(program);
    builder.environment().keySet().removeIf(name -> !name.equals("PATH"));
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    Process process = builder.start();
    try {
      process.getOutputStream().close();
      if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException("the folders have too many files to walk through");
      }
      return parse(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    } finally {
      process.destroyForcibly();
    }
  }

  private static DiskUse parse(String line) throws IOException {
    String[] numbers = line.strip().split(" ", -1);
    try {
      return new DiskUse(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]));
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      throw new IOException("perl says '" + line.strip() + "'", e);
    }
  }
}
