package ci.assay.model;

import ci.assay.common.Names;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * One cell of a pipeline's matrix.
 *
 * @param name {@code default} where there is no matrix
 * @param env variables that this cell adds to the run's environment
 * @param mayFail whether the variant does not count for the commit's verdict
 */
public record Variant(String name, Map<String, String> env, boolean mayFail) {

  /** The only variant of a commit without a matrix. */
  public static final Variant DEFAULT = new Variant("default", Map.of());

  /** A variant that counts for the verdict. */
  public Variant(String name, Map<String, String> env) {
    this(name, env, false);
  }

  public Variant {
    Names.present("name", name);
    Names.present("env", env);
    Names.requireVariant(name);
    env = Collections.unmodifiableMap(new TreeMap<>(env));
  }
}
