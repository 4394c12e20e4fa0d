package ci.assay.wire;

import ci.assay.model.Message;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The word in the field {@code type} of each message: its record's name in lower case. */
final class MessageTypes {

  private static final Map<String, Class<? extends Message>> BY_NAME = new HashMap<>();
  private static final Map<Class<?>, String> NAMES = new HashMap<>();

  static {
    for (Class<?> each : Message.class.getPermittedSubclasses()) {
      String name = each.getSimpleName().toLowerCase(Locale.ROOT);
      BY_NAME.put(name, each.asSubclass(Message.class));
      NAMES.put(each, name);
    }
  }

  private MessageTypes() {}

  static List<Class<? extends Message>> all() {
    return List.copyOf(BY_NAME.values());
  }

  static @Nullable Class<? extends Message> named(String name) {
    return BY_NAME.get(name);
  }

  static String nameOf(Class<? extends Message> type) {
    return NAMES.getOrDefault(type, "message");
  }
}
