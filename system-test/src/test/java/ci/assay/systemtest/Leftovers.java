package ci.assay.systemtest;

import ci.assay.model.CommitId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Finds files and processes that an installation must not leave behind. */
public final class Leftovers {

  private static final Set<String> OF_RESULTS = Set.of(".store", ".lock");

  /** The file that lists the coordinators of a results folder. */
  private static final String WRITERS = ".coordinators";

  /** Notes of when artifacts are to be removed. */
  private static final String EXPIRY_NOTES = ".artifacts";

  private Leftovers() {}

  /** The files below a folder; empty if it does not exist. */
  public static List<Path> filesIn(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).toList();
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof NoSuchFileException) {
        return filesIn(folder); // deleted meanwhile
      }
      throw e.getCause();
    }
  }

  /** Files in a results folder that should be gone: partial, temporary or set aside. */
  public static List<Path> inResults(Path results) throws IOException {
    return filesIn(results).stream()
        .map(results::relativize)
        .filter(each -> !OF_RESULTS.contains(each.toString()) && !isLock(each))
        .filter(each -> !each.startsWith(WRITERS) && !each.startsWith(EXPIRY_NOTES))
        .filter(Leftovers::isHidden)
        .toList();
  }

  /** Whether it is a lock of a coordinator, which writes its temporary files beside it. */
  private static boolean isLock(Path path) {
    return path.startsWith(".tmp") && path.toString().endsWith(".lock");
  }

  private static boolean isHidden(Path path) {
    for (Path each : path) {
      if (each.toString().startsWith(".")) {
        return true;
      }
    }
    return false;
  }

  /** The commits that are judged according to an observer's journal. */
  public static List<CommitId> judgedIn(Path journal) throws IOException {
    Set<CommitId> judged = new LinkedHashSet<>();
    for (String line : Files.readAllLines(journal)) {
      String[] words = line.split(" ", -1);
      if (words.length == 3 && words[1].equals("judged")) {
        judged.add(new CommitId(words[2]));
      }
    }
    return List.copyOf(judged);
  }

  /** Processes, except this one, whose environment or command line contains a folder. */
  public static List<String> processesOf(Path folder) throws IOException {
    List<String> found = new ArrayList<>();
    try (Stream<Path> all = Files.list(Path.of("/proc"))) {
      for (Path process : all.filter(each -> isNumber(each.getFileName().toString())).toList()) {
        String command = read(process.resolve("cmdline"));
        boolean isOurs = process.endsWith(Long.toString(ProcessHandle.current().pid()));
        boolean isOfFolder =
            command.contains(folder.toString())
                || read(process.resolve("environ")).contains(folder.toString());
        if (!isOurs && isOfFolder) {
          found.add(process.getFileName() + " " + command.replace('\0', ' '));
        }
      }
    }
    return found;
  }

  private static boolean isNumber(String name) {
    return name.chars().allMatch(Character::isDigit);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return ""; // it is gone
    }
  }
}
