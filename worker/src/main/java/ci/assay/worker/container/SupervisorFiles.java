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
 * A copy of this machine's perl with its modules, its shared libraries and their loader, so that
 * the supervisor runs in containers of any image: most images have no perl, and many have another C
 * library. It is mounted read-only.
 *
 * @param folder the folder with the copy
 */
record SupervisorFiles(Path folder) {

  /** The path of the folder in containers. */
  static final String INSIDE = "/assay/supervisor";

  private static final String LOADER = "loader";
  private static final String PERL = "perl";
  private static final String LIBRARIES = "libraries";
  private static final String MODULES = "modules";
  private static final int LIMIT_SECONDS = 20;
  private static final int MAX_OUTPUT_BYTES = 1 << 16;

  /** Loads the modules of the supervisor, and prints the paths of perl and of their files. */
  private static final String PRINT_MODULES =
      "use strict; use warnings; my $unused = $!{EINTR}; print \"$^X\\n\";"
          + " print \"$_\\t$INC{$_}\\n\" for sort keys %INC";

  private static final Pattern NAMED = Pattern.compile("\\s*(\\S+) => (/\\S+) \\(0x[0-9a-f]+\\)");
  private static final Pattern UNNAMED = Pattern.compile("\\s*(/\\S+) \\(0x[0-9a-f]+\\)");

  /**
   * Makes the copy.
   *
   * @throws IOException when this machine's perl or ldd does not work
   */
  static SupervisorFiles copy(Path folder) throws IOException, InterruptedException {
    FileTree.delete(folder);
    for (String each : List.of(LIBRARIES, MODULES)) {
      Files.createDirectories(folder.resolve(each));
    }
    List<String> loaded = output(List.of("perl", "-e", PRINT_MODULES));
    Path perl = Path.of(loaded.get(0)).toRealPath();
    copy(perl, folder.resolve(PERL));
    for (String line : loaded.subList(1, loaded.size())) {
      String[] pair = line.split("\t", 2);
      copy(Path.of(pair[1]), folder.resolve(MODULES).resolve(pair[0]));
    }
    boolean isComplete = false;
    for (String line : output(List.of("ldd", perl.toString()))) {
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

  private static List<String> output(List<String> program)
      throws IOException, InterruptedException {
    Process process = new ProcessBuilder(program).redirectErrorStream(true).start();
    try (InputStream out = process.getInputStream()) {
      process.getOutputStream().close();
      List<String> lines =
          new String(out.readNBytes(MAX_OUTPUT_BYTES), StandardCharsets.UTF_8).lines().toList();
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

  /** The entry point of a container: the loader. */
  static String entryPoint() {
    return INSIDE + "/" + LOADER;
  }

  /** The arguments of the loader, before the program. */
  static List<String> loaderArguments() {
    return List.of("--library-path", INSIDE + "/" + LIBRARIES);
  }

  /** The path of perl in a container, and its first arguments. */
  static List<String> perl() {
    return List.of(INSIDE + "/" + PERL, "-I" + INSIDE + "/" + MODULES);
  }
}
