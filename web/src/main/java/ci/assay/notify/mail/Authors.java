package ci.assay.notify.mail;

import ci.assay.common.CannotRunException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Whose address is which: a file of lines {@code NAME <ADDRESS>}. What is stored of a commit is the
 * author's name, and no address: whoever pushes would choose who is written to.
 */
record Authors(Path file) {

  private static final Pattern LINE = Pattern.compile("\\s*([^<#]+?)\\s*<([^<>\\s]+@[^<>\\s]+)>.*");

  /**
   * The address of an author; empty where nobody said it.
   *
   * @throws CannotRunException when the file cannot be read
   */
  Optional<String> addressOf(String name) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .map(LINE::matcher)
          .filter(Matcher::matches)
          .filter(line -> line.group(1).equals(name))
          .map(line -> line.group(2))
          .findFirst();
    } catch (IOException | UncheckedIOException e) {
      throw new CannotRunException("the addresses of authors in '" + file + "' cannot be read", e);
    }
  }
}
