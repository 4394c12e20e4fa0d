package ci.assay.pipeline;

import java.util.List;
import java.util.Map;

/** What the file says, in the form that it must have, and where it says so. */
sealed interface Node {

  Place at();

  /** A value. */
  record Value(String text, Place at) implements Node {}

  /** Several. */
  record Items(List<Node> all, Place at) implements Node {}

  /** Several with names, in their order. */
  record Members(Map<String, Node> all, Map<String, Place> keys, Place at) implements Node {}
}
