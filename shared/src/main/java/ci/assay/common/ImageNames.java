package ci.assay.common;

import java.util.regex.Pattern;

/**
 * The names of container images, as engines and registries know them: {@code maven:3.9}, {@code
 * ghcr.io/org/tool@sha256:…}. Nothing that passes is an option or a path to a program that is given
 * it.
 */
public final class ImageNames {

  /** The longest name that is taken. */
  public static final int LONGEST = 255;

  /** Where a name without a host leads, for engines that do not know that by themselves. */
  private static final String USUAL_HOST = "docker.io/";

  private static final String LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
  private static final String HOST = LABEL + "(?:\\." + LABEL + ")*(?::[0-9]{1,5})?";
  private static final String PART = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
  private static final String TAG = "(?::[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?";
  private static final String DIGEST = "(?:@sha256:[0-9a-f]{64})?";
  private static final Pattern NAME =
      Pattern.compile("(?:" + HOST + "/)?" + PART + "(?:/" + PART + ")*" + TAG + DIGEST);

  private ImageNames() {}

  /** Whether an engine would take it for the name of an image. */
  public static boolean isOne(String name) {
    return name.length() <= LONGEST && NAME.matcher(name).matches();
  }

  /**
   * The name with its host, so that it means the same to all engines.
   *
   * @param name that {@link #isOne}
   */
  public static String whole(String name) {
    int slash = name.indexOf('/');
    if (slash < 0) {
      return USUAL_HOST + "library/" + name;
    }
    String first = name.substring(0, slash);
    boolean isHost = first.matches(".*[.:A-Z].*") || first.equals("localhost");
    return isHost ? name : USUAL_HOST + name;
  }
}
