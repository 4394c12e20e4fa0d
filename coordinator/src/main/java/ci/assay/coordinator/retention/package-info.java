/**
 * How a results folder is kept small: what takes the space of old runs goes by {@link
 * ci.assay.coordinator.retention.Pruning}, all of a repository by {@link
 * ci.assay.coordinator.retention.Forgetting}. Both hold the folder alone, and can be stopped at any
 * moment and done again. Begin with the first.
 */
@org.jspecify.annotations.NullMarked
package ci.assay.coordinator.retention;
