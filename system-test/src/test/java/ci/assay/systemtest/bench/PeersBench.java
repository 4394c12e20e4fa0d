package ci.assay.systemtest.bench;

import ci.assay.systemtest.bench.AssayPeer.Setting;
import ci.assay.testing.TestBroker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Verdicts per second and processor time per verdict, side by side in one run: a shell loop of
 * native git, Celery, and Assay on one RabbitMQ, all on this machine. They take turns, batch by
 * batch. The first batch comes when all have been up and idle for ten seconds.
 */
@Tag("bench")
class PeersBench {

  private static final int BATCH = Integer.getInteger("batch", 300);
  private static final int BATCHES = Integer.getInteger("batches", 5);
  private static final int SLOW_BATCHES = Integer.getInteger("slowBatches", 2);
  private static final int IDLE_SECONDS = 10;

  @TempDir Path folder;

  @Test
  void sideBySide() throws Exception {
    SampleHistory history =
        SampleHistory.create(
            folder.resolve("sample.git"), BATCH * Math.max(BATCHES, SLOW_BATCHES) + 1);
    PeerTable table = new PeerTable(BATCH);
    String before = load();
    measure(table, history, new Setting(2, 1, "true"), BATCHES);
    measure(table, history, new Setting(1, 8, "sleep 0.2"), SLOW_BATCHES);
    System.out.println(table.asMarkdown());
    System.out.println(CeleryPeer.missing());
    System.out.printf(
        "Load of the machine before and after: %s and %s (it has %d processors).%n",
        before, load(), Runtime.getRuntime().availableProcessors());
  }

  private void measure(PeerTable table, SampleHistory history, Setting setting, int batches)
      throws Exception {
    String what = "`%s`, %d slots".formatted(setting.test(), setting.workers() * setting.slots());
    List<Peer> peers = new ArrayList<>();
    try {
      startAll(peers, history, setting);
      TimeUnit.SECONDS.sleep(IDLE_SECONDS);
      for (int batch = 0; batch < batches; batch++) {
        var commits = history.commits().subList(1 + batch * BATCH, 1 + (batch + 1) * BATCH);
        Map<String, PeerTable.Batch> all = new LinkedHashMap<>();
        for (Peer peer : peers) {
          peer.time().begin();
          Progress progress = peer.run(commits);
          all.put(peer.name(), new PeerTable.Batch(progress, peer.time().millisPerVerdict(BATCH)));
        }
        table.add(what, all);
      }
    } finally {
      for (Peer peer : peers) {
        peer.close();
      }
    }
  }

  private void startAll(List<Peer> peers, SampleHistory history, Setting setting) throws Exception {
    int slots = setting.workers() * setting.slots();
    Path place = Files.createTempDirectory(folder, "peers-");
    peers.add(new NativePeer(place.resolve("loop"), history.repository(), slots, setting.test()));
    if (CeleryPeer.missing().isEmpty()) {
      peers.add(
          new CeleryPeer(
              place.resolve("celery"),
              history.repository(),
              TestBroker.shared().newVirtualHost(),
              slots,
              setting.test()));
    }
    peers.add(
        new AssayPeer(
            place.resolve("assay"), history, TestBroker.shared().newVirtualHost(), setting));
  }

  private static String load() throws Exception {
    return Files.readString(Path.of("/proc/loadavg")).split(" ", -1)[0];
  }
}
