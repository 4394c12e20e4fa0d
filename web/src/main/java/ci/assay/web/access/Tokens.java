package ci.assay.web.access;

import ci.assay.common.CannotRunException;
import ci.assay.common.InvalidInputException;
import ci.assay.common.Names;
import ci.assay.common.PrivateTextFile;
import ci.assay.web.access.Visitor.Role;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The file of tokens, one line {@code NAME ROLE SHA-256 CREATED} each. A token is 256 random bits.
 * It is not stored, only its hash, from which it can't be computed. A change of the file takes
 * effect with the next request. Thread-safe.
 */
public final class Tokens {

  private static final String PREFIX = "assay_";
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Path file;
  private final PrivateTextFile<List<Entry>> lines;

  /**
   * One token of the file.
   *
   * @param hash of the token, in hexadecimal digits
   */
  public record Entry(String name, Role role, String hash, Instant createdAt) {
    private String line() {
      return String.join(
          " ", name, role.name().toLowerCase(Locale.ROOT), hash, createdAt.toString());
    }
  }

  /**
   * @param file may be missing: then there are no tokens
   */
  public Tokens(Path file) {
    this.file = file;
    this.lines = new PrivateTextFile<>(file, this::parse);
  }

  /** All entries. */
  public List<Entry> entries() {
    try {
      return lines.content();
    } catch (IOException e) {
      throw new CannotRunException("cannot read the tokens in '" + file + "': " + e, e);
    }
  }

  /** The entry of a token. */
  Optional<Entry> find(String token) {
    byte[] hash = hash(token).getBytes(StandardCharsets.US_ASCII);
    return entries().stream()
        .filter(
            entry -> MessageDigest.isEqual(hash, entry.hash().getBytes(StandardCharsets.US_ASCII)))
        .findFirst();
  }

  /** The entry with this name. */
  Optional<Entry> named(String name) {
    return entries().stream().filter(entry -> entry.name().equals(name)).findFirst();
  }

  /**
   * Creates a token.
   *
   * @return the token, which can't be read again later
   * @throws InvalidInputException when there is a token of that name
   */
  public String add(String name, Role role, Instant now) {
    Names.require("name of a token", name);
    if (named(name).isPresent()) {
      throw new InvalidInputException("there is a token '" + name + "' already; remove it first");
    }
    String token = PREFIX + random();
    List<Entry> more = new ArrayList<>(entries());
    more.add(new Entry(name, role, hash(token), now));
    write(more);
    return token;
  }

  /**
   * Removes a token, which becomes invalid at once.
   *
   * @throws InvalidInputException when there is no token of that name
   */
  public void remove(String name) {
    List<Entry> rest = new ArrayList<>(entries());
    if (!rest.removeIf(entry -> entry.name().equals(name))) {
      throw new InvalidInputException("there is no token '" + name + "' in " + file);
    }
    write(rest);
  }

  /** 256 random bits as text. */
  static String random() {
    byte[] bytes = new byte[32];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private void write(List<Entry> all) {
    try {
      lines.replace(all.stream().map(Entry::line).toList());
    } catch (IOException e) {
      throw new CannotRunException("cannot write the tokens to '" + file + "': " + e, e);
    }
  }

  private List<Entry> parse(List<String> all) {
    List<Entry> entries = new ArrayList<>();
    for (String line : all) {
      entries.add(parse(line, entries.size() + 1));
    }
    return List.copyOf(entries);
  }

  private Entry parse(String line, int number) {
    try {
      String[] parts = line.split(" ", -1);
      return new Entry(
          parts[0],
          Role.valueOf(parts[1].toUpperCase(Locale.ROOT)),
          parts[2],
          Instant.parse(parts[3]));
    } catch (RuntimeException e) {
      throw new CannotRunException(
          "line %d of '%s' is not a token; it must be NAME ROLE SHA-256 CREATED"
              .formatted(number, file),
          e);
    }
  }

  private static String hash(String token) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
