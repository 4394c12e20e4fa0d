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
 * The addresses of authors, from a file of lines {@code NAME <ADDRESS>}. The address in a commit is
 * not used: with it, anybody who can push could choose who gets mail.
 */
record AuthorAddresses(Path file) {

  private static final Pattern LINE = Pattern.compile("\\s*([^<#]+?)\\s*<([^<>\\s]+@[^<>\\s]+)>.*");

  /**
   * The address of an author; empty if the file has none.
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
