package ci.assay.notify.chat;

import ci.assay.common.Texts;
import ci.assay.notify.receiver.Notice;
import ci.assay.notify.receiver.NoticeText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A template for each kind of chat. Text from commits becomes neither markup nor a mention: each
 * {@code @} is followed by a zero-width space, and characters that begin markup are escaped.
 */
final class Formats {

  private static final int MAX_LINES_LENGTH = 2_500;
  private static final int MAX_DISCORD_LENGTH = 2_000;

  private Formats() {}

  /**
   * Slack, "Sending messages using incoming webhooks": {@code text}, in which "&amp;, &lt; and
   * &gt;" are written as entities ("Formatting text for app surfaces"), so that {@code <!channel>}
   * in a commit message mentions nobody.
   */
  static Map<String, Object> slack(Notice notice) {
    UnaryOperator<String> plain =
        text ->
            withoutMentions(text)
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replaceAll("[*_~`]", "\u200B$0\u200B");
    String page = notice.page() == null ? "" : "\n<" + notice.page() + "|Open>";
    String text =
        "*" + plain.apply(NoticeText.title(notice)) + "*" + block(notice, Formats::entities);
    return Map.of("text", text + page);
  }

  private static String entities(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  /** Mattermost, "Incoming webhooks": {@code text} in Markdown. */
  static Map<String, Object> mattermost(Notice notice) {
    return Map.of("text", markdown(notice, MAX_LINES_LENGTH));
  }

  /**
   * Discord, "Webhook Resource", "Execute Webhook": {@code content}, "up to 2000 characters", and
   * {@code allowed_mentions} with an empty {@code parse}, so that nobody is mentioned.
   */
  static Map<String, Object> discord(Notice notice) {
    String text = markdown(notice, MAX_DISCORD_LENGTH - 900);
    return ordered(
        "content",
        text.length() > MAX_DISCORD_LENGTH ? text.substring(0, MAX_DISCORD_LENGTH) : text,
        "allowed_mentions",
        Map.of("parse", List.of()));
  }

  /**
   * Microsoft Teams, "Create incoming webhooks with Workflows": a {@code message} with an Adaptive
   * Card; its texts may have a subset of Markdown; mentions need {@code entities}, which this card
   * does not have.
   */
  static Map<String, Object> teams(Notice notice) {
    List<Object> body = new ArrayList<>();
    body.add(
        ordered(
            "type",
            "TextBlock",
            "text",
            escaped(NoticeText.title(notice)),
            "weight",
            "bolder",
            "wrap",
            true));
    for (String line : cut(notice, MAX_LINES_LENGTH).split("\n", -1)) {
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

  /** Plain text, for a chat without markup. */
  static String plain(Notice notice) {
    String page = notice.page() == null ? "" : "\n" + notice.page();
    String lines = cut(notice, MAX_LINES_LENGTH);
    return withoutMentions(NoticeText.title(notice)) + (lines.isEmpty() ? "" : "\n" + lines) + page;
  }

  private static String markdown(Notice notice, int longest) {
    String page = notice.page() == null ? "" : "\n[Open](" + notice.page() + ")";
    String lines = Texts.cut(cut(notice, MAX_LINES_LENGTH), longest);
    String block = lines.isEmpty() ? "" : "\n```\n" + lines + "\n```";
    return "**" + escaped(NoticeText.title(notice)) + "**" + block + page;
  }

  private static String block(Notice notice, UnaryOperator<String> escape) {
    String lines = cut(notice, MAX_LINES_LENGTH);
    return lines.isEmpty() ? "" : "\n```\n" + escape.apply(lines) + "\n```";
  }

  /** The lines, shortened, without the backquote that would end a block of code. */
  private static String cut(Notice notice, int most) {
    String lines = String.join("\n", NoticeText.lines(notice)).replace('`', '\'');
    return withoutMentions(Texts.cut(lines, most));
  }

  /** Makes mentions ineffective. */
  private static String withoutMentions(String text) {
    return text.replace("@", "@\u200B");
  }

  /** Escapes Markdown. */
  private static String escaped(String text) {
    return withoutMentions(text).replaceAll("[\\\\`*_{}\\[\\]()#+!|<>~-]", "\\\\$0");
  }

  private static Map<String, Object> ordered(Object... pairs) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put((String) pairs[i], pairs[i + 1]);
    }
    return map;
  }
}
