package ci.assay.wire;

import ci.assay.message.ActiveNotice;
import ci.assay.message.LivenessQuery;
import ci.assay.message.Order;
import ci.assay.message.OrderReply;
import ci.assay.message.PollRequest;
import ci.assay.message.Presence;
import ci.assay.message.ReconcileReply;
import ci.assay.message.ReconcileRequest;
import ci.assay.message.RefTips;
import ci.assay.message.ResendRequest;
import ci.assay.message.RunNotice;
import ci.assay.message.RunReturned;
import ci.assay.message.RunStarted;
import ci.assay.message.StartReply;
import ci.assay.message.StartRequest;
import ci.assay.message.StopRequest;
import ci.assay.message.Tick;
import ci.assay.message.WatchRequest;
import ci.assay.model.Job;
import ci.assay.model.Message;
import ci.assay.model.Result;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The value of the field {@code type} of each message. It must not change when a class is renamed,
 * since programs of several versions may share a broker.
 */
final class MessageTypes {

  private static final Map<String, Class<? extends Message>> TYPES =
      Map.ofEntries(
          Map.entry("job", Job.class),
          Map.entry("started", RunStarted.class),
          Map.entry("returned", RunReturned.class),
          Map.entry("result", Result.class),
          Map.entry("refs", RefTips.class),
          Map.entry("tick", Tick.class),
          Map.entry("ask", StartRequest.class),
          Map.entry("answer", StartReply.class),
          Map.entry("who", LivenessQuery.class),
          Map.entry("here", RunNotice.class),
          Map.entry("stop", StopRequest.class),
          Map.entry("resend", ResendRequest.class),
          Map.entry("watch", WatchRequest.class),
          Map.entry("presence", Presence.class),
          Map.entry("active", ActiveNotice.class),
          Map.entry("reconcile", ReconcileRequest.class),
          Map.entry("reconciled", ReconcileReply.class),
          Map.entry("order", Order.class),
          Map.entry("poll", PollRequest.class),
          Map.entry("receipt", OrderReply.class));

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
