package ci.assay.notify.chat;

import ci.assay.common.Texts;
import ci.assay.notify.receiver.Notice;
import ci.assay.notify.receiver.Words;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * One template for each chat. What commits wrote can be neither markup nor a mention in any of
 * them: behind each {@code @} stands a space without width, and what begins markup is written out.
 */
final class Formats {

  private static final int LONGEST_LINES = 2_500;
  private static final int LONGEST_OF_DISCORD = 2_000;

  private Formats() {}

  /**
   * Slack, "Sending messages using incoming webhooks": {@code text}, in which "&amp;, &lt; and
   * &gt;" are written as entities ("Formatting text for app surfaces"), so that no {@code
   * <!channel>} is one.
   */
  static Map<String, Object> slack(Notice notice) {
    UnaryOperator<String> plain =
        text ->
            quiet(text)
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replaceAll("[*_~`]", "\u200B$0\u200B");
    String page = notice.page() == null ? "" : "\n<" + notice.page() + "|Open>";
    String text = "*" + plain.apply(Words.title(notice)) + "*" + block(notice, Formats::entities);
    return Map.of("text", text + page);
  }

  private static String entities(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  /** Mattermost, "Incoming webhooks": {@code text} in Markdown. */
  static Map<String, Object> mattermost(Notice notice) {
    return Map.of("text", markdown(notice, LONGEST_LINES));
  }

  /**
   * Discord, "Webhook Resource", "Execute Webhook": {@code content}, "up to 2000 characters", and
   * {@code allowed_mentions} with nothing in {@code parse}, so that nobody is called.
   */
  static Map<String, Object> discord(Notice notice) {
    String text = markdown(notice, LONGEST_OF_DISCORD - 900);
    return ordered(
        "content",
        text.length() > LONGEST_OF_DISCORD ? text.substring(0, LONGEST_OF_DISCORD) : text,
        "allowed_mentions",
        Map.of("parse", List.of()));
  }

  /**
   * Microsoft Teams, "Create incoming webhooks with Workflows": a {@code message} with an Adaptive
   * Card; its texts know a part of Markdown, and mentions only by {@code entities}, which it has
   * not.
   */
  static Map<String, Object> teams(Notice notice) {
    List<Object> body = new ArrayList<>();
    body.add(
        ordered(
            "type",
            "TextBlock",
            "text",
            escaped(Words.title(notice)),
            "weight",
            "bolder",
            "wrap",
            true));
    for (String line : cut(notice, LONGEST_LINES).split("\n", -1)) {
      if (!line.isBlank()) {
        body.add(
            ordered(
                "type",
                "TextBlock",
                "text",
                escaped(line),
                "fontType",
                "monospace",
                "wrap",
                true,
                "spacing",
                "none"));
      }
    }
    Map<String, Object> card =
        ordered(
            "$schema",
            "http://adaptivecards.io/schemas/adaptive-card.json",
            "type",
            "AdaptiveCard",
            "version",
            "1.2",
            "body",
            body);
    if (notice.page() != null) {
      card.put(
          "actions",
          List.of(ordered("type", "Action.OpenUrl", "title", "Open", "url", notice.page())));
    }
    return ordered(
        "type",
        "message",
        "attachments",
        List.of(
            ordered("contentType", "application/vnd.microsoft.card.adaptive", "content", card)));
  }

  /** Without any markup: what a chat shows that knows none. */
  static String plain(Notice notice) {
    String page = notice.page() == null ? "" : "\n" + notice.page();
    String lines = cut(notice, LONGEST_LINES);
    return quiet(Words.title(notice)) + (lines.isEmpty() ? "" : "\n" + lines) + page;
  }

  private static String markdown(Notice notice, int longest) {
    String page = notice.page() == null ? "" : "\n[Open](" + notice.page() + ")";
    String lines = Texts.cut(cut(notice, LONGEST_LINES), longest);
    String block = lines.isEmpty() ? "" : "\n```\n" + lines + "\n```";
    return "**" + escaped(Words.title(notice)) + "**" + block + page;
  }

  private static String block(Notice notice, UnaryOperator<String> escape) {
    String lines = cut(notice, LONGEST_LINES);
    return lines.isEmpty() ? "" : "\n```\n" + escape.apply(lines) + "\n```";
  }

  /** The lines, with nothing in them that ends a block of code. */
  private static String cut(Notice notice, int most) {
    String lines = String.join("\n", Words.lines(notice)).replace('`', '\'');
    return quiet(Texts.cut(lines, most));
  }

  /** Whoever is named by a commit is not called. */
  private static String quiet(String text) {
    return text.replace("@", "@\u200B");
  }

  /** Nothing of it is Markdown. */
  private static String escaped(String text) {
    return quiet(text).replaceAll("[\\\\`*_{}\\[\\]()#+!|<>~-]", "\\\\$0");
  }

  private static Map<String, Object> ordered(Object... pairs) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put((String) pairs[i], pairs[i + 1]);
    }
    return map;
  }
}
