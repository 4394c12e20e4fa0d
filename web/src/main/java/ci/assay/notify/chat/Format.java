package ci.assay.notify.chat;

import ci.assay.notify.receiver.Notice;
import java.util.Map;

/** Makes the JSON object that one kind of chat expects. */
@FunctionalInterface
interface Format {
  Map<String, Object> of(Notice notice);
}
