package ci.assay.wire;

import ci.assay.model.Active;
import ci.assay.model.Answer;
import ci.assay.model.Ask;
import ci.assay.model.Here;
import ci.assay.model.Job;
import ci.assay.model.Message;
import ci.assay.model.Order;
import ci.assay.model.Presence;
import ci.assay.model.Receipt;
import ci.assay.model.Reconcile;
import ci.assay.model.Reconciled;
import ci.assay.model.Resend;
import ci.assay.model.Result;
import ci.assay.model.Returned;
import ci.assay.model.Started;
import ci.assay.model.Stop;
import ci.assay.model.Tick;
import ci.assay.model.Watch;
import ci.assay.model.Who;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The word in the field {@code type} of each message. Words stay what they are when a class gets
 * another name: programs of several versions may share a broker.
 */
final class MessageTypes {

  private static final Map<String, Class<? extends Message>> TYPES =
      Map.ofEntries(
          Map.entry("job", Job.class),
          Map.entry("started", Started.class),
          Map.entry("returned", Returned.class),
          Map.entry("result", Result.class),
          Map.entry("tick", Tick.class),
          Map.entry("ask", Ask.class),
          Map.entry("answer", Answer.class),
          Map.entry("who", Who.class),
          Map.entry("here", Here.class),
          Map.entry("stop", Stop.class),
          Map.entry("resend", Resend.class),
          Map.entry("watch", Watch.class),
          Map.entry("presence", Presence.class),
          Map.entry("active", Active.class),
          Map.entry("reconcile", Reconcile.class),
          Map.entry("reconciled", Reconciled.class),
          Map.entry("order", Order.class),
          Map.entry("receipt", Receipt.class));

  private static final Map<Class<?>, String> NAMES = new HashMap<>();

  static {
    TYPES.forEach((name, type) -> NAMES.put(type, name));
  }

  private MessageTypes() {}

  static List<Class<? extends Message>> all() {
    return List.copyOf(TYPES.values());
  }

  static @Nullable Class<? extends Message> named(String name) {
    return TYPES.get(name);
  }

  static String nameOf(Class<? extends Message> type) {
    return NAMES.getOrDefault(type, "message");
  }
}
