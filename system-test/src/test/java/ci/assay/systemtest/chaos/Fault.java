package ci.assay.systemtest.chaos;

import ci.assay.broker.Topology;
import ci.assay.systemtest.Member;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * The faults to inject. Each is undone after a while; until then its target gets no other fault.
 */
enum Fault {
  KILL_A_PROCESS(10) {
    @Override
    Optional<String> inject(Scene scene) {
      return onProcess(
          scene,
          node -> {
            node.member().process().kill();
            return scene.upTo(3);
          },
          node -> node.member().start());
    }
  },
  STOP_A_PROCESS(5) {
    @Override
    Optional<String> inject(Scene scene) {
      return onProcess(
          scene,
          node -> Duration.ZERO,
          node -> {
            int exitCode = node.member().stop();
            if (exitCode != 0 && exitCode != TERMINATED) {
              scene.problem(
                  "%s ended with %d after SIGTERM; it had said: %s"
                      .formatted(node.name(), exitCode, String.join("\n", node.member().said())));
            }
            node.member().start();
          });
    }
  },
  /** Sometimes for longer than two heartbeats, so that the broker closes the connection. */
  FREEZE_A_PROCESS(6) {
    @Override
    Optional<String> inject(Scene scene) {
      return onProcess(
          scene,
          node -> {
            node.member().process().signal("STOP");
            return scene.upTo(15);
          },
          node -> node.member().process().signal("CONT"));
    }
  },
  CUT_CONNECTIONS(6) {
    @Override
    Optional<String> inject(Scene scene) {
      return onProcess(
          scene,
          node -> {
            node.network().cut();
            return Duration.ZERO;
          },
          node -> {});
    }
  },
  REFUSE_CONNECTIONS(4) {
    @Override
    Optional<String> inject(Scene scene) {
      return onProcess(
          scene,
          node -> {
            node.network().refuse();
            return scene.upTo(10);
          },
          node -> node.network().mend());
    }
  },
  STALL_CONNECTIONS(5) {
    @Override
    Optional<String> inject(Scene scene) {
      return onProcess(
          scene,
          node -> {
            node.network().stall();
            return scene.upTo(15);
          },
          node -> node.network().mend());
    }
  },
  SET_A_CLOCK(3) {
    @Override
    Optional<String> inject(Scene scene) {
      String offset = "-Dassay.clock-offset=" + Duration.ofMinutes(scene.random.nextInt(600) - 300);
      return onProcess(
          scene,
          node -> {
            node.member().process().kill();
            return Duration.ZERO;
          },
          node -> node.member().start(offset));
    }
  },
  RESTART_THE_BROKER(1) {
    @Override
    Optional<String> inject(Scene scene) {
      return onBroker(scene, () -> scene.broker.stop());
    }
  },
  KILL_THE_BROKER(1) {
    @Override
    Optional<String> inject(Scene scene) {
      return onBroker(scene, () -> scene.broker.kill());
    }
  },
  FILL_A_DISK(2) {
    @Override
    Optional<String> inject(Scene scene) throws Exception {
      if (!scene.seizeDisks()) {
        return Optional.empty();
      }
      SmallDisk disk = scene.disks.get(scene.random.nextInt(scene.disks.size()));
      disk.fill();
      scene.later(
          scene.upTo(15),
          () -> {
            disk.free();
            scene.releaseDisks();
          });
      return Optional.of(disk.folder().getFileName().toString());
    }
  },
  PURGE_JOBS(1) {
    @Override
    Optional<String> inject(Scene scene) throws Exception {
      return byHand(scene, () -> scene.mischief.purge(Topology.jobsQueue("default")) + " messages");
    }
  },
  PURGE_RESULTS(1) {
    @Override
    Optional<String> inject(Scene scene) throws Exception {
      return byHand(scene, () -> scene.mischief.purge(Topology.RESULTS_QUEUE) + " messages");
    }
  },
  REPEAT_A_JOB(3) {
    @Override
    Optional<String> inject(Scene scene) throws Exception {
      return byHand(scene, () -> scene.mischief.repeatJob(scene.random));
    }
  },
  REPEAT_A_RESULT(3) {
    @Override
    Optional<String> inject(Scene scene) throws Exception {
      return byHand(scene, () -> scene.mischief.repeatResult(scene.random));
    }
  };

  /** The exit code of a process that SIGTERM ended before it had begun to handle it. */
  private static final int TERMINATED = 143;

  private final int weight;

  private interface Break {
    /** Applies the fault; returns after which time to repair it. */
    Duration apply(Node node);
  }

  private interface Mend {
    void apply(Node node);
  }

  private interface ByHand {
    String apply() throws Exception;
  }

  Fault(int weight) {
    this.weight = weight;
  }

  /** Injects the fault; returns its target, or empty if every target already has a fault. */
  abstract Optional<String> inject(Scene scene) throws Exception;

  /** The faults that lose messages, which is noticed only after a while. */
  static Set<Fault> losingMessages() {
    return EnumSet.of(PURGE_JOBS, PURGE_RESULTS);
  }

  static Fault any(Random random, Set<Fault> but) {
    List<Fault> all = EnumSet.complementOf(copyOf(but)).stream().toList();
    int dice = random.nextInt(all.stream().mapToInt(each -> each.weight).sum());
    for (Fault fault : all) {
      dice -= fault.weight;
      if (dice < 0) {
        return fault;
      }
    }
    throw new AssertionError("weights do not add up");
  }

  private static EnumSet<Fault> copyOf(Set<Fault> faults) {
    EnumSet<Fault> copy = EnumSet.noneOf(Fault.class);
    copy.addAll(faults);
    return copy;
  }

  private static Optional<String> onProcess(Scene scene, Break first, Mend then) {
    Optional<Node> seized = scene.cluster.seizeAny(scene.random);
    if (seized.isEmpty()) {
      return Optional.empty();
    }
    Node node = seized.orElseThrow();
    Member member = node.member();
    if (!member.isAlive()) {
      scene.problem(node.name() + " was dead: " + String.join("\n", member.said()));
      member.start();
    }
    Duration after = first.apply(node);
    scene.later(
        after,
        () -> {
          then.apply(node);
          node.release();
        });
    return Optional.of(node.name());
  }

  private static Optional<String> onBroker(Scene scene, Runnable end) {
    if (!scene.seizeBroker()) {
      return Optional.empty();
    }
    scene.later(
        Duration.ZERO,
        () -> {
          end.run();
          scene.broker.start();
          scene.releaseBroker();
        });
    return Optional.of("");
  }

  private static Optional<String> byHand(Scene scene, ByHand action) throws Exception {
    if (!scene.seizeBroker()) {
      return Optional.empty();
    }
    try {
      String what = action.apply();
      return what.isEmpty() ? Optional.empty() : Optional.of(what);
    } finally {
      scene.releaseBroker();
    }
  }
}
