package ci.assay.worker.folder;

import ci.assay.common.Scripts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * How much some folders take on the disk, as the file system counts it: a file with holes takes
 * what is written of it.
 *
 * @param all bytes
 * @param old bytes of what had not changed for some time
 */
record DiskUse(long all, long old) {

  private static final String SCRIPT = Scripts.load(DiskUse.class, "disk-use.pl");
  private static final Duration LIMIT = Duration.ofMinutes(5);

  /**
   * Walks through them, by perl, which knows what Java does not: blocks. What cannot be read is
   * left out. Takes as long as there are files, at a low priority.
   *
   * @param age since when a change counts
   * @throws IOException when nothing can be said
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
        throw new IOException("there is too much to walk through");
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
