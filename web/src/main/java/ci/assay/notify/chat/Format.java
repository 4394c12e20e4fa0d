package ci.assay.notify.chat;

import ci.assay.notify.receiver.Notice;
import java.util.Map;

/** What one kind of chat is sent, as JSON. */
@FunctionalInterface
interface Format {
  Map<String, Object> of(Notice notice);
}
