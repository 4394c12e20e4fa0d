package ci.assay.worker.container;

import ci.assay.worker.folder.FileTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A copy of this machine's perl with all that it loads, its libraries and their loader among them,
 * so that runs are supervised in a container of whatever image: most have no perl, and many another
 * C library. Mounted where no run can write it.
 *
 * @param folder where it is
 */
record SupervisorFiles(Path folder) {

  /** What it is called in containers. */
  static final String INSIDE = "/assay/supervisor";

  private static final String LOADER = "loader";
  private static final String PERL = "perl";
  private static final String LIBRARIES = "libraries";
  private static final String MODULES = "modules";
  private static final int LIMIT_SECONDS = 20;
  private static final int LONGEST = 1 << 16;

  /** Loads what the supervisor does, and says where that came from. */
  private static final String LOADED =
      "use strict; use warnings; my $unused = $!{EINTR}; print \"$^X\\n\";"
          + " print \"$_\\t$INC{$_}\\n\" for sort keys %INC";

  private static final Pattern NAMED = Pattern.compile("\\s*(\\S+) => (/\\S+) \\(0x[0-9a-f]+\\)");
  private static final Pattern UNNAMED = Pattern.compile("\\s*(/\\S+) \\(0x[0-9a-f]+\\)");

  /**
   * Makes the copy.
   *
   * @throws IOException when this machine's perl, or ldd, is not as it should be
   */
  static SupervisorFiles copy(Path folder) throws IOException, InterruptedException {
    FileTree.delete(folder);
    for (String each : List.of(LIBRARIES, MODULES)) {
      Files.createDirectories(folder.resolve(each));
    }
    List<String> loaded = said(List.of("perl", "-e", LOADED));
    Path perl = Path.of(loaded.get(0)).toRealPath();
    copy(perl, folder.resolve(PERL));
    for (String line : loaded.subList(1, loaded.size())) {
      String[] pair = line.split("\t", 2);
      copy(Path.of(pair[1]), folder.resolve(MODULES).resolve(pair[0]));
    }
    boolean isComplete = false;
    for (String line : said(List.of("ldd", perl.toString()))) {
      Matcher named = NAMED.matcher(line);
      Matcher unnamed = UNNAMED.matcher(line);
      if (named.matches()) {
        copy(Path.of(named.group(2)), folder.resolve(LIBRARIES).resolve(named.group(1)));
      } else if (unnamed.matches()) {
        copy(Path.of(unnamed.group(1)), folder.resolve(LOADER));
        isComplete = true;
      }
    }
    if (!isComplete) {
      throw new IOException("ldd does not say what loads " + perl);
    }
    return new SupervisorFiles(folder);
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
  }

  private static List<String> said(List<String> program) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(program).redirectErrorStream(true).start();
    try (InputStream out = process.getInputStream()) {
      process.getOutputStream().close();
      List<String> lines =
          new String(out.readNBytes(LONGEST), StandardCharsets.UTF_8).lines().toList();
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)
          || process.exitValue() != 0
          || lines.isEmpty()) {
        throw new IOException("'%s' does not work: %s".formatted(program.get(0), lines));
      }
      return lines;
    } finally {
      process.destroyForcibly();
    }
  }

  /** What a container begins with. */
  static String entryPoint() {
    return INSIDE + "/" + LOADER;
  }

  /** What the entry point is given first. */
  static List<String> loading() {
    return List.of("--library-path", INSIDE + "/" + LIBRARIES);
  }

  /** The program in a container, and its first arguments. */
  static List<String> perl() {
    return List.of(INSIDE + "/" + PERL, "-I" + INSIDE + "/" + MODULES);
  }
}
