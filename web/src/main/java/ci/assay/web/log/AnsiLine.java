package ci.assay.web.log;

import ci.assay.web.view.Display;
import gg.jte.html.escape.Escape;
import gg.jte.output.StringOutput;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Renders a log's lines as HTML, one after another. Colours and weights (ECMA-48 "SGR") become CSS
 * classes, all other control sequences are removed, and the text is escaped. Colours continue from
 * line to line. Not thread-safe.
 */
public final class AnsiLine {

  /** Control sequences, the strings of terminals (titles, links), and two-character escapes. */
  private static final Pattern ESCAPE =
      Pattern.compile(
          "\u001b\\[([0-9;:]*)m|\u001b\\[[0-?]*[ -/]*[@-~]|\u001b[\\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\\\)?"
              + "|\u001b[ -/]*[0-~]?");

  private static final String[] NAMES = {
    "black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"
  };

  private String foreground = "";
  private String background = "";
  private boolean isBold;
  private boolean isFaint;
  private boolean isItalic;
  private boolean isUnderlined;

  /** Renders one line, without its line end. */
  public String html(String line) {
    StringOutput out = new StringOutput(line.length() + 16);
    Matcher matcher = ESCAPE.matcher(line);
    int done = 0;
    while (matcher.find()) {
      write(line.substring(done, matcher.start()), out);
      if (matcher.group(1) != null) {
        apply(matcher.group(1).split("[;:]", -1));
      }
      done = matcher.end();
    }
    write(line.substring(done), out);
    return out.toString();
  }

  private void write(String text, StringOutput out) {
    if (text.isEmpty()) {
      return;
    }
    String classes = classes();
    if (!classes.isEmpty()) {
      out.writeContent("<span class=\"" + classes + "\">");
    }
    Escape.htmlContent(Display.text(text), out);
    if (!classes.isEmpty()) {
      out.writeContent("</span>");
    }
  }

  private String classes() {
    StringBuilder classes = new StringBuilder();
    add(classes, foreground);
    add(classes, background);
    add(classes, isBold ? "bold" : "");
    add(classes, isFaint ? "faint" : "");
    add(classes, isItalic ? "italic" : "");
    add(classes, isUnderlined ? "underlined" : "");
    return classes.toString();
  }

  private static void add(StringBuilder classes, String name) {
    if (!name.isEmpty()) {
      classes.append(classes.isEmpty() ? "" : " ").append("ansi-").append(name);
    }
  }

  private void apply(String[] codes) {
    for (int at = 0; at < codes.length; at++) {
      int code = number(codes[at]);
      if (code == 38 || code == 48) {
        int used = extended(codes, at, code == 48);
        at += used;
      } else {
        apply(code);
      }
    }
  }

  private void apply(int code) {
    switch (code) {
      case 0 -> reset();
      case 1 -> isBold = true;
      case 2 -> isFaint = true;
      case 3 -> isItalic = true;
      case 4 -> isUnderlined = true;
      case 22 -> {
        isBold = false;
        isFaint = false;
      }
      case 23 -> isItalic = false;
      case 24 -> isUnderlined = false;
      case 39 -> foreground = "";
      case 49 -> background = "";
      default -> colour(code);
    }
  }

  private void colour(int code) {
    if (code >= 30 && code <= 37) {
      foreground = NAMES[code - 30];
    } else if (code >= 90 && code <= 97) {
      foreground = "bright-" + NAMES[code - 90];
    } else if (code >= 40 && code <= 47) {
      background = "on-" + NAMES[code - 40];
    } else if (code >= 100 && code <= 107) {
      background = "on-" + NAMES[code - 100];
    }
  }

  /** Sets the nearest of our colours to one of 256, or to RGB; returns how many codes it used. */
  private int extended(String[] codes, int at, boolean isBackground) {
    int kind = at + 1 < codes.length ? number(codes[at + 1]) : -1;
    if (kind == 5 && at + 2 < codes.length) {
      set(nearest(number(codes[at + 2])), isBackground);
      return 2;
    }
    if (kind == 2 && at + 4 < codes.length) {
      set(
          nearest(number(codes[at + 2]), number(codes[at + 3]), number(codes[at + 4])),
          isBackground);
      return 4;
    }
    return codes.length;
  }

  private void set(String name, boolean isBackground) {
    if (isBackground) {
      background = "on-" + name;
    } else {
      foreground = name;
    }
  }

  /** The nearest of our colours to one of xterm's 256: a cube of 6 × 6 × 6 colours, and greys. */
  private static String nearest(int index) {
    if (index < 16) {
      return NAMES[index & 7];
    }
    if (index >= 232) {
      return index < 244 ? "black" : "white";
    }
    int cube = index - 16;
    return nearest(cube / 36 * 51, cube / 6 % 6 * 51, cube % 6 * 51);
  }

  private static String nearest(int red, int green, int blue) {
    int half = Math.max(96, Math.max(red, Math.max(green, blue)) / 2);
    return NAMES[(red > half ? 1 : 0) + (green > half ? 2 : 0) + (blue > half ? 4 : 0)];
  }

  private void reset() {
    foreground = "";
    background = "";
    isBold = false;
    isFaint = false;
    isItalic = false;
    isUnderlined = false;
  }

  /** The number of a code; an empty one means 0, one that is too long -1. */
  private static int number(String digits) {
    return digits.isEmpty() ? 0 : digits.length() > 3 ? -1 : Integer.parseInt(digits);
  }
}
