package ci.assay.pipeline;

import java.util.List;
import java.util.Map;

/** A part of the file that has the required form, with its position. */
sealed interface Node {

  Place at();

  /** A single value. */
  record Value(String text, Place at) implements Node {}

  /** A list. */
  record Items(List<Node> all, Place at) implements Node {}

  /** A map, in the order of the file. */
  record Members(Map<String, Node> all, Map<String, Place> keys, Place at) implements Node {}
}
